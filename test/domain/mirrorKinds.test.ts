import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mirrorKinds, rulesOf, type MirrorKindId } from '../../electron/domain/mirrors/mirrorKinds';
import { candidatesFor, validateRule } from '../../electron/domain/mirrors/mirrors';
import { mirrorRuleSchema } from '../../electron/domain/settings';
import { mirrorKindWords } from '../../electron/domain/words/mirrorKinds';

type Fields = Parameters<typeof rulesOf>[1];

function through(kind: MirrorKindId, fields: Fields, image: string): string | undefined {
  const made = rulesOf(kind, fields);
  expect(made).toMatchObject({ ok: true });
  if (!made.ok) return undefined;
  const { candidates, refusal } = candidatesFor(image, made.rules, []);
  return candidates[0]?.proxied ?? refusal?.code;
}

describe('a kind of mirror and its fields', () => {
  const aws = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
  it.each<[MirrorKindId, Fields, image: string, expected: string]>([
    ['prefix', { host: 'm.daocloud.io' }, 'nginx:1.25', 'm.daocloud.io/docker.io/library/nginx:1.25'],
    ['prefix', { host: '10.0.0.9:8888' }, 'quay.io/a/b', '10.0.0.9:8888/quay.io/a/b'],
    ['daocloud-hosts', {}, 'quay.io/a/b', 'quay.m.daocloud.io/a/b'],
    ['registry', { host: 'reg.example:5000' }, 'nginx:1.25', 'reg.example:5000/library/nginx:1.25'],
    ['registry', { host: 'reg.example:5000' }, 'quay.io/a/b', 'no-rule'],
    ['registry', { host: 'reg.example:5000', upstream: 'quay.io' }, 'quay.io/a/b', 'reg.example:5000/a/b'],
    ['harbor', { host: 'harbor.example', project: 'hub' }, 'nginx:1.25', 'harbor.example/hub/library/nginx:1.25'],
    [
      'harbor',
      { host: 'harbor.example', project: 'k8s', upstream: 'registry.k8s.io' },
      'registry.k8s.io/pause:3',
      'harbor.example/k8s/pause:3',
    ],
    ['nexus', { host: 'nexus.example', repository: 'docker' }, 'nginx', 'nexus.example/docker/library/nginx'],
    ['nexus', { host: 'nexus.example:8082' }, 'nginx', 'nexus.example:8082/library/nginx'],
    ['nexus', { host: 'hub.nexus.example', repository: '' }, 'a/b', 'hub.nexus.example/a/b'],
    [
      'artifactory',
      { host: 'art.example', repository: 'docker-remote' },
      'nginx',
      'art.example/docker-remote/library/nginx',
    ],
    ['artifactory', { host: 'docker-remote.art.example' }, 'nginx', 'docker-remote.art.example/library/nginx'],
    ['ecr', { host: aws }, 'nginx', `${aws}/docker-hub/library/nginx`],
    ['ecr', { host: aws }, 'team/app', `${aws}/docker-hub/team/app`],
    ['ecr', { host: aws, upstream: 'quay.io' }, 'quay.io/a/b', `${aws}/quay/a/b`],
    ['ecr', { host: aws, upstream: 'registry.k8s.io' }, 'registry.k8s.io/pause:3', `${aws}/kubernetes/pause:3`],
    ['ecr', { host: aws, upstream: 'public.ecr.aws' }, 'public.ecr.aws/a/b', `${aws}/ecr-public/a/b`],
    ['ecr', { host: aws, prefix: 'ROOT' }, 'nginx', `${aws}/library/nginx`],
    ['ecr', { host: aws, upstream: 'ghcr.io', prefix: 'team/github' }, 'ghcr.io/a/b', `${aws}/team/github/a/b`],
    [
      'gar',
      { location: 'europe-west1', project: 'p', repository: 'hub' },
      'nginx',
      'europe-west1-docker.pkg.dev/p/hub/library/nginx',
    ],
    [
      'gar',
      { location: 'https://us-docker.pkg.dev/', project: 'corp.example:p', repository: 'q', upstream: 'quay.io' },
      'quay.io/a/b',
      'us-docker.pkg.dev/corp.example/p/q/a/b',
    ],
    [
      'gitlab',
      { host: 'gitlab.example', group: 'Team/Sub' },
      'nginx:1',
      'gitlab.example/team/sub/dependency_proxy/containers/library/nginx:1',
    ],
    ['gitlab', { host: 'gitlab.example', group: 'team' }, 'quay.io/a/b', 'no-rule'],
  ])('%s %j makes of %s: %s', (kind, fields, image, expected) => {
    expect(through(kind, fields, image)).toBe(expected);
  });

  it.each<[source: string, target: string, image: string, expected: string]>([
    ['docker.io/library/*', 'dockerhub/*', 'nginx:1.25', 'a.azurecr.io/dockerhub/nginx:1.25'],
    ['docker.io/library/*', 'dockerhub/*', 'team/app', 'no-rule'],
    ['docker.io/library', 'dockerhub', 'nginx:1.25', 'a.azurecr.io/dockerhub/nginx:1.25'],
    ['docker.io/*', 'hub/*', 'nginx', 'a.azurecr.io/hub/library/nginx'],
    ['docker.io', 'hub', 'team/app', 'a.azurecr.io/hub/team/app'],
    ['registry-1.docker.io/*', 'hub', 'team/app', 'a.azurecr.io/hub/team/app'],
    ['ghcr.io/acme/*', 'acme/*', 'ghcr.io/acme', 'no-rule'],
    ['ghcr.io/acme/*', 'acme/*', 'ghcr.io/acme/app', 'a.azurecr.io/acme/app'],
    // what the rule's name would become cannot be said with a template, so nothing false is said
    ['ghcr.io/acme/*', 'x/*', 'ghcr.io/acme/deep/app', 'no-rule'],
    ['docker.io/library/nginx', 'cache/nginx', 'nginx:1', 'a.azurecr.io/cache/nginx:1'],
    ['docker.io/library/nginx', 'nginx', 'nginx:1', 'a.azurecr.io/nginx:1'],
    ['docker.io/library/nginx', 'nginx', 'redis:1', 'no-rule'],
    ['ghcr.io/acme/app', 'cache/app', 'ghcr.io/acme/app:1', 'a.azurecr.io/cache/app:1'],
    ['ghcr.io/acme/app', 'cache/app', 'ghcr.io/acme/app/one:1', 'a.azurecr.io/cache/app/one:1'],
    ['ghcr.io/acme/app', 'cache/app', 'ghcr.io/acme/app/one/two', 'no-rule'],
  ])('acr from %s to %s makes of %s: %s', (source, target, image, expected) => {
    expect(through('acr', { host: 'a.azurecr.io', source, target }, image)).toBe(expected);
  });

  it('takes what people paste', () => {
    const clean = rulesOf('harbor', { host: 'harbor.example', project: 'hub', upstream: 'docker.io' });
    for (const upstream of ['', '  ', 'https://registry-1.docker.io', 'https://index.docker.io/v1/', ' Docker.io/ '])
      expect(rulesOf('harbor', { host: ' https://Harbor.example// ', project: ' /hub/ ', upstream })).toEqual(clean);
    expect(clean).toEqual({
      ok: true,
      rules: [{ name: 'harbor.example/hub', match: 'docker.io', template: 'harbor.example/hub/{path}' }],
    });
  });

  it('knows what a proxy of DaoCloud’s mirror brings', () => {
    expect(through('registry', { host: 'r.example', upstream: 'https://m.daocloud.io' }, 'quay.io/a/b')).toBe(
      'r.example/quay.io/a/b',
    );
    expect(
      through('nexus', { host: 'n.example', repository: 'hub', upstream: 'https://docker.m.daocloud.io' }, 'nginx'),
    ).toBe('n.example/hub/library/nginx');
  });

  it.each<[MirrorKindId, Fields, field: string, part: string]>([
    ['prefix', {}, 'host', 'filled in'],
    ['prefix', { host: 'mirror' }, 'host', '“mirror”'],
    ['registry', { host: 'm.example/path' }, 'host', '“m.example/path”'],
    ['registry', { host: 'm.example:99999' }, 'host', '“m.example:99999”'],
    ['registry', { host: 'm.example', upstream: 'hub' }, 'upstream', '“hub”'],
    ['registry', { host: 'm.example', upstream: 'https://m.example' }, 'upstream', 'mirror itself'],
    ['gitlab', { host: 'docker.io', group: 'team' }, 'host', '“docker.io”'],
    ['acr', { host: 'quay.io', source: 'quay.io/a/*', target: 'x' }, 'host', '“quay.io”'],
    ['harbor', { host: 'm.example', project: ' ' }, 'project', 'filled in'],
    ['harbor', { host: 'm.example', project: 'Hub' }, 'project', '“Hub”'],
    ['harbor', { host: 'm.example', project: 'a:b', upstream: '' }, 'project', ''],
    ['nexus', { host: 'm.example', repository: 'a b' }, 'repository', '“a b”'],
    ['nexus', { host: 'm.example', repository: '{path}' }, 'repository', '“{path}”'],
    ['ecr', { host: 'm.example', upstream: 'ghcr.io' }, 'prefix', 'filled in'],
    ['acr', { host: 'm.example', source: 'library/*', target: 'x' }, 'source', '“library/*”'],
    ['acr', { host: 'm.example', source: 'docker.io/a/*/b', target: 'x' }, 'source', 'cache rule'],
    ['acr', { host: 'm.example', source: 'docker.io/library/nginx', target: 'web' }, 'target', 'nginx'],
    ['acr', { host: 'm.example', source: 'registry-1.docker.io/library/nginx', target: 'web' }, 'target', 'nginx'],
    ['acr', { host: 'm.example', source: 'docker.io', target: '*' }, 'target', 'filled in'],
    ['gar', { location: 'europe west', project: 'p', repository: 'r' }, 'location', 'europe west'],
    ['gitlab', { host: 'm.example', group: '' }, 'group', 'filled in'],
    ['harbor', { host: 'm.example', project: 'a'.repeat(260) }, 'project', ''],
    ['harbor', { host: 'm.example', project: 'a'.repeat(240) }, 'host', 'valid image name'],
  ])('%s %j: %s is wrong', (kind, fields, field, part) => {
    const made = rulesOf(kind, fields);
    expect(made).toEqual({ ok: false, field, why: expect.stringContaining(part) as string });
    const chinese = rulesOf(kind, fields, 'zh');
    for (const [said, ending] of [
      [made, /\S\.$/],
      [chinese, /。$/],
    ] as const)
      expect(said.ok || said.why).toMatch(ending);
  });
});

