import type { Clock } from '../engine/ports';
import { followBusName } from './sessionBus';

/**
 * Whether a panel shows our icon. macOS and Windows always do. On Linux a StatusNotifierWatcher has to be on
 * the session bus; it may come later than we do at login, or never.
 */
export interface TrayPresence {
  /** Resolves with the first answer. */
  readonly first: Promise<boolean>;
  now(): boolean;
  stop(): void;
}

const watcher = 'org.kde.StatusNotifierWatcher';
/** A bus that says nothing for this long counts as none, in milliseconds. */
const answerLimit = 2_000;

export function followTrayPresence(
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
  uid: number,
  clock: Clock,
  changed: (present: boolean) => void,
): TrayPresence {
  if (platform !== 'linux') return { first: Promise.resolve(true), now: () => true, stop: () => undefined };
  const usual = env['XDG_RUNTIME_DIR'] ? `unix:path=${env['XDG_RUNTIME_DIR']}/bus` : '';
  let present: boolean | null = null;
  let resolveFirst: (present: boolean) => void = () => undefined;
  const first = new Promise<boolean>((resolve) => (resolveFirst = resolve));
  const tell = (owned: boolean) => {
    const isFirst = present === null;
    present = owned;
    if (isFirst) resolveFirst(owned);
    else changed(owned);
  };
  const watch = followBusName(env['DBUS_SESSION_BUS_ADDRESS'] ?? usual, watcher, uid, tell);
  const cancelLimit = clock.after(answerLimit, () => {
    if (present === null) tell(false);
  });
  return {
    first,
    now: () => present === true,
    stop: () => {
      cancelLimit();
      watch.stop();
    },
  };
}
