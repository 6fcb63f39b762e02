import { describe, expect, test } from 'vitest';
import type { ContextStatus } from '../../electron/domain/appState';
import { patchLines, readable } from '../../renderer/view/activityRow';
import { sightLost } from '../../renderer/view/contextRow';
import { grantCommands } from '../../renderer/view/grantCommands';
import { countCells, nodeCells } from '../../renderer/view/stepTrack';
import { templateParts } from '../../renderer/view/templateParts';
import { speechFor } from '../../renderer/words';
import { caches, now } from './stateParts';

describe('commands that grant a right', () => {
  test('in one namespace', () => {
    expect(grantCommands({ context: 'prod', verb: 'patch', resource: 'pods', namespace: 'shop' })).toEqual([
      'kubectl --context prod -n shop create role pullthrough-patch-pods --verb=patch --resource=pods',
      'kubectl --context prod -n shop create rolebinding pullthrough-patch-pods --role=pullthrough-patch-pods --user=NAME',
    ]);
  });

  test('in all of them, of a group, in a context with an odd name', () => {
    const [role] = grantCommands({
      context: "it's mine",
      verb: 'create',
      resource: 'imagecaches.kubefledged.io',
      namespace: '',
    });
    expect(role).toBe(
      "kubectl --context 'it'\\''s mine' create clusterrole pullthrough-create-imagecaches-kubefledged-io --verb=create --resource=imagecaches.kubefledged.io",
    );
  });
});

describe('what was sent', () => {
  test('is shown line by line where it is a patch', () => {
    const sent =
      '[{"op":"test","path":"/a","value":"x"},{"op":"add","path":"/b","value":{"c":1}},{"op":"remove","path":"/d"}]';
    expect(patchLines(sent)).toEqual([
      { op: 'test', path: '/a', value: 'x' },
      { op: 'add', path: '/b', value: '{"c":1}' },
      { op: 'remove', path: '/d', value: '' },
    ]);
  });

  test.each(['', 'no json', '{}', '[]', '[1]', '[{"op":"test"}]', 'null'])('as it is where it is not: %s', (sent) => {
    expect(patchLines(sent)).toBeNull();
    expect(readable(sent)).not.toContain('undefined');
  });
});

describe('a context that cannot be seen', () => {
  const said = (status: ContextStatus, language: 'en' | 'zh' = 'en') =>
    sightLost(status, speechFor(language, 'en-US'), now);

  test('says why, and when it is tried again', () => {
    const blind = { is: 'blind', since: 0, why: 'no answer from 10.0.0.1', retryAt: now + 24_000 } as const;
    expect(said(blind)).toBe('no answer from 10.0.0.1. Tries again in 24s.');
    expect(said({ ...blind, why: 'No answer.', retryAt: now - 1 })).toBe('No answer. Tries again now.');
    expect(said({ is: 'denied', verb: 'list', resource: 'pods', namespace: '', retryAt: now + 60_000 })).toBe(
      'May not list pods in any namespace that is known. Tries again in 1m.',
    );
    expect(said({ is: 'denied', verb: 'list', resource: 'pods', namespace: '', retryAt: now + 60_000 }, 'zh')).toBe(
      '在已知的命名空间中都没有 list pods 的权限。1分钟后重试。',
    );
  });

  test('is one that is blind or denied, and no other', () => {
    expect(said({ is: 'live', since: 0 })).toBeNull();
    expect(said({ is: 'off' })).toBeNull();
    expect(said({ is: 'syncing', pods: 3 })).toBeNull();
  });
});

test('a node that failed is told from one that is on its way', () => {
  expect(nodeCells(caches[1])).toEqual(['done', 'failed']);
  expect(nodeCells(caches[4])).toEqual(['done', 'later']);
  expect(nodeCells(undefined)).toBeNull();
});

test('many things become one bar', () => {
  expect(countCells(2, 3, true)).toEqual(['done', 'done', 'now']);
  expect(countCells(0, 12, false)).toHaveLength(12);
  expect(countCells(5, 13, true)).toEqual(['now']);
  expect(countCells(13, 13, true)).toEqual(['done']);
  expect(countCells(0, 0, true)).toEqual(['now']);
});

test('a template is cut at its slashes', () => {
  const texts = templateParts('m.io/team/{host}/x-{name}').map(({ text }) => text);
  expect(texts).toEqual(['m.io/', 'team/', '{host}', '/', 'x-', '{name}']);
});

test('the tokens of a template are told from its text', () => {
  expect(templateParts('m.io/{host}/{path}')).toEqual([
    { text: 'm.io/', token: false },
    { text: '{host}', token: true },
    { text: '/', token: false },
    { text: '{path}', token: true },
  ]);
});
