import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatImageReference, parseImageReference } from '../../electron/domain/image/imageReference';
import {
  candidatesFor,
  isMirrorHost,
  prefixRule,
  rewrite,
  ruleFlaw,
  validateRule,
} from '../../electron/domain/mirrors/mirrors';
import { defaultSettings, mirrorRuleSchema, type MirrorRule } from '../../electron/domain/settings';
import { references } from './references';

const sha = `sha256:${'0123456789abcdef'.repeat(4)}`;
const prefix: MirrorRule = { name: 'prefix', match: '*', template: 'mirror.example/{host}/{path}' };
const rule = (match: string, template: string): MirrorRule => ({ name: template, match, template });

function proxied(image: string, ...rules: MirrorRule[]): string | undefined {
  return candidatesFor(image, rules, []).candidates[0]?.proxied;
}

function refused(image: string, rules: readonly MirrorRule[] = [prefix], noProxy: readonly string[] = []) {
  return candidatesFor(image, rules, noProxy).refusal;
}

describe('a mirror that takes the host as part of the path', () => {
  it.each([
    ['nginx', 'mirror.example/docker.io/library/nginx'],
    ['nginx:1.25', 'mirror.example/docker.io/library/nginx:1.25'],
    ['index.docker.io/redis:7', 'mirror.example/docker.io/library/redis:7'],
    ['team/app', 'mirror.example/docker.io/team/app'],
    ['registry/team/app:1', 'mirror.example/docker.io/registry/team/app:1'],
    [`nginx@${sha}`, `mirror.example/docker.io/library/nginx@${sha}`],
    [`registry.k8s.io/pause/controller:v1@${sha}`, `mirror.example/registry.k8s.io/pause/controller:v1@${sha}`],
    ['registry.k8s.io/pause:3.10', 'mirror.example/registry.k8s.io/pause:3.10'],
    ['GHCR.io/acme/app:V1', 'mirror.example/ghcr.io/acme/app:V1'],
    ['notmirror.example/app', 'mirror.example/notmirror.example/app'],
  ])('%s becomes %s', (image, expected) => {
    expect(candidatesFor(image, [prefix], [])).toEqual({
      candidates: [{ mirror: 'mirror.example', proxied: expected }],
      refusal: null,
    });
  });

  it.each([
    ['mirror.example/docker.io/library/nginx:1', 'already-proxied', 'mirror.example'],
    ['docker.mirror.example/library/nginx:1', 'already-proxied', 'docker.mirror.example'],
    ['localhost/app:dev', 'local', 'localhost'],
    ['localhost:5000/app', 'local', 'localhost:5000'],
    ['127.0.0.1:5000/app', 'local', '127.0.0.1:5000'],
    ['[::1]/app', 'local', '[::1]'],
    ['registry.corp.example:8443/app', 'port', 'registry.corp.example:8443'],
    ['10.0.0.5:5000/app', 'port', '10.0.0.5:5000'],
    ['[::1]:5000/app', 'port', '[::1]:5000'],
    ['10.0.0.5/app', 'ip-host', '10.0.0.5'],
    ['[2001:db8::1]/app', 'ip-host', '[2001:db8::1]'],
    ['Registry/app', 'host-without-dot', 'Registry'],
    ['Nginx:1', 'invalid', 'Nginx:1'],
    ['', 'invalid', ''],
    ['0123456789abcdef'.repeat(4), 'image-id', '0123456789abcdef'.repeat(4)],
    [sha, 'image-id', sha],
  ])('%s is refused as %s', (image, code, about) => {
    expect(refused(image)).toEqual({ code, about });
  });

  it('refuses a result that is longer than a name may be', () => {
    const fits = `a/${'b'.repeat(228)}`;
    expect(proxied(fits, prefix)).toHaveLength(255);
    expect(refused(`${fits}b`)).toMatchObject({ code: 'invalid' });
  });
});

