import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * A folder for everything that a demo writes, so that it touches nothing of the real app. Chromium writes some
 * of its own files when everything of ours has ended already; those go when the next demo starts.
 */
export function makeDemoFolder(temporary: string, now: number): string {
  for (const name of readdirSync(temporary)) {
    if (name.startsWith(prefix)) removeLeftOver(path.join(temporary, name), now);
  }
  return mkdtempSync(path.join(temporary, prefix));
}

/** Takes away what is in it, at the end of the demo. */
export function emptyDemoFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

const prefix = 'pullthrough-demo-app-';
/** A demo that has just begun has no lock yet; in milliseconds. */
const beginning = 60_000;

/** Other people of this machine have demos too; what may not be looked at or removed is theirs, and stays. */
function removeLeftOver(folder: string, now: number): void {
  try {
    if (isLeftOver(folder, now)) rmSync(folder, { recursive: true, force: true });
  } catch {
    return;
  }
}

/** Chromium keeps a link of this name in its folder while it runs, which points at no file. */
function isLeftOver(folder: string, now: number): boolean {
  if (lstatSync(path.join(folder, 'SingletonLock'), { throwIfNoEntry: false })) return false;
  return existsSync(folder) && now - statSync(folder).mtimeMs > beginning;
}
