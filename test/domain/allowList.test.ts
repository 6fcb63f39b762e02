import { describe, expect, it } from 'vitest';
import { parseAllowList } from '../../electron/domain/mirrors/allowList';
import { parseImageReference } from '../../electron/domain/image/imageReference';
import { rulesOf } from '../../electron/domain/mirrors/mirrorKinds';
import { candidatesFor, rewrite } from '../../electron/domain/mirrors/mirrors';
import type { MirrorRule } from '../../electron/domain/settings';

function allows(lines: string, image: string): boolean {
  const parsed = parseImageReference(image);
  expect(parsed.ok).toBe(true);
  return parsed.ok && parseAllowList(lines).allows(parsed.reference);
}

describe('an allow list', () => {
  it.each([
    ['docker.io/library/nginx', 'nginx', true],
    ['docker.io/library/nginx', 'nginx:1.25', true],
    ['docker.io/library/nginx', 'nginx-extra', false],
    ['docker.io/library/nginx', 'quay.io/library/nginx', false],
    ['docker.io/library/nginx', 'team/nginx', false],
    ['docker.io/nginx', 'nginx', true],
    ['docker.io/*', 'nginx', false],
    ['docker.io/*', 'team/app', false],
    ['docker.io/senthilrch/*', 'senthilrch/busybox:1', true],
    ['docker.io/senthilrch/*', 'senthilrch/a/b', false],
    ['docker.io/senthilrch/*', 'senthilrchx/a', false],
    ['registry.k8s.io/*', 'registry.k8s.io/pause', true],
    ['registry.k8s.io/*', 'registry.k8s.io/coredns/coredns', false],
    ['registry.k8s.io/**', 'registry.k8s.io/coredns/coredns', true],
    ['registry.k8s.io/**', 'registry.k8s.io/pause', true],
    ['registry.k8s.io', 'registry.k8s.io/a/b', true],
    ['gcr.io/**', 'us.gcr.io/a/b', false],
    ['gcr.io/**', 'GCR.io/a/b', true],
    ['us.gcr.io/k8s-artifacts-prod/**', 'us.gcr.io/k8s-artifacts-prod/a/b', true],
    ['us.gcr.io/k8s-artifacts-prod/**', 'us.gcr.io/k8s-artifacts-prod', false],
    ['us.gcr.io/k8s-artifacts-prod/**', 'us.gcr.io/k8s-artifacts-production/a', false],
    ['ghcr.io/acme/app-*', 'ghcr.io/acme/app-one', true],
    ['ghcr.io/acme/app-*', 'ghcr.io/acme/app-one/two', false],
    ['ghcr.io/*/app', 'ghcr.io/acme/app', true],
    ['ghcr.io/*/app', 'ghcr.io/acme/team/app', false],
    ['ghcr.io/**/app', 'ghcr.io/acme/team/app', true],
    ['ghcr.io/a.b/*', 'ghcr.io/acb/x', false],
    ['ghcr.io/a.b*/x', 'ghcr.io/acbd/x', false],
    ['ghcr.io/a.b*/x', 'ghcr.io/a.bd/x', true],
    ['*.gcr.io/**', 'eu.gcr.io/a/b', true],
    ['*.gcr.io/**', 'gcr.io/a/b', false],
    ['ollama.ai/**', 'registry.ollama.ai/library/m', true],
    ['index.docker.io/library/nginx', 'nginx', true],
    ['bitnami/*', 'bitnami/redis', true],
    ['reg.example:5000/a', 'reg.example:5000/a', true],
    ['  Docker.IO/Library/Nginx/ \r', 'nginx', true],
    ['docker.io/library/nginx # asked for in spring', 'nginx', true],
    ['# docker.io/library/nginx', 'nginx', false],
    ['\uFEFFdocker.io/library/nginx', 'nginx', true],
    ['', 'nginx', false],
  ])('with %j, %s: %s', (lines, image, expected) => {
    expect(allows(lines, image)).toBe(expected);
  });

  it('is all its lines, whatever ends them', () => {
    for (const end of ['\n', '\r\n', '\r', '\n\n']) {
      const lines = ['quay.io/a/*', '# remark', 'ghcr.io/b/**', 'docker.io/library/nginx'].join(end);
      expect(['quay.io/a/x', 'ghcr.io/b/x/y', 'nginx', 'ghcr.io/a/x'].map((image) => allows(lines, image))).toEqual([
        true,
        true,
        true,
        false,
      ]);
    }
  });

  it('tells how much of a text it could read', () => {
    expect(parseAllowList('docker.io/a/*\nb.example/c\n\n# remark\n<html>\nno image\nword\n')).toMatchObject({
      patterns: 2,
      unread: 3,
    });
  });

  it.each([
    ['stars', `quay.io/${'*a'.repeat(12)}*b`],
    ['stars of both kinds', `quay.io/${'**a*'.repeat(12)}b`],
    ['a line without blanks', `quay${'.io'.repeat(300_000)}!`],
  ])('takes no time to speak of with %s', (_, line) => {
    const start = performance.now();
    expect(allows(`${line}\nquay.io/a/**`, `quay.io/${'a'.repeat(60)}`)).toBe(false);
    expect(allows(`${line}\nquay.io/a/**`, `quay.io/a/${'a'.repeat(60)}`)).toBe(true);
    // a few milliseconds; what tries every way to divide a name needs years
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe('rules and an allow list', () => {
  const rule = (host: string, match = '*'): MirrorRule => ({ name: host, match, template: `${host}/{host}/{path}` });
  const list = parseAllowList('docker.io/library/nginx\nghcr.io/acme/**');

  it('an image that is not on it does not go to DaoCloud’s mirror, by any of its hosts', () => {
    expect(candidatesFor('redis:7', [rule('m.daocloud.io')], [], list)).toEqual({
      candidates: [],
      refusal: { code: 'not-on-allow-list', about: 'm.daocloud.io' },
    });
    const hosts = rulesOf('daocloud-hosts', {});
    expect(candidatesFor('redis:7', hosts.ok ? hosts.rules : [], [], list).refusal).toEqual({
      code: 'not-on-allow-list',
      about: 'docker.m.daocloud.io',
    });
  });

  it('one that is on it does, under whatever name', () => {
    for (const image of ['nginx', 'Docker.io/nginx', 'registry-1.docker.io/library/nginx:1', 'GHCR.io/acme/a/b'])
      expect(candidatesFor(image, [rule('m.daocloud.io')], [], list).refusal).toBeNull();
  });

  it('other mirrors serve it all the same', () => {
    const rules = [rule('m.daocloud.io'), rule('mirror.example')];
    expect(candidatesFor('redis', rules, [], list).candidates.map(({ mirror }) => mirror)).toEqual(['mirror.example']);
    expect(rewrite('redis', rules, [], list)).toMatchObject([
      { refusal: { code: 'not-on-allow-list' } },
      { proxied: 'mirror.example/docker.io/library/redis' },
    ]);
  });

  it('without one, everything may be asked for', () => {
    expect(candidatesFor('redis', [rule('m.daocloud.io')], []).refusal).toBeNull();
    expect(candidatesFor('redis', [rule('m.daocloud.io')], [], null).refusal).toBeNull();
  });

  it('what stands against the image itself comes first', () => {
    expect(candidatesFor('reg.example:5000/a', [rule('m.daocloud.io')], [], list).refusal?.code).toBe('port');
    expect(candidatesFor('redis', [rule('m.daocloud.io')], ['docker.io'], list).refusal?.code).toBe('excluded');
  });

  it('a long list costs nothing to speak of', () => {
    const lines = Array.from({ length: 1_400 }, (_, i) => `docker.io/team${String(i)}/*`).join('\n');
    const long = parseAllowList(lines);
    const hosts = rulesOf('daocloud-hosts', {});
    const rules = [...(hosts.ok ? hosts.rules : []), rule('m.daocloud.io')];
    const start = performance.now();
    let served = 0;
    for (let i = 0; i < 10_000; i += 1)
      served +=
        candidatesFor(`team${String(i % 2_800)}/app`, rules, ['*.corp.example'], long).candidates.length > 0 ? 1 : 0;
    expect(served).toBe(5_600);
    // about 0.3 s on one slow core; a scan of the list for each would take several times the limit
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});
