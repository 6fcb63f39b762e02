import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitReference, referenceParts, shortDigest } from '../../renderer/view/referenceParts';

const joined = ({ host, path, name, tag }: ReturnType<typeof referenceParts>) => host + path + name + tag;
const fit = (text: string, room: number) => joined(fitReference(referenceParts(text), room));

describe('the parts of a reference', () => {
  test.each([
    ['nginx', { host: '', path: '', name: 'nginx', tag: '' }],
    ['busybox:1.36', { host: '', path: '', name: 'busybox', tag: ':1.36' }],
    ['bitnami/redis:7.2', { host: '', path: 'bitnami/', name: 'redis', tag: ':7.2' }],
    ['quay.io/argoproj/argocd:v2', { host: 'quay.io/', path: 'argoproj/', name: 'argocd', tag: ':v2' }],
    ['registry:5000/app', { host: 'registry:5000/', path: '', name: 'app', tag: '' }],
    ['localhost/app:1', { host: 'localhost/', path: '', name: 'app', tag: ':1' }],
    ['a.b/c/d:1@sha256:0123', { host: 'a.b/', path: 'c/', name: 'd', tag: ':1@sha256:0123' }],
    ['', { host: '', path: '', name: '', tag: '' }],
  ])('of %j', (text, parts) => expect(referenceParts(text)).toEqual(parts));

  test('put together are the text again, whatever it is', () => {
    fc.assert(fc.property(fc.string(), (text) => joined(referenceParts(text)) === text));
  });
});

test('a digest in a list is seven characters of it', () => {
  expect(shortDigest('@sha256:5b81db7a32cb7e2d00bb3cf33227')).toBe('@5b81db7…');
  expect(shortDigest(':v1@sha256:5b81db7a32cb7e2d00bb')).toBe(':v1@5b81db7…');
  expect(shortDigest(':v1')).toBe(':v1');
});

describe('a reference in little room', () => {
  const long = 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.13.0';

  test('is left whole where it fits', () => expect(fit(long, long.length)).toBe(long));
  test('loses the end of host and path first', () =>
    expect(fit(long, 46)).toBe('registry.k8s.io/ku…/kube-state-metrics:v2.13.0'));
  test('then the end of the host', () => expect(fit(long, 36)).toBe('registry…/kube-state-metrics:v2.13.0'));
  test('then the middle of the name, and never the tag', () =>
    expect(fit(long, 28)).toBe('regis…/kube-s…etrics:v2.13.0'));

  test('keeps its tag and needs no more than its room wherever that is possible', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,20}$/);
    const reference = fc
      .tuple(part, fc.array(part, { maxLength: 3 }), part)
      .map(([host, path, tag]) => `${[`${host}.io`, ...path, 'name'].join('/')}:${tag}`);
    fc.assert(
      fc.property(reference, fc.integer({ min: 40, max: 90 }), (text, room) => {
        const shown = fit(text, room);
        expect(shown.endsWith(referenceParts(text).tag)).toBe(true);
        expect(shown.length).toBeLessThanOrEqual(Math.max(room, 5 + 2 + 7 + referenceParts(text).tag.length));
      }),
    );
  });
});
