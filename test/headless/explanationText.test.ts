import { expect, it } from 'vitest';
import type { Explanation, WaitingContainer } from '../../electron/headless/explanation';
import { explanationText } from '../../electron/headless/explanationText';
import { explainWords } from '../../electron/headless/explainWords';

const pod: Explanation = { context: 'dev', namespace: 'shop', pod: 'web', node: 'node-1', containers: [] };
const container: WaitingContainer = {
  container: 'app',
  image: 'nginx',
  reason: 'ImagePullBackOff',
  message: 'i/o timeout',
  cause: 'unreachable',
  healable: 'yes',
  title: 'Title',
  explanation: 'Explanation.',
  mirror: 'Mirror.',
  next: 'Next.',
  ambiguous: false,
  sandbox: false,
  needsLogin: false,
};
const fix = { does: 'swap', mirrors: [{ mirror: 'a', proxied: 'a/nginx' }], containers: ['app'], patch: [] } as const;

const text = (changes: Partial<Explanation>, language: 'en' | 'zh' = 'en') =>
  explanationText({ ...pod, ...changes }, language).split('\n');

it('says in a line where nothing is to be done', () => {
  expect(text({})).toEqual(['shop/web on node-1, context dev', 'No container of it waits for its image.']);
  expect(text({ state: 'deleting' })[1]).toBe('It is being deleted, so nothing is done for it.');
  expect(text({ state: 'ended' }, 'zh')[1]).toBe('它已经结束，不再需要镜像。');
  const { node: _node, ...unbound } = pod;
  expect(explanationText(unbound, 'en')).toMatch(/^shop\/web, context dev\n/);
});

it('names whom a pod pulls for', () => {
  const pullsFor = { kind: 'image-cache', name: 'cache-1' } as const;
  expect(text({ pullsFor, containers: [container] })[1]).toContain('ImageCache cache-1');
  expect(text({ pullsFor: { kind: 'pull-pod', name: 'x' } })[2]).toMatch(/^It only tries/);
});

it.each(['en', 'zh'] as const)('aligns what it says, also where letters are two columns wide: %s', (language) => {
  const lines = text({ containers: [{ ...container, fix }] }, language).filter((line) => line.startsWith('  '));
  const column = (line: string) => {
    const [label = ''] = /^ {2}\S* +/.exec(line) ?? [];
    return label.length + (label.match(/[\u4e00-\u9fff]/g)?.length ?? 0);
  };
  expect(lines).toHaveLength(8);
  expect(new Set(lines.map(column)).size).toBe(1);
});

it('shows what would move the cursor, and what would begin a line that looks like its own', () => {
  const message = 'a\r\n  fix  b\u001b[2J\u009b1m\u202ec\tend';
  const lines = text({ containers: [{ ...container, image: 'x\u001b[1m', message }] });
  expect(lines).toContain('app: x\\u{1b}[1m');
  expect(lines.find((line) => line.startsWith('  said'))).toMatch(/ a fix b\\u\{1b\}\[2J\\u\{9b\}1m\\u\{202e\}c end$/);
});

it('says by itself only of what is healed unasked', () => {
  const auto = (changes: Partial<WaitingContainer>) =>
    text({ containers: [{ ...container, fix, ...changes }] }).find((line) => line.startsWith('  auto'));
  expect(auto({})).toMatch(/ healed by itself where/);
  expect(auto({ healable: 'offer' })).toMatch(/ only when a person asks/);
  expect(auto({ cause: 'interrupted' })).toMatch(/ from the second failed attempt/);
  expect(auto({ original: 'nginx', image: 'b/nginx', healable: 'no' })).toMatch(/ from the second failed attempt/);
});

it('calls a pod in Chinese what the sentences about causes call it', () => {
  const { zh } = explainWords;
  const said = JSON.stringify(zh) + zh.notFound('a', 'b');
  expect(said).toContain('容器组');
  expect(said).not.toMatch(/\bPod\b/);
});