describe('templates', () => {
  it.each([
    ['docker.io', 'harbor.example/hub/{path}', 'nginx:1', 'harbor.example/hub/library/nginx:1'],
    ['k8s.gcr.io', 'cn.example/google_containers/{name}', 'k8s.gcr.io/a/b/c:v1', 'cn.example/google_containers/c:v1'],
    ['docker.io', 'nexus.example:8082/{path}', 'team/app', 'nexus.example:8082/team/app'],
    ['*', 'localhost:5001/{host}/{path}', 'ghcr.io/a/b:1', 'localhost:5001/ghcr.io/a/b:1'],
    ['docker.io', 'm.example/{path}:{tag}', 'nginx:1', 'm.example/library/nginx:1'],
    ['docker.io', 'm.example/{path}:{tag}', 'nginx', 'm.example/library/nginx'],
    ['docker.io', 'm.example/{path}:{tag}@{digest}', `nginx@${sha}`, `m.example/library/nginx@${sha}`],
    ['docker.io', 'm.example/{path}@{digest}', `nginx:1@${sha}`, `m.example/library/nginx:1@${sha}`],
    ['docker.io', 'm.example/{path}/{tag}', 'nginx:1.25', 'm.example/library/nginx/1.25'],
    ['docker.io', 'm.example/{path}/{tag}', 'nginx', 'm.example/library/nginx/latest'],
    ['docker.io', 'm.example/images:{name}-{tag}', 'nginx:V1', 'm.example/images:nginx-V1'],
    ['docker.io', 'm.example/images:{name}-{tag}', `nginx:1@${sha}`, `m.example/images:nginx-1@${sha}`],
    ['reg.example:5000', 'm.example/reg/{path}', 'reg.example:5000/app:1', 'm.example/reg/app:1'],
    ['10.0.0.5', 'm.example/lab/{path}', '10.0.0.5/app:1', 'm.example/lab/app:1'],
    ['*', 'M.Example/{host}/{path}', 'nginx', 'm.example/docker.io/library/nginx'],
    ['registry', 'm.example/{path}', 'Registry/app', 'm.example/app'],
  ])('%s -> %s makes of %s', (match, template, image, expected) => {
    expect(proxied(image, rule(match, template))).toBe(expected);
  });

  it.each([
    ['a tag that is not there', 'm.example/{path}/{tag}', `nginx@${sha}`],
    ['a tag in the path that no path may hold', 'm.example/{path}/{tag}', 'nginx:V1'],
    ['a mirror without a host', 'mirror/{host}/{path}', 'nginx:1'],
    ['an unknown token', 'm.example/{repo}', 'nginx:1'],
  ])('makes nothing of %s', (_, template, image) => {
    expect(refused(image, [rule('*', template)])).toMatchObject({ code: expect.stringMatching(/invalid/) as string });
  });
});

describe('which rule matches', () => {
  it.each([
    ['docker.io', 'nginx', true],
    ['index.docker.io', 'nginx', true],
    ['gcr.io', 'us.gcr.io/a/b', false],
    ['*.gcr.io', 'us.gcr.io/a/b', true],
    ['*.gcr.io', 'gcr.io/a/b', false],
    ['ghcr.io/acme/*', 'ghcr.io/acme/app', true],
    ['ghcr.io/acme', 'ghcr.io/acme/app', true],
    ['ghcr.io/acme/*', 'ghcr.io/acmecorp/app', false],
    ['docker.io/nginx', 'nginx:1', true],
    ['docker.io/nginx', 'nginx-extra', false],
    ['bitnami/*', 'docker.io/bitnami/redis', true],
    ['*/team/*', 'quay.io/team/app', true],
  ])('%s and %s: %s', (match, image, matches) => {
    const found = proxied(image, rule(match, 'm.example/{host}/{path}')) !== undefined;
    expect(found).toBe(matches);
    if (!matches) expect(refused(image, [rule(match, 'm.example/{host}/{path}')])).toMatchObject({ code: 'no-rule' });
  });

  it('tries them in order, each result once, and tells of every one', () => {
    const rules = [rule('quay.io', 'a.example/{path}'), prefix, { ...prefix, name: 'again' }];
    expect(rewrite('nginx:1', rules, [])).toEqual([
      { rule: rules[0], refusal: { code: 'no-rule', about: 'docker.io' } },
      { rule: rules[1], proxied: 'mirror.example/docker.io/library/nginx:1' },
      { rule: rules[2], proxied: 'mirror.example/docker.io/library/nginx:1' },
    ]);
    expect(candidatesFor('nginx:1', rules, []).candidates).toHaveLength(1);
  });

  it('says what stands against the image before it says that other rules do not match', () => {
    const rules = [rule('quay.io', 'a.example/{path}'), prefix];
    expect(refused('reg.example:5000/app', rules)).toEqual({ code: 'port', about: 'reg.example:5000' });
    expect(refused('nginx', [])).toEqual({ code: 'no-rule', about: 'docker.io' });
  });

  it('says what no mirror could do with the host before it says that no rule matches', () => {
    const rules = [rule('docker.io', 'a.example/{path}')];
    expect(refused('reg.example:5000/app', rules)).toEqual({ code: 'port', about: 'reg.example:5000' });
    expect(refused('10.0.0.5/app', rules)).toEqual({ code: 'ip-host', about: '10.0.0.5' });
    expect(refused('Registry/app', rules)).toEqual({ code: 'host-without-dot', about: 'Registry' });
    expect(refused('quay.io/app', rules)).toEqual({ code: 'no-rule', about: 'quay.io' });
    expect(rewrite('reg.example:5000/app', rules, [])).toMatchObject([{ refusal: { code: 'no-rule' } }]);
  });

  it('a rule for many registries takes no address along, even where it drops the host', () => {
    expect(refused('10.0.0.5/app', [rule('*', 'm.example/lab/{path}')])).toEqual({
      code: 'ip-host',
      about: '10.0.0.5',
    });
    expect(proxied('10.0.0.5/app', rule('10.0.0.5', 'm.example/lab/{path}'))).toBe('m.example/lab/app');
  });

  it('keeps away from the mirrors of all rules, not only of the matching one', () => {
    const rules = [rule('quay.io', '{host}.m.example/{path}'), prefix];
    expect(refused('quay.io.m.example/app', rules)).toMatchObject({ code: 'already-proxied' });
    expect(isMirrorHost('m.example', rules)).toBe(false);
    expect(isMirrorHost('MIRROR.example', rules)).toBe(true);
    expect(isMirrorHost('a.b.mirror.example', rules)).toBe(false);
    expect(isMirrorHost('docker.mirror.example', rules)).toBe(true);
    // a rule that names it as a source knows that it is none
    expect(isMirrorHost('docker.mirror.example', [...rules, rule('docker.mirror.example', 'a.example/{path}')])).toBe(
      false,
    );
  });
});

