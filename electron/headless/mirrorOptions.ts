import { readFileSync } from 'node:fs';
import type { AllowList } from '../domain/mirrors/allowList';
import { mirrorKinds, rulesOf, type MirrorKind } from '../domain/mirrors/mirrorKinds';
import { readRulesFile } from '../domain/mirrors/mirrorRulesFile';
import { prefixRule } from '../domain/mirrors/mirrors';
import { defaultSettings, type MirrorRule } from '../domain/settings';
import { fileAllowLists } from '../files/allowList';
import { listed } from './commandLine';
import { UsageError } from './surroundings';

/** The flags that name mirrors. */
export const ruleOptions = {
  mirror: { type: 'string', multiple: true },
  rules: { type: 'string', multiple: true },
  kind: { type: 'string', multiple: true },
} as const;

export const ruleHelp = `Mirrors, in order of trial; m.daocloud.io when there are none
  --mirror HOST...           the registry's host in front of the path
  --rules FILE...            mirror rules, see pullthrough rules
  --kind daocloud-hosts      DaoCloud's host for each registry`;

/** The flags that say which mirror takes an image, for the commands that rewrite some. */
export const mirrorOptions = {
  ...ruleOptions,
  'no-proxy': { type: 'string', multiple: true },
  'allow-list': { type: 'string' },
} as const;

export const mirrorHelp = `${ruleHelp}
  --no-proxy A,B             what never goes through a mirror: docker.io, *.corp.example, ghcr.io/acme/*
  --allow-list FILE          of what DaoCloud's mirror serves, its allows.txt`;

export interface MirrorChoice {
  readonly mirrors: readonly MirrorRule[];
  readonly noProxy: readonly string[];
  /** What DaoCloud's mirror serves; null where no list is given. */
  readonly allowList: AllowList | null;
}

/** What the flags of `mirrorOptions` choose. Throws UsageError. */
export function mirrorChoice(
  tokens: readonly Token[],
  values: { readonly 'no-proxy'?: readonly string[]; readonly 'allow-list'?: string },
): MirrorChoice {
  return {
    mirrors: mirrorsOf(tokens),
    noProxy: listed(values['no-proxy']),
    allowList: values['allow-list'] === undefined ? null : readAllowList(values['allow-list']),
  };
}

function readAllowList(file: string): AllowList {
  const list = fileAllowLists()(file);
  if ('problem' in list) throw new UsageError(`--allow-list: ${list.problem}`);
  return list;
}

type Token = { readonly kind: string; readonly name?: string; readonly value?: string | undefined };

/** The fields that a kind of mirror is given, as texts. */
export type KindFields = Parameters<typeof rulesOf>[1];

/**
 * The rules that the flags name, in the order of the flags; those of a new installation where there are no such flags. Only
 * `pullthrough rules` takes the fields of a kind. Throws UsageError.
 */
export function mirrorsOf(tokens: readonly Token[], fields: KindFields | null = null): readonly MirrorRule[] {
  const flags = tokens.flatMap(({ kind, name = '', value = '' }) => (kind === 'option' ? [{ name, value }] : []));
  const unused = Object.keys(fields ?? {}).find(
    (field) => !flags.some(({ name, value }) => name === 'kind' && has(value, field)),
  );
  if (unused !== undefined) throw new UsageError(`--${unused} is no field of the kind that is asked for.`);
  // a file without rules is a choice as well
  if (!flags.some(({ name }) => Object.hasOwn(ruleOptions, name))) return defaultSettings.mirrors;
  return flags.flatMap(({ name, value }) => {
    if (name === 'mirror') return mirrorOf(value);
    if (name === 'rules') return readRules(value);
    return name === 'kind' ? rulesOfKind(value, fields) : [];
  });
}

function has(kind: string, field: string): boolean {
  return kindNamed(kind).fields.some(({ name }) => name === field);
}

function kindNamed(id: string): MirrorKind {
  const kind = mirrorKinds.find((known) => known.id === id);
  const there = mirrorKinds.map((known) => known.id).join(', ');
  if (!kind) throw new UsageError(`There is no kind "${id}"; there are: ${there}.`);
  return kind;
}

function mirrorOf(host: string): MirrorRule {
  const rule = prefixRule(host);
  if (!rule.ok) throw new UsageError(`--mirror ${host}: ${rule.why}`);
  return rule.rule;
}

function rulesOfKind(id: string, fields: KindFields | null): readonly MirrorRule[] {
  const kind = kindNamed(id);
  if (kind.fields.length > 0 && fields === null)
    throw new UsageError(
      `The kind ${id} has fields, so write its rules with pullthrough rules --kind ${id}, and give the file as --rules FILE.`,
    );
  const lacking = kind.fields.find(({ name, default: fallback }) => fallback === null && !fields?.[name]);
  if (lacking)
    throw new UsageError(`The kind ${id} needs --${lacking.name}, such as --${lacking.name} ${lacking.example}.`);
  const made = rulesOf(kind.id, fields ?? {});
  if (!made.ok) throw new UsageError(`--${made.field}: ${made.why}`);
  return made.rules;
}

function readRules(file: string): readonly MirrorRule[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--rules ${file} cannot be read: ${(error as Error).message}`);
  }
  const read = readRulesFile(text);
  if (!read.ok) throw new UsageError(`--rules ${file}: ${read.path === '' ? '' : `${read.path}: `}${read.why}`);
  return read.rules;
}
