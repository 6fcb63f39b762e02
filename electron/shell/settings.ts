import { existsSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import Store, { type Schema } from 'electron-store';
import * as z from 'zod';
import { defaultSettings, settingsSchema, type Settings } from '../domain/settings';
import type { SettingsStore } from '../engine/ports';
import { readSettingsText } from '../files/settingsReading';

/** `settings.json` in `folder`. */
export interface SettingsFile extends SettingsStore {
  readonly path: string;
  /** Where a file that could not be used was moved to, and why; null when all was well. */
  readonly setAside: { readonly path: string; readonly why: string } | null;
}

/** Opens the settings. A broken file is kept under another name, and the defaults apply. */
export function openSettings(folder: string, now: number): SettingsFile {
  const file = path.join(folder, 'settings.json');
  const setAside = setAsideIfBroken(file, now);
  const { properties } = z.toJSONSchema(settingsSchema);
  const store = new Store<Settings>({
    cwd: folder,
    name: 'settings',
    defaults: defaultSettings,
    // The one schema of the domain, in the form that the store checks on each write.
    schema: properties as Schema<Settings>,
    accessPropertiesByDotNotation: false,
  });
  return {
    path: file,
    setAside,
    read: () => {
      const settings = readSettingsText(JSON.stringify(store.store));
      return 'broken' in settings ? defaultSettings : settings;
    },
    write: (settings) => {
      store.set(settings);
    },
  };
}

/** Settings that are forgotten with the process, as for the demo. */
export function settingsInMemory(initial: Settings): SettingsStore {
  let settings = initial;
  return {
    read: () => settings,
    write: (next) => {
      settings = next;
    },
  };
}

function setAsideIfBroken(file: string, now: number): SettingsFile['setAside'] {
  if (!existsSync(file)) return null;
  const settings = readSettingsText(readFileSync(file, 'utf8'));
  if (!('broken' in settings)) return null;
  const kept = path.join(path.dirname(file), `settings.broken-${String(now)}.json`);
  renameSync(file, kept);
  return { path: kept, why: settings.broken };
}
