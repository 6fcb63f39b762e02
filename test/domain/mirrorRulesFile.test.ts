import { resolve } from 'node:path';
import * as fc from 'fast-check';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { validateRule } from '../../electron/domain/mirrors/mirrors';
import { readRulesFile, rulesFileSchema, writeRulesFile } from '../../electron/domain/mirrors/mirrorRulesFile';
import { defaultSettings, type MirrorRule } from '../../electron/domain/settings';

const rule: MirrorRule = { name: 'hub', match: 'docker.io', template: 'harbor.example/hub/{path}' };
const file = (...rules: unknown[]) => JSON.stringify({ rules });

const host = fc.stringMatching(/^[a-z][a-z0-9]{0,5}\.[a-z]{2,4}(:5000)?$/);
const pattern = fc.oneof(
  fc.constantFrom('*', '*.gcr.io', 'ghcr.io/acme/*', 'bitnami/*'),
  host,
  fc.tuple(host, fc.stringMatching(/^[a-z]{1,5}(\/\*)?$/)).map((parts) => parts.join('/')),
);
const usableRule = fc
  .record(
    {
      name: fc.string({ minLength: 1 }),
      match: pattern,
      except: fc.array(pattern, { maxLength: 3 }),
      template: host.map((name) => `${name}/{host}/{path}`),
    },
    { requiredKeys: ['name', 'match', 'template'] },
  )
  .map((made): MirrorRule => made);

