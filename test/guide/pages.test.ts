import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { loadYaml } from '@kubernetes/client-node';
import { afterAll, describe, expect, test } from 'vitest';
import { rulesOf } from '../../electron/domain/mirrors/mirrorKinds';
import { readRulesFile } from '../../electron/domain/mirrors/mirrorRulesFile';
import { mirrorKindWords } from '../../electron/domain/words/mirrorKinds';
import { Output } from '../../electron/headless/output';
import { rewriteCommand } from '../../electron/headless/rewrite';
import { words } from '../../renderer/words';
import { parseCompose } from './compose';
import { contentOf, filesCalled, guideFolder, pages, projectFolder, rulesText, ways, type Way } from './guide';
import { anchors, blockWith, codeBlocks, linkTargets } from './markdown';

const languages = ['en', 'zh'] as const;
const everyWay = Object.keys(ways) as Way[];
const composeFiles = readdirSync(resolve(projectFolder, guideFolder)).filter((name) => name.startsWith('compose'));
const folder = mkdtempSync(join(tmpdir(), 'pullthrough-guide-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('both languages have the same code', () => {
  expect(codeBlocks(contentOf(pages.en)).length).toBeGreaterThan(20);
  expect(codeBlocks(contentOf(pages.zh))).toEqual(codeBlocks(contentOf(pages.en)));
});

test('both languages say what the same answers mean', () => {
  const answers = (page: string) => [...contentOf(page).matchAll(/^\| (`.*?) *\|/gm)].map(([, cell]) => cell);
  expect(answers(pages.en).length).toBeGreaterThan(5);
  expect(answers(pages.zh).map((cell) => cell?.replaceAll('、', ', '))).toEqual(answers(pages.en));
});

describe.each(['README.md', pages.en, pages.zh])('%s', (page) => {
  test('links to files and headings that are there', () => {
    const broken = linkTargets(contentOf(page)).filter((target) => {
      if (target.startsWith('https://')) return !URL.canParse(target);
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : relative(projectFolder, resolve(projectFolder, dirname(page), path));
      if (!existsSync(resolve(projectFolder, file))) return true;
      return anchor !== undefined && !anchors(contentOf(file)).includes(decodeURIComponent(anchor));
    });
    expect(broken).toEqual([]);
  });
});

test('the README leads to both pages, and they to each other', () => {
  expect(linkTargets(contentOf('README.md'))).toEqual(expect.arrayContaining(Object.values(pages)));
  expect(linkTargets(contentOf(pages.en))).toContain('your-own-mirror.zh.md');
  expect(linkTargets(contentOf(pages.zh))).toContain('your-own-mirror.md');
});

test.each(composeFiles)('the page has %s as it is, and links to it', (name) => {
  const content = contentOf(`${guideFolder}/${name}`);
  expect(filesCalled(name)).toEqual([content]);
  expect(linkTargets(contentOf(pages.en))).toContain(name);
});

test('every volume that a service of a compose file uses is declared there', () => {
  for (const name of composeFiles) {
    const { services, volumes = {} } = parseCompose(contentOf(`${guideFolder}/${name}`));
    const used = Object.values(services)
      .flatMap((service) => service.volumes ?? [])
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((source) => !source.startsWith('.'));
    expect(used.sort(), name).toEqual(Object.keys(volumes).sort());
  }
});

test('services of different files can run on one machine', () => {
  const files = composeFiles.map((name) => parseCompose(contentOf(`${guideFolder}/${name}`)));
  const ports = files.flatMap(({ services }) => Object.values(services).flatMap((service) => service.ports ?? []));
  const published = ports.map((port) => port.split(':')[0]);
  expect(published.length).toBeGreaterThan(3);
  expect(new Set(published).size).toBe(published.length);
});

test('JSON and YAML in the guide are well-formed', () => {
  for (const block of codeBlocks(contentOf(pages.en))) {
    if (block.language === 'json') expect(() => JSON.parse(block.text) as unknown).not.toThrow();
    if (block.language === 'yaml') expect(() => loadYaml(block.text)).not.toThrow();
  }
});

test('the example of a login is what its command prints', () => {
  const [config = ''] = filesCalled('/var/lib/kubelet/config.json');
  const { auths } = JSON.parse(config) as { auths: Record<string, { auth: string }> };
  expect(Buffer.from(auths['mirror.lan:5000']?.auth ?? '', 'base64').toString()).toBe('USER:PASSWORD');
});

describe.each(everyWay)('the rules for %s', (way) => {
  const read = readRulesFile(rulesText(way));

  test('are those that the window makes of what is typed', () => {
    const made = ways[way].map(({ kind, fields }) => rulesOf(kind, fields));
    expect(read).toEqual({ ok: true, rules: made.flatMap((result) => (result.ok ? result.rules : [])) });
  });

  test.each(languages)('are described with the words of the window (%s)', (language) => {
    const page = contentOf(pages[language]);
    const { kinds, fields: labels } = mirrorKindWords[language];
    const { add, kinds: others, files } = words[language].mirrors;
    const said = ways[way].flatMap(({ kind, fields }) => {
      if (kind === 'prefix') return [`**${add}**`, `\`${fields.host}\``];
      const typed = Object.entries(fields) as [keyof typeof labels, string][];
      const title = [`**${others.open}**`, `**${kinds[kind].title}**`];
      return [...title, ...typed.map(([name, value]) => `**${labels[name]}** \`${value}\``)];
    });
    expect([`**${files.take}**`, ...said].filter((phrase) => !page.includes(phrase))).toEqual([]);
  });

  test('make of an image what the guide says', async () => {
    const file = join(folder, `${way}.json`);
    writeFileSync(file, rulesText(way));
    const [, command = ''] = /^pullthrough rewrite (.*)$/m.exec(contentOf(pages.en)) ?? [];
    const written = new PassThrough();
    const code = await rewriteCommand.perform(command.replace('rules.json', file).split(' '), {
      environment: {},
      home: folder,
      input: Readable.from([]),
      output: new Output(written),
      err: (sentence) => expect.unreachable(sentence),
      askedToEnd: () => Promise.resolve(),
    });
    written.end();
    expect(code).toBe(0);
    expect(await text(written)).toBe(blockWith(contentOf(pages.en), 'output', way));
  });
});
