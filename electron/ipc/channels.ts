/** Names of the messages between a window and the main process; apart, so that the preload stays small. */
export const channels = {
  state: 'pullthrough:state',
  show: 'pullthrough:show',
  ready: 'pullthrough:ready',
  command: 'pullthrough:command',
} as const;