describe('a file of mirror rules', () => {
  it('gives back what was written into it, and is the same text for the same rules', () => {
    fc.assert(
      fc.property(fc.array(usableRule, { maxLength: 4 }), (rules) => {
        expect(rules.map((each) => validateRule(each)).filter((flaw) => flaw !== null)).toEqual([]);
        const text = writeRulesFile(rules);
        const read = readRulesFile(text);
        expect(read).toEqual({ ok: true, rules });
        expect(read.ok && writeRulesFile(read.rules)).toBe(text);
      }),
    );
  });

  it('is for people to read', () => {
    const turned = { template: 'a.example/{path}', except: ['docker.io/library/*'], match: 'docker.io', name: 'a' };
    expect(writeRulesFile([turned])).toBe(`{
  "rules": [
    {
      "name": "a",
      "match": "docker.io",
      "except": [
        "docker.io/library/*"
      ],
      "template": "a.example/{path}"
    }
  ]
}
`);
  });

  it.each([
    ['with the place of its schema', JSON.stringify({ $schema: './mirror-rules.schema.json', rules: [rule] })],
    ['that is the list alone', JSON.stringify([rule])],
    ['with the mark that Windows puts before a text', `\uFEFF${file(rule)}`],
  ])('%s is read', (_name, text) => {
    expect(readRulesFile(text)).toEqual({ ok: true, rules: [rule] });
  });

  it('may hold no rules', () => {
    expect(readRulesFile('{"rules":[]}')).toEqual({ ok: true, rules: [] });
    expect(readRulesFile('[]')).toEqual({ ok: true, rules: [] });
  });

  it.each<[text: string, path: string, part: string]>([
    ['', '', 'not JSON'],
    ['{"rules": [}', '', 'not JSON'],
    ['rules:\n  - name: hub', '', 'not JSON'],
    ['"rules"', '', 'a list called “rules”'],
    ['null', '', 'a list called “rules”'],
    ['7', '', 'a list called “rules”'],
    ['{}', 'rules', '“rules” is missing'],
    ['{"rules":{}}', 'rules', 'has to be a list'],
    ['{"rules":[],"version":1}', 'version', '“version” is no field of a file'],
    [file('docker.io'), 'rules.0', 'an object with name'],
    [file(rule, null), 'rules.1', 'an object with name'],
    [file({ ...rule, template: undefined }), 'rules.0.template', '“template” is missing'],
    [file({ ...rule, name: '' }), 'rules.0.name', '“name” is empty'],
    [file({ ...rule, match: 5 }), 'rules.0.match', 'has to be text'],
    [file({ ...rule, templat: 'x' }), 'rules.0.templat', '“templat” is no field of a rule'],
    [file({ name: 'hub', match: 'docker.io', templat: 'x' }), 'rules.0.templat', '“templat” is no field of a rule'],
    [file({ ...rule, except: 'nginx' }), 'rules.0.except', 'has to be a list'],
    [file({ ...rule, except: ['a.example', 3] }), 'rules.0.except.1', 'This entry has to be text'],
    [file({ ...rule, except: [''] }), 'rules.0.except.0', 'This entry is empty'],
    [file(rule, { ...rule, match: 'docker io' }), 'rules.1.match', 'matches no registry'],
    [file(rule, { ...rule, except: ['a.example', 'nginx'] }), 'rules.1.except.1', '“nginx” matches no registry'],
    [file({ ...rule, template: 'hub/{path}' }), 'rules.0.template', 'begins with the mirror’s host'],
    [file({ ...rule, match: '*' }), 'rules.0.template', '{host}'],
    [JSON.stringify([rule, { ...rule, template: 'm.example/app' }]), '1.template', '{path} or {name}'],
    [JSON.stringify([{ ...rule, nam: 'x' }]), '0.nam', 'is no field of a rule'],
    [JSON.stringify([[]]), '0', 'an object with name'],
    [
      '{"rules":[{"name":"a","match":"*","template":"m.io/{host}/{path}","__proto__":{}}]}',
      'rules.0.__proto__',
      '__proto__',
    ],
  ])('%j is wrong at %j: %s', (text, path, part) => {
    expect(readRulesFile(text)).toEqual({ ok: false, path, why: expect.stringContaining(part) as string });
    const said = [readRulesFile(text), readRulesFile(text, 'zh')].map((read) => (read.ok ? '' : read.why));
    expect(said[0]).toMatch(/^[^\n]+\.$/);
    expect(said[1]).toMatch(/^[^\n]+。$/);
  });

  it('that is no JSON is shown the place, as far as it is known', () => {
    const broken = readRulesFile('{\n  "rules": [\n    {"name": "hub" "match": "*"}\n  ]\n}');
    expect(broken.ok || broken.why).toMatch(/line 3|"match"/);
  });

  it('whatever it holds, the answer is rules that can be used or one sentence', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.array(fc.jsonValue()).map((each) => JSON.stringify(each)),
        ),
        (text) => {
          const read = readRulesFile(text);
          if (read.ok) expect(read.rules.every((each) => validateRule(each) === null)).toBe(true);
          else expect(read.why).toMatch(/\.$/);
        },
      ),
    );
  });
});

describe('the schema of a file of mirror rules', () => {
  it('is the one that is published (`npx vitest run --project pure mirrorRulesFile -u` writes it anew)', async () => {
    const published = resolve(import.meta.dirname, '../../electron/guide/mirror-rules.schema.json');
    const style = await resolveConfig(published);
    const text = await format(JSON.stringify(rulesFileSchema()), { ...style, parser: 'json' });
    await expect(text).toMatchFileSnapshot(published);
  });

  it('asks for what the app asks for', () => {
    expect(rulesFileSchema()).toMatchObject({
      required: ['rules'],
      additionalProperties: false,
      properties: {
        $schema: { type: 'string' },
        rules: {
          type: 'array',
          items: {
            required: ['name', 'match', 'template'],
            additionalProperties: false,
            properties: { except: { type: 'array', items: { type: 'string', minLength: 1 } } },
          },
        },
      },
    });
  });

  it('fits the rules of a new installation', () => {
    expect(readRulesFile(writeRulesFile(defaultSettings.mirrors))).toEqual({
      ok: true,
      rules: defaultSettings.mirrors,
    });
  });
});
