import { isDeepStrictEqual } from 'node:util';
import { Menu, Tray, type MenuItemConstructorOptions } from 'electron';
import type { AppState } from '../domain/appState';
import { trayMenu, type TrayMenuAction, type TrayMenuItem } from '../domain/views/trayMenu';
import { trayStatus, type TrayIcon } from '../domain/views/trayStatus';
import type { Language } from '../domain/words/language';
import { trayWords } from '../domain/words/tray';
import type { Rectangle } from './windowPlace';

export interface TrayParts {
  readonly platform: NodeJS.Platform;
  readonly language: () => Language;
  /** A click on the icon itself; the place is all zeros where the platform does not tell it. */
  readonly clicked: (icon: Rectangle) => void;
  /** Resolves when it is done; false when it was refused, so that a switch goes back to what is true. */
  readonly act: (action: TrayMenuAction) => Promise<boolean>;
}

/** The icon in the panel or menu bar: a view of the state that is touched only where something changed. */
export class TrayView {
  private tray: Tray | null = null;
  private icon: TrayIcon | null = null;
  private tooltip = '';
  private items: readonly TrayMenuItem[] = [];
  private menu: Menu | null = null;

  constructor(
    private readonly parts: TrayParts,
    private readonly image: (icon: TrayIcon, platform: NodeJS.Platform) => Electron.NativeImage,
    private state: AppState,
  ) {}

  /** Makes the icon, or makes it anew: a panel that started after us only shows icons that register then. */
  create(): void {
    this.destroy();
    this.icon = trayStatus(this.state).icon;
    this.tray = new Tray(this.image(this.icon, this.parts.platform));
    this.tray.on('click', (_event, icon) => {
      this.parts.clicked(icon);
    });
    // Two quick clicks are two clicks here: open and close.
    this.tray.setIgnoreDoubleClickEvents(true);
    // With a menu set, macOS and Windows would open it on every click, also on the left one.
    if (this.parts.platform !== 'linux')
      this.tray.on('right-click', () => {
        if (this.menu) this.tray?.popUpContextMenu(this.menu);
      });
    this.update(this.state);
  }

  update(state: AppState): void {
    this.state = state;
    if (!this.tray) return;
    const status = trayStatus(state);
    const words = trayWords[this.parts.language()];
    if (status.icon !== this.icon) this.tray.setImage(this.image(status.icon, this.parts.platform));
    this.icon = status.icon;
    const tooltip = words.tooltip(status);
    if (tooltip !== this.tooltip) this.tray.setToolTip(tooltip);
    this.tooltip = tooltip;
    const items = trayMenu(state, words);
    if (!this.menu || !isDeepStrictEqual(items, this.items)) this.setMenu(items);
  }

  destroy(): void {
    this.tray?.destroy();
    this.tray = null;
    this.icon = null;
    this.tooltip = '';
    this.menu = null;
  }

  private setMenu(items: readonly TrayMenuItem[]): void {
    this.items = items;
    this.menu = Menu.buildFromTemplate(items.map((item) => this.template(item)));
    if (this.parts.platform === 'linux') this.tray?.setContextMenu(this.menu);
  }

  private template(item: TrayMenuItem): MenuItemConstructorOptions {
    switch (item.kind) {
      case 'separator':
        return { type: 'separator' };
      case 'text':
        return { label: escaped(item.label, this.parts.platform), enabled: false };
      case 'context':
        return {
          label: escaped(item.label, this.parts.platform),
          submenu: item.items.map((inner) => this.template(inner)),
        };
      case 'switch':
        return { type: 'checkbox', label: item.label, checked: item.on, click: () => void this.act(item.does) };
      case 'action':
        return { label: item.label, enabled: item.enabled, click: () => void this.act(item.does) };
    }
  }

  private async act(action: TrayMenuAction): Promise<void> {
    const done = await this.parts.act(action);
    // The menu ticked the box by itself; only the state says what is true.
    const nothingChanges = !done || action.do === 'show-contexts';
    if (nothingChanges && this.tray) this.setMenu(this.items);
  }
}

/** Menus read `&` as the mark of a shortcut letter. */
const escaped = (label: string, platform: NodeJS.Platform): string =>
  platform === 'darwin' ? label : label.replaceAll('&', '&&');
