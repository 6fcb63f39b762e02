import { describe, expect, test } from 'vitest';
import { speechFor, words } from '../../renderer/words';

/** Every path of the tree, with what kind of thing is there; functions with the number of their arguments. */
function shape(value: unknown, path = ''): string[] {
  if (typeof value === 'function') return [`${path}()`];
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([key, child]) => shape(child, `${path}.${key}`));
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(texts);
  return [];
}

test('both languages say the same things', () => {
  expect(shape(words.zh).sort()).toEqual(shape(words.en).sort());
});

describe.each(['en', 'zh'] as const)('%s', (language) => {
  test('has no text that only repeats the other language', () => {
    const examples = ['mirror.example.com', 'mirror.example.com/{host}/{path}', 'docker.io/internal/*', 'kube-system'];
    const selector = 'disk=ssd, zone in (a, b)';
    const paths = ['/home/me/clusters/config', '/home/me/allows.txt'];
    const shared = new Set(['Pullthrough', '', ...examples, ...paths, selector]);
    const other = new Set(texts(words[language === 'en' ? 'zh' : 'en']));
    expect(texts(words[language]).filter((text) => other.has(text) && !shared.has(text))).toEqual([]);
  });

  test('mentions everything that it is given', () => {
    const functions: ((...given: never[]) => string)[] = [];
    const collect = (value: unknown): void => {
      if (typeof value === 'function') functions.push(value as (...given: never[]) => string);
      else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
    };
    collect(words[language]);
    expect(functions.length).toBeGreaterThan(60);
    for (const say of functions) {
      const given = Array.from({ length: say.length }, (_, index) => `<${String(index)}>`);
      const said = say(...(given as never[]));
      expect(said).not.toMatch(/undefined|NaN|\[object/);
      expect(said).toMatch(/<\d>/);
    }
  });
});

describe('the language', () => {
  test.each([
    ['system', 'zh-CN', 'zh', 'zh-CN'],
    ['system', 'en-GB', 'en', 'en-GB'],
    ['system', 'fr-FR', 'en', 'en'],
    ['zh', 'en-GB', 'zh', 'zh-CN'],
    ['en', 'zh-CN', 'en', 'en'],
  ] as const)('%s on a system in %s', (choice, system, language, locale) => {
    expect(speechFor(choice, system)).toMatchObject({ language, locale });
  });
});
