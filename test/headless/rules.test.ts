import { afterEach, beforeEach, expect, it } from 'vitest';
import { CommandFolder, jsonLines } from './commandProcess';

let folder: CommandFolder;
beforeEach(() => {
  folder = new CommandFolder();
});
afterEach(() => {
  folder.remove();
});

const rules = (...args: string[]) => folder.run(['rules', ...args]);

it('writes the rules of a kind from its fields, as a file that other commands take', async () => {
  const { code, out, err } = await rules('--kind', 'harbor', '--host', 'https://harbor.example/', '--project', 'hub');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(out)).toEqual({
    rules: [{ name: 'harbor.example/hub', match: 'docker.io', template: 'harbor.example/hub/{path}' }],
  });
  const file = folder.write('harbor.json', out);
  const rewritten = await folder.run(['rewrite', '--rules', file, 'nginx:1.25']);
  expect(jsonLines(rewritten.out)).toMatchObject([{ proxied: 'harbor.example/hub/library/nginx:1.25' }]);
});

it('writes what is given, checked, in the order of the flags, and the same for what it wrote itself', async () => {
  const { out } = await rules('--mirror', 'a.example', '--kind', 'daocloud-hosts', '--mirror', 'b.example');
  const names = (JSON.parse(out) as { rules: { name: string }[] }).rules.map(({ name }) => name);
  expect([names[0], names.at(-1)]).toEqual(['a.example', 'b.example']);
  expect(names).toContain('docker.m.daocloud.io');
  expect((await rules('--rules', folder.write('again.json', out))).out).toBe(out);
});

it('writes the rules of a new installation where nothing is given', async () => {
  expect(JSON.parse((await rules()).out)).toMatchObject({ rules: [{ template: 'm.daocloud.io/{host}/{path}' }] });
});

it('writes the schema of such a file', async () => {
  const schema = JSON.parse((await rules('--schema')).out) as { $schema: string; properties: object };
  expect(schema.$schema).toMatch(/^https:\/\/json-schema\.org\//);
  expect(Object.keys(schema.properties)).toContain('rules');
});

it('names every kind and its fields in its help', async () => {
  const { code, out } = await rules('--help');
  expect(code).toBe(0);
  for (const text of ['daocloud-hosts', 'harbor', '--project', 'acr', '--source', 'gitlab', '--group', '[--upstream'])
    expect(out).toContain(text);
});

it.each<[string, string[], RegExp]>([
  ['a field that is missing', ['--kind', 'harbor', '--host', 'h.example'], /harbor needs --project/],
  ['a field that is wrong', ['--kind', 'prefix', '--host', 'no host'], /--host: “no host”/],
  ['a field of another kind', ['--kind', 'prefix', '--host', 'h.example', '--project', 'p'], /--project is no field/],
  ['a field without a kind', ['--host', 'h.example'], /--host is no field/],
  ['a kind that is none', ['--kind', 'docker'], /no kind "docker"/],
  ['a word', ['harbor'], /"harbor" is no flag/],
])('refuses %s in one sentence, exit 2', async (_what, args, sentence) => {
  const { code, out, err } = await rules(...args);
  expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
  expect(err).toMatch(sentence);
});
