import type { Page } from 'playwright-core';
import type { Staged } from './windowPage';

/** One picture: what the window is given, and what a person then does. */
export interface Scene extends Staged {
  readonly name: string;
  readonly act?: (page: Page) => Promise<void>;
}
