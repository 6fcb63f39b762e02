import type { AppState, ContextView } from '../appState';
import { trayStatus } from './trayStatus';
import type { TrayWords } from '../words/tray';

/** The tray's menu as plain data: equal data means that the menu on the screen need not be built again. */
export type TrayMenuItem =
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'separator' }
  | { readonly kind: 'context'; readonly label: string; readonly items: readonly TrayMenuItem[] }
  | { readonly kind: 'switch'; readonly label: string; readonly on: boolean; readonly does: TrayMenuAction }
  | { readonly kind: 'action'; readonly label: string; readonly enabled: boolean; readonly does: TrayMenuAction };

export type TrayMenuAction =
  | { readonly do: 'set-watch'; readonly context: string; readonly to: boolean }
  | { readonly do: 'set-auto'; readonly context: string; readonly to: boolean }
  /** Writing to this cluster has not been agreed to yet, which is asked for in the window. */
  | { readonly do: 'show-contexts' }
  | { readonly do: 'fix-all' }
  | { readonly do: 'open' }
  | { readonly do: 'quit' };

/** More than this and a menu no longer fits on a small screen; the window lists them all. */
const mostContexts = 12;

export function trayMenu(state: AppState, words: TrayWords): readonly TrayMenuItem[] {
  const { fixable } = trayStatus(state);
  const watchedFirst = [...state.contexts].sort((a, b) => Number(b.watch) - Number(a.watch));
  const shown = watchedFirst.slice(0, mostContexts);
  const hidden = watchedFirst.length - shown.length;
  return [
    ...(shown.length === 0 ? [{ kind: 'text', label: words.noContexts } as const] : []),
    ...shown.map((context) => contextItem(context, words)),
    ...(hidden > 0 ? [action(words.moreContexts(hidden), { do: 'show-contexts' })] : []),
    { kind: 'separator' },
    action(words.fixAll(fixable), { do: 'fix-all' }, fixable > 0),
    action(words.open, { do: 'open' }),
    { kind: 'separator' },
    action(words.quit, { do: 'quit' }),
  ];
}

function contextItem(context: ContextView, words: TrayWords): TrayMenuItem {
  const { name, watch, auto, agreed } = context;
  const autoDoes: TrayMenuAction =
    auto || agreed ? { do: 'set-auto', context: name, to: !auto } : { do: 'show-contexts' };
  return {
    kind: 'context',
    label: watch ? `${name} – ${words.contextStatus(context.status)}` : name,
    items: [
      { kind: 'switch', label: words.watch, on: watch, does: { do: 'set-watch', context: name, to: !watch } },
      { kind: 'switch', label: words.auto, on: auto, does: autoDoes },
    ],
  };
}

const action = (label: string, does: TrayMenuAction, enabled = true): TrayMenuItem => ({
  kind: 'action',
  label,
  enabled,
  does,
});