describe('what a rule leaves to the next', () => {
  const hub: MirrorRule = {
    name: 'hub',
    match: 'docker.io',
    except: ['docker.io/library/*', 'bitnami/redis', '*/acme/*'],
    template: 'hub.example/{path}',
  };

  it.each([
    ['nginx', 'mirror.example/docker.io/library/nginx'],
    ['bitnami/redis:7', 'mirror.example/docker.io/bitnami/redis:7'],
    ['bitnami/redis-cluster', 'hub.example/bitnami/redis-cluster'],
    ['acme/app', 'mirror.example/docker.io/acme/app'],
    ['team/app', 'hub.example/team/app'],
  ])('%s goes to %s first', (image, expected) => {
    expect(proxied(image, hub, prefix)).toBe(expected);
  });

  it('is not covered by it, and only by it', () => {
    expect(rewrite('nginx', [hub, prefix], [])).toMatchObject([
      { refusal: { code: 'no-rule', about: 'docker.io' } },
      { proxied: 'mirror.example/docker.io/library/nginx' },
    ]);
    expect(refused('nginx', [hub])).toEqual({ code: 'no-rule', about: 'docker.io' });
    expect(proxied('nginx', { ...hub, except: [] })).toBe('hub.example/library/nginx');
  });

  it('is named host by host: a domain is not its subdomains here', () => {
    const rules = [{ ...prefix, except: ['corp.example', '*.lab.example'] }];
    expect(refused('corp.example/app', rules)).toMatchObject({ code: 'no-rule' });
    expect(refused('r.corp.example/app', rules)).toBeNull();
    expect(refused('r.lab.example/app', rules)).toMatchObject({ code: 'no-rule' });
  });
});

describe('for every image', () => {
  const rules = [prefix, rule('*', 'harbor.example:8443/proxy/{host}/{path}'), rule('docker.io', 'hub.example/{path}')];

  it('what comes out is a reference on the mirror, with the same tag and digest', () => {
    fc.assert(
      fc.property(references, (reference) => {
        for (const outcome of rewrite(formatImageReference(reference), rules, [])) {
          if (!('proxied' in outcome)) continue;
          expect(parseImageReference(outcome.proxied)).toMatchObject({
            ok: true,
            reference: {
              domain: outcome.rule.template.split('/')[0],
              tag: reference.tag,
              digest: reference.digest,
            },
          });
        }
      }),
    );
  });

  it('what has been rewritten is never rewritten again', () => {
    let rewritten = 0;
    fc.assert(
      fc.property(references, (reference) => {
        for (const { proxied: result } of candidatesFor(formatImageReference(reference), rules, []).candidates) {
          rewritten += 1;
          expect(candidatesFor(result, rules, [])).toMatchObject({
            candidates: [],
            refusal: { code: 'already-proxied' },
          });
        }
      }),
    );
    expect(rewritten).toBeGreaterThan(0);
  });

  it('no text at all makes it throw', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (image, entry) => {
        const { candidates, refusal } = candidatesFor(image, rules, [entry]);
        expect(candidates.length === 0).toBe(refusal !== null);
      }),
    );
  });
});

