import type { AppState } from './appState';

/**
 * What deserves a native notification. Decided from two successive snapshots alone, so that the same
 * rules hold for the tray app, for tests and for any other view.
 */
export type Notice =
  | {
      readonly kind: 'failure';
      readonly id: string;
      readonly context: string;
      readonly incident: string;
      /** A click may fix: a mirror can heal it, writing was agreed to, and no rescue is under way. */
      readonly fixable: boolean;
    }
  /** Everything that was already broken when its context was first read. */
  | { readonly kind: 'already-broken'; readonly id: string; readonly incidents: readonly string[] }
  | { readonly kind: 'healed'; readonly id: string; readonly context: string; readonly incident: string }
  | { readonly kind: 'gave-up'; readonly id: string; readonly context: string; readonly incident: string }
  | { readonly kind: 'restore-ready'; readonly id: string; readonly context: string; readonly restore: string };

/** What has been announced already; plain data, so that a test can write it down. */
export interface NoticeMemory {
  /** Incident id -> when it was last announced, in milliseconds since the epoch. */
  readonly announced: Readonly<Record<string, number>>;
  readonly outcome: Readonly<Record<string, string>>;
  readonly restoresReady: readonly string[];
  /** Contexts whose first full list has been seen. */
  readonly contextsSeen: readonly string[];
}

export type { AppState };