describe('every kind of mirror', () => {
  it('has words in both languages, each field included', () => {
    for (const words of Object.values(mirrorKindWords)) {
      expect(Object.keys(words.kinds).sort()).toEqual(mirrorKinds.map(({ id }) => id).sort());
      for (const { title, about } of Object.values(words.kinds)) {
        expect(title).not.toBe('');
        expect(about).toMatch(/[.。]$/);
      }
      const fields = new Set(mirrorKinds.flatMap((kind) => kind.fields.map(({ name }) => name)));
      expect(Object.keys(words.fields).sort()).toEqual([...fields].sort());
    }
  });

  it('makes rules of its own examples, and of its defaults', () => {
    for (const { id, fields } of mirrorKinds) {
      expect(rulesOf(id, Object.fromEntries(fields.map(({ name, example }) => [name, example])))).toMatchObject({
        ok: true,
      });
      const least = fields.filter((field) => field.default === null);
      expect(rulesOf(id, Object.fromEntries(least.map(({ name, example }) => [name, example])))).toMatchObject({
        ok: true,
      });
    }
  });

  const text = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.stringMatching(/^[a-z0-9]{1,6}([.:/-][a-z0-9]{1,6}){0,3}(\/\*)?$/),
    fc.constantFrom('', 'm.example', 'docker.io', 'm.daocloud.io', 'ghcr.io/acme', 'hub', 'reg.example:5000'),
  );
  const names = [...new Set(mirrorKinds.flatMap(({ fields }) => fields.map(({ name }) => name)))];
  const fields = fc.record(Object.fromEntries(names.map((name) => [name, text])));

  it('makes of any fields rules that can be used, or names one of its fields', () => {
    let usable = 0;
    fc.assert(
      fc.property(fc.constantFrom(...mirrorKinds), fields, (kind, given) => {
        const made = rulesOf(kind.id, given);
        if (!made.ok) {
          expect(kind.fields.map(({ name }) => name)).toContain(made.field);
          expect(made.why).toMatch(/\S\.$/);
          return;
        }
        usable += 1;
        expect(made.rules.length).toBeGreaterThan(0);
        for (const rule of made.rules) {
          expect(validateRule(rule)).toBeNull();
          expect(mirrorRuleSchema.parse(rule)).toEqual(rule);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(usable).toBeGreaterThan(100);
  });
});