describe('a mirror given by its host', () => {
  it.each([
    ['m.example.io', 'm.example.io/{host}/{path}'],
    ['  https://M.Example.io/ ', 'm.example.io/{host}/{path}'],
    ['http://10.0.0.9:8888//', '10.0.0.9:8888/{host}/{path}'],
    ['localhost:5001', 'localhost:5001/{host}/{path}'],
  ])('%s stands for %s', (text, template) => {
    const made = prefixRule(text);
    expect(made).toMatchObject({ ok: true, rule: { match: '*', template } });
    if (!made.ok) return;
    expect(mirrorRuleSchema.parse(made.rule)).toEqual(made.rule);
    expect(validateRule(made.rule)).toBeNull();
  });

  it.each([
    '',
    'mirror',
    'm.example.io/path',
    'm.example.io:0',
    'm.example.io:70000',
    'a b.example',
    '{host}',
    'ftp://x.y',
  ])('%j is no host, which one sentence says', (text) => {
    expect(prefixRule(text)).toEqual({ ok: false, why: expect.stringMatching(/^[^.].*\.$/) as string });
    expect(prefixRule(text, 'zh')).toEqual({ ok: false, why: expect.stringMatching(/。$/) as string });
  });
});

describe('a rule that a person wrote', () => {
  it.each([
    ['*', 'm.daocloud.io/{host}/{path}'],
    ['docker.io', 'harbor.example/hub/{path}'],
    ['registry.k8s.io', 'registry.cn.example/google_containers/{name}'],
    ['ghcr.io/acme/*', 'm.example/{path}:{tag}'],
    ['*.gcr.io', 'nexus.example:8082/{path}@{digest}'],
    ['docker.io', 'm.example/{path}/{tag}'],
    ['docker.io', 'm.example/images:{name}-{tag}'],
    ['docker.io', '{host}.m.example/{path}'],
    ['*-docker.pkg.dev', 'm.example/gar/{path}'],
    ['*.corp.example:5000', 'm.example/corp/{path}'],
    ['reg:5000', 'm.example/{path}'],
    ['[2001:db8::1]:5000', 'm.example/{path}'],
    ['bitnami/*', 'm.example/{path}'],
    ['https://ghcr.io/acme/', 'm.example/{path}'],
    ['*/team/*', 'm.example/{host}/{path}'],
    ['*:5000', 'm.example/{host}/{path}'],
  ])('%s -> %s can be used', (match, template) => {
    expect(validateRule(rule(match, template))).toBeNull();
  });

  it.each([
    ['docker io', 'm.example/{path}', 'matches no registry'],
    ['nginx', 'm.example/{path}', 'matches no registry'],
    ['.gcr.io', 'm.example/{path}', 'matches no registry'],
    ['docker.io,quay.io', 'm.example/{host}/{path}', 'matches no registry'],
    ['ghcr.io/acme/app:1', 'm.example/{path}', 'matches no registry'],
    ['ghcr.io//acme', 'm.example/{path}', 'matches no registry'],
    ['*.io', 'm.example/{path}', '{host}'],
    ['docker.*', 'm.example/{path}', '{host}'],
    ['*cr.io', 'm.example/{path}', '{host}'],
    ['*/team/*', 'm.example/{path}', '{host}'],
    ['docker.io', 'https://m.example/{path}', 'https://'],
    ['docker.io', 'm.example/{repo}', '{repo}'],
    ['docker.io', 'm.example/{path', '{path'],
    ['docker.io', 'mirror/{path}', 'begins with the mirror’s host'],
    ['docker.io', '{path}', 'begins with the mirror’s host'],
    ['docker.io', 'm.example:99999/{path}', 'begins with the mirror’s host'],
    ['docker.io', 'm.example/app', '{path} or {name}'],
    ['*', 'm.example/{path}', '{host}'],
    ['docker.io', 'm.example//{path}', 'valid image name'],
    ['docker.io', 'm.example/Hub/{path}', 'valid image name'],
    ['docker.io', 'm.example/{path}:1.0', 'valid image name'],
    ['docker.io', 'm.example/{digest}/{path}', 'valid image name'],
    ['docker.io', 'm.example/{path}@{digest}:{tag}', 'valid image name'],
  ])('%s -> %s cannot: %s', (match, template, part) => {
    const sentence = validateRule(rule(match, template));
    expect(sentence).toContain(part);
    expect(validateRule(rule(match, template), 'zh')).toMatch(/。$/);
  });

  it('is shown which of its fields is wrong', () => {
    const good = rule('docker.io', 'm.example/{path}');
    expect(ruleFlaw({ ...good, except: ['docker.io/library/*', '*'] })).toBeNull();
    expect(ruleFlaw({ ...good, match: 'nginx' })?.path).toBe('match');
    expect(ruleFlaw({ ...good, except: ['ghcr.io', 'nginx', 'a b'] })).toEqual({
      path: 'except.1',
      why: expect.stringContaining('“nginx” matches no registry') as string,
    });
    expect(ruleFlaw({ ...good, template: 'm.example' })?.path).toBe('template');
  });

  it('the rule of a new installation is one of those that can', () => {
    expect(defaultSettings.mirrors.map((each) => validateRule(each))).toEqual([null]);
  });
});
