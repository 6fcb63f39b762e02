import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MirrorFieldName, MirrorKindId } from '../../electron/domain/mirrors/mirrorKinds';
import type { Language } from '../../electron/domain/words/language';
import { blockWith, codeBlocks } from './markdown';

export const projectFolder = resolve(import.meta.dirname, '../..');
export const guideFolder = 'electron/guide';
export const pages: Readonly<Record<Language, string>> = {
  en: `${guideFolder}/your-own-mirror.md`,
  zh: `${guideFolder}/your-own-mirror.zh.md`,
};

export function contentOf(file: string): string {
  return readFileSync(resolve(projectFolder, file), 'utf8');
}

/** What the guide has people type into the window for each of its files of rules. */
export const ways = {
  registry: [
    { kind: 'registry', fields: { host: 'mirror.lan:5000', upstream: 'docker.io' } },
    { kind: 'registry', fields: { host: 'mirror.lan:5001', upstream: 'ghcr.io' } },
  ],
  daocloud: [{ kind: 'prefix', fields: { host: 'mirror.lan:8888' } }],
  crproxy: [{ kind: 'prefix', fields: { host: 'mirror.lan:8889' } }],
  harbor: [{ kind: 'harbor', fields: { host: 'harbor.lan', project: 'dockerhub', upstream: 'docker.io' } }],
} as const satisfies Record<
  string,
  readonly { readonly kind: MirrorKindId; readonly fields: Partial<Record<MirrorFieldName, string>> }[]
>;

export type Way = keyof typeof ways;

/** The guide's rules for one of its ways, as they are saved in a file. */
export function rulesText(way: Way, page = contentOf(pages.en)): string {
  return blockWith(page, 'rules', way);
}

/** What the guide says that goes into a file, by the name of the file; all versions of it. */
export function filesCalled(name: string, page = contentOf(pages.en)): readonly string[] {
  return codeBlocks(page).flatMap(({ attributes, text }) => (attributes['file'] === name ? [text] : []));
}
