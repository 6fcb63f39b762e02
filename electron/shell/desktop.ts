import { app, nativeImage, nativeTheme } from 'electron';
import type { Application } from '../engine/application';
import type { Clock } from '../engine/ports';
import type { ShowTarget } from '../ipc/contract';
import { createServing } from '../ipc/serving';
import type { TrayMenuAction } from '../domain/views/trayMenu';
import { languageFor } from '../domain/words/language';
import type { Flags } from './flags';
import appIcon from './icons/app.png?inline';
import { startNotifications } from './notifications';
import { desktopCommands } from './shellCommands';
import { TrayView } from './tray';
import { trayImage } from './trayIcons';
import { followTrayPresence } from './trayPresence';
import { PopupWindow } from './window';
import { connectWindow } from './windowChannel';

export interface DesktopParts {
  readonly application: Application;
  readonly flags: Flags;
  readonly clock: Clock;
  /** Absolute path of the built preload script. */
  readonly preload: string;
  readonly home: string;
}

export interface Desktop {
  show(): void;
  stop(): void;
}

/** Tray, window and notifications around one application. To be called when Electron is ready. */
export async function startDesktop(parts: DesktopParts): Promise<Desktop> {
  const { application, flags, clock } = parts;
  const { platform } = process;
  const language = () => languageFor(application.state().settings.language, app.getLocale());
  const presence = followTrayPresence(platform, process.env, process.getuid?.() ?? 0, clock, (present) => {
    if (present) tray.create();
    else tray.destroy();
  });
  const popup = new PopupWindow({
    clock,
    preload: parts.preload,
    icon: nativeImage.createFromDataURL(appIcon),
    devTools: !app.isPackaged,
    hasTray: () => presence.now(),
    stayOpen: flags.stayOpen,
    closedForGood: () => {
      app.quit();
    },
  });
  const show = (target: ShowTarget | null = null) => {
    popup.show({ by: 'other' }, target);
  };
  const tray = new TrayView(
    {
      platform,
      language,
      clicked: (icon) => {
        popup.toggle({ by: 'tray', icon });
      },
      act: (action) => act(action, application, show),
    },
    trayImage,
    application.state(),
  );

  const serve = createServing(application, desktopCommands(application, popup, parts.home));
  const stops = [
    connectWindow(application, serve, popup),
    startNotifications({
      application,
      language,
      show,
      platform,
      majorVersion: Number.parseInt(process.versions.electron, 10),
    }),
    application.onState((state) => {
      tray.update(state);
      if (nativeTheme.themeSource !== state.settings.theme) nativeTheme.themeSource = state.settings.theme;
    }),
  ];
  nativeTheme.themeSource = application.state().settings.theme;

  const hasTray = await presence.first;
  // Made even where nobody claims to show it: older panels take icons in another way, which cannot be asked.
  tray.create();
  const nothingChosen = !Object.values(application.state().settings.contexts).some((context) => context.watch);
  if (!flags.hidden && (!hasTray || flags.demo || nothingChosen)) show();

  return {
    show,
    stop: () => {
      for (const stop of stops) stop();
      presence.stop();
      tray.destroy();
      popup.destroy();
    },
  };
}

/** Carries out a choice from the tray's menu; false when it was refused. */
async function act(
  action: TrayMenuAction,
  application: Application,
  show: (target: ShowTarget | null) => void,
): Promise<boolean> {
  switch (action.do) {
    case 'open':
      show(null);
      return true;
    case 'show-contexts':
      show({ section: 'contexts' });
      return true;
    case 'quit':
      app.quit();
      return true;
    case 'fix-all':
      return (await application.command('fixAll', {})).ok;
    case 'set-watch': {
      const { context, to } = action;
      return (await application.command('setContext', { context, settings: { watch: to } })).ok;
    }
    case 'set-auto': {
      const { context, to } = action;
      // Healing by itself without watching would heal nothing.
      const settings = to ? { watch: true, auto: true } : { auto: false };
      return (await application.command('setContext', { context, settings })).ok;
    }
  }
}
