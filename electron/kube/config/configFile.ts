import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import {
  clusterSchema,
  contextSchema,
  userSchema,
  type ClusterEntry,
  type ContextEntry,
  type UserEntry,
} from './entries';

/** An entry, and the file that it stands in. */
export interface Entry<T> {
  readonly name: string;
  readonly file: string;
  readonly value: T;
}

/** What one kubeconfig file says. */
export interface ConfigFile {
  readonly clusters: readonly Entry<ClusterEntry>[];
  readonly users: readonly Entry<UserEntry>[];
  readonly contexts: readonly Entry<ContextEntry>[];
  /** Empty when it names none. */
  readonly current: string;
  /** Sentences about entries that could not be read. They quote nothing but names, for the rest may be secret. */
  readonly problems: readonly string[];
  /** Unreadable entries, as `clusters/NAME`: their names are taken all the same, as later files may not stand in. */
  readonly unreadable: ReadonlySet<string>;
}

/** The whole file says nothing that can be used; the message quotes none of it. */
export class UnreadableConfig extends Error {
  override readonly name = 'UnreadableConfig';
}

const documentSchema = z.object({
  apiVersion: z.string().nullish(),
  kind: z.string().nullish(),
  'current-context': z.string().nullish(),
  clusters: z.array(z.unknown()).nullish(),
  users: z.array(z.unknown()).nullish(),
  contexts: z.array(z.unknown()).nullish(),
});

/**
 * The entries of a file's text, YAML or JSON; paths in it become absolute, from the folder of `file`. Where client-go
 * refuses a whole file for one entry of a wrong type or a name that stands there twice, that entry alone is left out
 * here and told of. Throws UnreadableConfig.
 */
export function parseConfigFile(file: string, content: string): ConfigFile {
  const parsed = documentSchema.safeParse(firstDocument(content) ?? {});
  if (!parsed.success) throw new UnreadableConfig(`it is no kubeconfig: ${wrongField(parsed.error)}`);
  const { apiVersion, kind, clusters, users, contexts } = parsed.data;
  if ((apiVersion ?? 'v1') !== 'v1' || (kind ?? 'Config') !== 'Config')
    throw new UnreadableConfig('it is no kubeconfig: its apiVersion and kind are not v1 and Config');
  const folder = path.dirname(path.resolve(file));
  const problems: string[] = [];
  const unreadable = new Set<string>();
  const read = <T>(list: string, items: readonly unknown[], field: string, schema: z.ZodType<T>) => {
    const entries = new Map<string, Entry<T>>();
    for (const [index, item] of items.entries()) {
      const named = z.object({ name: z.string() }).safeParse(item);
      const { name } = named.success ? named.data : { name: '' };
      if (name === '') {
        problems.push(`entry ${index + 1} of ${list} has no name`);
        continue;
      }
      const value = schema.safeParse((item as Record<string, unknown>)[field] ?? {});
      if (unreadable.has(`${list}/${name}`)) continue;
      if (value.success && !entries.has(name)) {
        entries.set(name, { name, file, value: value.data });
        continue;
      }
      entries.delete(name);
      unreadable.add(`${list}/${name}`);
      const why = value.success ? 'stands there twice' : `cannot be read: ${wrongField(value.error)}`;
      problems.push(`${field} "${name}" ${why}`);
    }
    return [...entries.values()];
  };
  return {
    clusters: read('clusters', clusters ?? [], 'cluster', clusterSchema).map((entry) => ({
      ...entry,
      value: clusterFrom(entry.value, folder),
    })),
    users: read('users', users ?? [], 'user', userSchema).map((entry) => ({
      ...entry,
      value: userFrom(entry.value, folder),
    })),
    contexts: read('contexts', contexts ?? [], 'context', contextSchema),
    current: parsed.data['current-context'] ?? '',
    problems,
    unreadable,
  };
}

/**
 * What the first YAML document holds. As in Go's library, which kubectl reads YAML with, the words of YAML 1.1 for true
 * and false count, but its times and dates are texts.
 */
function firstDocument(content: string): unknown {
  const documents = parseAllDocuments(content, {
    version: '1.1',
    uniqueKeys: false,
    // finding each line's place costs as much again as reading the text
    prettyErrors: false,
    logLevel: 'silent',
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !isTime(tag)),
  });
  const [first] = Array.isArray(documents) ? documents : [];
  if (!first) return null;
  const [error] = first.errors;
  if (error) {
    // its message may quote the line, and that may hold a token
    const before = content.slice(0, error.pos[0]).split('\n');
    throw new UnreadableConfig(
      `it is no valid YAML (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`,
    );
  }
  try {
    return first.toJS({ maxAliasCount: 100 });
  } catch {
    // an alias without its anchor, or so many that they are an attack
    throw new UnreadableConfig('its YAML aliases cannot be resolved');
  }
}

function isTime({ tag, format }: { readonly tag: string; readonly format?: string }): boolean {
  return tag === 'tag:yaml.org,2002:timestamp' || format === 'TIME';
}

function wrongField({ issues }: z.ZodError): string {
  const [issue] = issues;
  if (!issue) return 'of an unknown form';
  return `${issue.path.map(String).join('.')}${issue.path.length > 0 ? ' ' : ''}${issue.message}`;
}

function clusterFrom(cluster: ClusterEntry, folder: string): ClusterEntry {
  return { ...cluster, 'certificate-authority': absolute(cluster['certificate-authority'], folder) };
}

function userFrom(user: UserEntry, folder: string): UserEntry {
  return {
    ...user,
    'client-certificate': absolute(user['client-certificate'], folder),
    'client-key': absolute(user['client-key'], folder),
    tokenFile: absolute(user.tokenFile, folder),
    // a command without a separator is looked for in PATH
    ...(user.exec?.command.includes(path.sep) && {
      exec: { ...user.exec, command: absolute(user.exec.command, folder) },
    }),
  };
}

function absolute(file: string, folder: string): string {
  return file === '' ? '' : path.resolve(folder, file);
}
