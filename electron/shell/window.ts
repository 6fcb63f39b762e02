import { BrowserWindow, nativeTheme, screen, type NativeImage } from 'electron';
import type { Clock } from '../engine/ports';
import type { ShowTarget } from '../ipc/contract';
import { report } from './report';
import { placeWindow, windowSize, type Opener } from './windowPlace';
import { windowAddress } from './windowProtocol';

export interface WindowParts {
  readonly clock: Clock;
  /** Absolute path of the built preload script. */
  readonly preload: string;
  readonly icon: NativeImage;
  /** For developing; a packaged app has none. */
  readonly devTools: boolean;
  /** Without a tray it is a window like any other: framed, listed, and closing it ends the app. */
  readonly hasTray: () => boolean;
  /** Keeps it open when another window gets the focus. */
  readonly stayOpen: boolean;
  readonly closedForGood: () => void;
}

/** A hidden window is kept for this long, because opening it again is then instant; in milliseconds. */
const keepHidden = 5 * 60_000;
/** A click on the tray icon takes the focus first, which hides the window that the click means to close. */
const sameClick = 300;

/**
 * The one window. It is made when it is first wanted and destroyed some minutes after it was hidden: most of
 * the time a tray app has no window, and should not pay for one.
 */
export class PopupWindow {
  private window: BrowserWindow | null = null;
  private cancelDestroy: (() => void) | null = null;
  private hiddenAt = -Infinity;
  private holds = 0;
  private over = false;
  private target: ShowTarget | null = null;
  private deliver: ((target: ShowTarget) => void) | null = null;

  /** Called each time the window becomes visible. */
  onShown: (() => void) | null = null;

  constructor(private readonly parts: WindowParts) {}

  /** The window's contents, for sending state to; null while there is no window or nobody sees it. */
  get audience(): Electron.WebContents | null {
    return this.window?.isVisible() ? this.window.webContents : null;
  }

  /** Whether these contents are the window's. */
  owns(contents: Electron.WebContents): boolean {
    return this.window?.webContents === contents;
  }

  toggle(opener: Opener): void {
    if (this.window?.isVisible() && this.window.isFocused()) this.hide();
    else if (this.parts.clock.now() - this.hiddenAt > sameClick || !this.parts.hasTray()) this.show(opener);
  }

  show(opener: Opener, target: ShowTarget | null = null): void {
    if (this.over) return;
    if (target) this.target = target;
    this.cancelDestroy?.();
    this.cancelDestroy = null;
    const window = this.window;
    if (!window) {
      this.create(opener);
      return;
    }
    if (!window.isVisible()) this.place(window, opener);
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
    this.sendTarget();
  }

  hide(): void {
    if (!this.window?.isVisible()) return;
    if (this.parts.hasTray()) this.window.hide();
    else this.window.minimize();
  }

  /** The page listens now; `deliver` reaches it. */
  ready(deliver: (target: ShowTarget) => void): void {
    this.deliver = deliver;
    this.sendTarget();
  }

  /** Keeps the window open while a dialog of ours has the focus. */
  async holdOpen<T>(dialog: (window: BrowserWindow | null) => Promise<T>): Promise<T> {
    this.holds += 1;
    try {
      return await dialog(this.window);
    } finally {
      this.holds -= 1;
    }
  }

  /** For good: the app is ending, and a window that opened now would stand in its way. */
  destroy(): void {
    this.over = true;
    this.cancelDestroy?.();
    this.cancelDestroy = null;
    this.window?.destroy();
  }

  private create(opener: Opener): void {
    const popup = this.parts.hasTray();
    const window = new BrowserWindow({
      ...windowSize,
      show: false,
      frame: !popup,
      resizable: true,
      minWidth: 360,
      minHeight: 400,
      maximizable: !popup,
      minimizable: !popup,
      fullscreenable: false,
      skipTaskbar: popup,
      icon: this.parts.icon,
      title: 'Pullthrough',
      // What shows before the page has drawn; the page's own background colours.
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#17191c' : '#ffffff',
      webPreferences: {
        preload: this.parts.preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        devTools: this.parts.devTools,
      },
    });
    this.window = window;
    window.on('blur', () => {
      if (popup && !this.parts.stayOpen && this.holds === 0 && !window.webContents.isDevToolsOpened()) this.hide();
    });
    window.on('show', () => this.onShown?.());
    window.on('hide', () => {
      this.hiddenAt = this.parts.clock.now();
      this.cancelDestroy?.();
      this.cancelDestroy = this.parts.clock.after(keepHidden, () => {
        window.destroy();
      });
    });
    let endsApp = false;
    // Only a person's closing comes with this event; a window that we destroy goes without it.
    window.on('close', (event) => {
      if (this.parts.hasTray()) {
        event.preventDefault();
        window.hide();
      } else endsApp = true;
    });
    window.on('closed', () => {
      this.cancelDestroy?.();
      this.cancelDestroy = null;
      this.window = null;
      this.deliver = null;
      // A panel that goes away while the window is out of sight must not end the watching.
      if (endsApp) this.parts.closedForGood();
    });
    window.webContents.on('render-process-gone', () => {
      if (this.window !== window) return;
      // The next opening makes a new one; there is no state in it to lose. Without a tray nothing would open it.
      endsApp = !this.parts.hasTray() && window.isVisible();
      window.destroy();
    });
    window.once('ready-to-show', () => {
      this.place(window, opener);
      window.show();
      window.focus();
    });
    window.loadURL(windowAddress).catch((error: unknown) => {
      report('the window could not be loaded', error);
    });
  }

  private place(window: BrowserWindow, opener: Opener): void {
    if (!this.parts.hasTray()) return;
    const cursor = screen.getCursorScreenPoint();
    const near = opener.by === 'tray' && opener.icon.width > 0 ? opener.icon : cursor;
    const size = window.getBounds();
    const place = placeWindow(opener, cursor, screen.getDisplayNearestPoint(near), size);
    window.setBounds(place);
  }

  private sendTarget(): void {
    if (!this.target || !this.deliver) return;
    this.deliver(this.target);
    this.target = null;
  }
}
