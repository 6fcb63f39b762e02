import { EventEmitter } from 'node:events';

/**
 * The few parts of Electron that the shell's own decisions need, for what no Linux desktop shows: other
 * platforms' buttons, five minutes out of sight. Used as `vi.mock('electron', () => import(…))`.
 */
export class Notification extends EventEmitter {
  static readonly shown: Notification[] = [];
  static readonly isSupported = (): boolean => true;
  closed = false;
  constructor(
    readonly options: {
      readonly title: string;
      readonly body: string;
      readonly actions: readonly { readonly text: string }[];
    },
  ) {
    super();
  }
  show(): void {
    Notification.shown.push(this);
  }
  close(): void {
    this.closed = true;
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly made: BrowserWindow[] = [];
  visible = false;
  destroyed = false;
  bounds = { x: 0, y: 0, width: 420, height: 560 };
  readonly webContents = Object.assign(new EventEmitter(), { isDevToolsOpened: () => false });
  constructor(readonly options: { readonly frame: boolean }) {
    super();
    BrowserWindow.made.push(this);
  }
  loadURL(): Promise<void> {
    return Promise.resolve();
  }
  isVisible(): boolean {
    return this.visible;
  }
  isFocused(): boolean {
    return this.visible;
  }
  isMinimized(): boolean {
    return false;
  }
  focus(): void {
    this.emit('focus');
  }
  minimize(): void {
    this.hide();
  }
  getBounds(): typeof this.bounds {
    return this.bounds;
  }
  setBounds(bounds: typeof this.bounds): void {
    this.bounds = bounds;
  }
  show(): void {
    this.visible = true;
    this.emit('show');
  }
  hide(): void {
    this.visible = false;
    this.emit('hide');
  }
  destroy(): void {
    this.destroyed = true;
    this.visible = false;
    this.emit('closed');
  }
}

/** Ends when its `before-quit` lets it; how often it did is in `ended`. */
class App extends EventEmitter {
  readonly dock = undefined;
  ended = 0;
  readonly exitCodes: number[] = [];
  whenReady(): Promise<void> {
    return Promise.resolve();
  }
  exit(code: number): void {
    this.exitCodes.push(code);
  }
  quit(): void {
    const event = { prevented: false, preventDefault: () => (event.prevented = true) };
    this.emit('before-quit', event);
    if (!event.prevented) this.ended += 1;
  }
}

export const app = new App();
export const powerMonitor = new EventEmitter();
export const nativeTheme = { shouldUseDarkColors: false };
export const protocol = {};

const area = { x: 0, y: 0, width: 1280, height: 800 };
export const screen = {
  getCursorScreenPoint: () => ({ x: 640, y: 400 }),
  getDisplayNearestPoint: () => ({ bounds: area, workArea: area }),
};

/** Dialogs that answer as they are told, and remember what they were asked. */
export const dialog = {
  asked: [] as unknown[][],
  chosen: [] as string[],
  named: '',
  /** Called while a dialog is open. */
  whileOpen: () => undefined as unknown,
  showOpenDialog(...asked: unknown[]) {
    this.asked.push(asked);
    this.whileOpen();
    return Promise.resolve({ canceled: this.chosen.length === 0, filePaths: this.chosen });
  },
  showSaveDialog(...asked: unknown[]) {
    this.asked.push(asked);
    return Promise.resolve({ canceled: this.named === '', filePath: this.named });
  },
};
export const clipboard = {};
export const shell = {};
