import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Where kubeconfig files are looked for. */
export interface KubeconfigPlaces {
  /** Given by flags: then nothing else is read. */
  readonly explicit: readonly string[];
  /** The environment's KUBECONFIG, if any. */
  readonly environment: string | undefined;
  readonly home: string;
  /** Folders that kubectl takes for home before that one, where they hold a kubeconfig. */
  readonly homesBefore?: readonly string[];
}

/** A text that was to be read, or why it could not be; null when there is nothing there. */
export type FoundText = { readonly text: string } | { readonly problem: string } | null;

/** A kubeconfig is far smaller; what is larger is something else, in a folder that was added. */
const largest = 4 * 1024 * 1024;
const mostInFolder = 1000;

/**
 * The files in kubectl's order: explicit ones, else KUBECONFIG, else ~/.kube/config; extra files and folders come last.
 * As with kubectl, a KUBECONFIG that is set and names nothing means no file at all.
 */
export function kubeconfigFiles(places: KubeconfigPlaces, extra: readonly string[]): readonly string[] {
  if (places.explicit.length > 0) return places.explicit;
  const { environment, home, homesBefore = [] } = places;
  const standard = environment ? environment.split(path.delimiter) : [fileAtHome(home, homesBefore)];
  return [...new Set([...standard.filter((file) => file !== ''), ...extra])];
}

/** What kubectl looks at on Windows before the user's profile: `HOME`, then `HOMEDRIVE` and `HOMEPATH`. */
export function homesBefore(
  { HOME = '', HOMEDRIVE = '', HOMEPATH = '' }: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): readonly string[] {
  return platform === 'win32' ? [HOME, HOMEDRIVE + HOMEPATH].filter((folder) => folder !== '') : [];
}

function fileAtHome(home: string, before: readonly string[]): string {
  const files = [...before, home].map((folder) => path.join(folder, '.kube', 'config'));
  return files.find((file) => existsSync(file)) ?? path.join(home, '.kube', 'config');
}

/** The text of a file that was named. */
export function readText(file: string): FoundText {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : { problem: `it cannot be read (${code ?? 'unknown'})` };
  }
}

/** The files of a folder in the order of their names; null when it is none. What is hidden stays out. */
export function filesIn(folder: string): readonly string[] | null {
  try {
    if (!statSync(folder).isDirectory()) return null;
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.') && !/(?:~|\.(?:lock|swp|bak|tmp))$/.test(name))
      .sort()
      .slice(0, mostInFolder)
      .map((name) => path.join(folder, name))
      .filter(isSmallFile);
  } catch {
    // absent, or not to be looked into: the reading of it as a file says which
    return null;
  }
}

/** Whether a file of an added folder is meant to be a kubeconfig: other files beside it are none of our business. */
export function looksLikeKubeconfig(text: string): boolean {
  const lists = /(?:^|[{,])\s*["']?(?:clusters|contexts|users)["']?\s*:/m;
  const anotherKind = /(?:^|[{,])["']?kind["']?\s*:\s*["']?(?!Config\b)\w/m;
  return lists.test(text) && !anotherKind.test(text);
}

function isSmallFile(file: string): boolean {
  try {
    const found = statSync(file);
    return found.isFile() && found.size <= largest;
  } catch {
    return false; // gone since, or a link that leads nowhere
  }
}
