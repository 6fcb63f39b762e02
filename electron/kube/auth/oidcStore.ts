import { randomBytes } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { isMap, isPair, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { parseConfigFile } from '../config/configFile';

/** The keys of an oidc auth-provider that change when its login is renewed. */
export interface StoredTokens {
  readonly 'id-token': string;
  readonly 'refresh-token': string;
}

/** kubectl gives up at once where another program holds the lock; some seconds are long enough for any of them. */
const lockTries = 40;
const lockPauseMs = 50;

/** The tokens of a user in a kubeconfig file as it is now, or null when it has none there any more. */
export async function readTokens(file: string, user: string): Promise<StoredTokens | null> {
  const entry = parseConfigFile(file, await readFile(file, 'utf8')).users.find(({ name }) => name === user);
  const provider = entry?.value['auth-provider'];
  if (!provider) return null;
  const { 'id-token': idToken = '', 'refresh-token': refreshToken = '' } = provider.config;
  return { 'id-token': idToken, 'refresh-token': refreshToken };
}

/**
 * Writes renewed tokens to the file that holds their user, and leaves every other character of it as it is. Other
 * programs that lock kubeconfigs as client-go does (a file NAME.lock beside it) wait, or are waited for. Throws when it
 * cannot be done.
 */
export async function writeTokens(file: string, user: string, tokens: StoredTokens): Promise<void> {
  const unlock = await lock(file);
  try {
    const before = await readFile(file, 'utf8');
    const after = withTokens(before, user, tokens);
    if (after !== before) await replace(await realpath(file), after);
  } finally {
    await unlock();
  }
}

/** The text with these tokens in it. Throws when the user is not there, or is written in a way that cannot be edited. */
export function withTokens(content: string, user: string, tokens: StoredTokens): string {
  const document = parseDocument(content, { version: '1.1', uniqueKeys: false, logLevel: 'silent' });
  const users = document.get('users');
  const entry = isSeq(users) ? users.items.find((item) => isMap(item) && item.get('name') === user) : undefined;
  const config = isMap(entry) ? entry.getIn(['user', 'auth-provider', 'config']) : undefined;
  // one that a YAML alias stands for may be meant for others as well
  if (!isMap(config)) throw new Error(entry ? 'its login has no place there' : 'the user is not there any more');
  const edits = Object.entries(tokens).map(([key, value]: [string, string]) => edit(content, config, key, value));
  // from the end, so that the places before stay where they are
  return edits
    .sort((a, b) => b.from - a.from)
    .reduce((text, { from, to, put }) => text.slice(0, from) + put + text.slice(to), content);
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly put: string;
}

function edit(content: string, config: YAMLMap, key: string, value: string): Edit {
  // of a key that is there twice, the last one counts for whoever reads it
  const pair = config.items.filter((item) => isScalar(item.key) && item.key.value === key).at(-1);
  // a double-quoted text is one in YAML as in JSON
  const quoted = JSON.stringify(value);
  if (pair && isScalar(pair.value) && pair.value.range) {
    const [from, end] = pair.value.range;
    // a text over several lines has the end of its last one
    const to = from + content.slice(from, end).trimEnd().length;
    const empty = from === to;
    return { from, to, put: empty && !/\s$/.test(content.slice(0, from)) ? ` ${quoted}` : quoted };
  }
  const [first] = config.items;
  if (pair || !isPair(first) || !isScalar(first.key) || !first.key.range)
    throw new Error('its login has no place there');
  const [at] = first.key.range;
  const indent = content.slice(content.lastIndexOf('\n', at - 1) + 1, at);
  if (config.flow) return { from: at, to: at, put: `"${key}": ${quoted}, ` };
  if (indent.trim() !== '') throw new Error('its login has no place there');
  return { from: at, to: at, put: `${key}: ${quoted}\n${indent}` };
}

async function lock(file: string): Promise<() => Promise<void>> {
  const name = `${file}.lock`;
  for (let tries = 1; ; tries += 1) {
    try {
      const handle: FileHandle = await open(name, 'wx', 0o600);
      await handle.close();
      return () => rm(name, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (tries === lockTries)
        throw new Error(`${name} is there: another program is writing, or has left it behind`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, lockPauseMs));
    }
  }
}

/** At once, so that nobody reads half of it; in place where the folder or a mount allows nothing else. */
async function replace(file: string, content: string): Promise<void> {
  const { mode } = await stat(file);
  const fresh = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString('hex')}`);
  try {
    await writeFile(fresh, content, { mode: mode & 0o777, flag: 'wx', flush: true });
    await rename(fresh, file);
  } catch {
    await rm(fresh, { force: true }).catch(() => undefined); // it may never have come about
    await writeFile(file, content);
  }
}
