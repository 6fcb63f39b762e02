import type { AppState, Problem } from '../../electron/domain/appState';
import type { Page, Section } from '../model/windowModel.svelte';

export type Screen = Section | 'details' | 'contextPage' | 'firstStart' | 'trouble';

/** Which screen a snapshot and a place in the window come to. */
export function screenFor(state: AppState, section: Section, page: Page | null): Screen {
  // Settings stay within reach: they are where other files are named.
  if (section === 'settings') return 'settings';
  if (state.contexts.length === 0 && state.problems.some(isAboutKubeconfig) && section === 'failing') return 'trouble';
  if (isFirstStart(state)) return 'firstStart';
  if (page === null) return section;
  return page.is === 'incident' ? 'details' : 'contextPage';
}

export const isAboutKubeconfig = (problem: Problem): boolean =>
  problem.kind === 'no-kubeconfig' || problem.kind === 'kubeconfig-broken';

/** There are contexts, and no choice has been made about any of them yet. */
function isFirstStart(state: AppState): boolean {
  return (
    state.contexts.length > 0 &&
    Object.keys(state.settings.contexts).length === 0 &&
    state.contexts.every((context) => !context.watch)
  );
}

/** What is to be said above a list. That a usual file is absent is no news where others name contexts. */
export function problemsBeside(state: AppState): readonly Problem[] {
  return state.problems.filter(({ kind }) => kind !== 'no-kubeconfig' || state.contexts.length === 0);
}
