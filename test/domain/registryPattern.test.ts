import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidatesFor } from '../../electron/domain/mirrors/mirrors';
import { excludedBy } from '../../electron/domain/image/registryPattern';
import type { MirrorRule } from '../../electron/domain/settings';
import { references } from './references';

const sha = `sha256:${'0123456789abcdef'.repeat(4)}`;
const prefix: MirrorRule = { name: 'prefix', match: '*', template: 'mirror.example/{host}/{path}' };

function refused(image: string, rules: readonly MirrorRule[], noProxy: readonly string[]) {
  return candidatesFor(image, rules, noProxy).refusal;
}

describe('what never goes through a mirror', () => {
  it.each([
    ['docker.io', 'nginx', true],
    ['docker.io', 'quay.io/nginx', false],
    ['corp.example', 'registry.corp.example/app', true],
    ['corp.example', 'notcorp.example/app', false],
    ['*.corp.example', 'registry.corp.example/app', true],
    ['.corp.example', 'registry.corp.example/app', true],
    ['*.corp.example', 'corp.example/app', false],
    ['reg.example:5000', 'reg.example:5000/app', true],
    ['reg.example:5000', 'reg.example/app', false],
    ['reg.example', 'reg.example:5000/app', true],
    ['ghcr.io/acme/*', 'ghcr.io/acme/app', true],
    ['ghcr.io/acme/*', 'ghcr.io/other/app', false],
    ['nginx', 'nginx:1', true],
    ['nginx', 'team/nginx:1', false],
    ['team/*', 'team/app', true],
    ['  docker.io  ', 'nginx', true],
    ['quay.io, docker.io', 'nginx', true],
    ['https://docker.io/', 'nginx', true],
    ['*', 'quay.io/a/b', true],
    ['', 'nginx', false],
    [' , ,, ', 'nginx', false],
    [',docker.io,', 'nginx', true],
    ['quay.io\tdocker.io\n', 'nginx', true],
    ['quay.io;docker.io', 'nginx', true],
    ['DOCKER.io', 'nginx', true],
    ['docker.io', 'Docker.IO/nginx', true],
    ['index.docker.io', 'nginx', true],
    ['*.corp.example/team/*', 'r.corp.example/team/app', true],
    ['*.corp.example/team/*', 'r.corp.example/other/app', false],
    ['*.corp.example/team/*', 'corp.example/team/app', false],
    ['*.corp.example/team', 'r.corp.example/team/deep/app', true],
    ['.corp.example/team/*', 'r.corp.example/team/app', true],
    ['corp.example/team/*', 'r.corp.example/team/app', true],
    ['*/team/*', 'quay.io/team/app', true],
    ['r.*.example', 'r.corp.example/app', true],
    ['*.corp.*', 'r.corp.example/app', true],
    ['*.corp.*', 'corp.example/app', false],
    ['*.corp.example:5000', 'r.corp.example:5000/app', true],
    ['*.corp.example:5000', 'r.corp.example/app', false],
    ['corp.example:5000', 'r.corp.example:5000/app', true],
    ['*:5000', 'r.corp.example:5000/app', true],
    ['*:5000', 'r.corp.example:5001/app', false],
    ['*:*', 'r.corp.example:5001/app', true],
    ['reg:5000', 'reg:5000/app', true],
    ['reg', 'reg:5000/app', true],
    ['reg.example:5000/team/*', 'reg.example:5000/team/app', true],
    ['reg.example:5000/team/*', 'reg.example/team/app', false],
    ['10.0.0.5', '10.0.0.5:5000/app', true],
    ['[2001:db8::1]:5000', '[2001:db8::1]:5000/app', true],
    ['[2001:db8::1]', '[2001:db8::1]/app', true],
    ['2001:db8::1', '[2001:db8::1]:5000/app', true],
    ['2001:db8::2', '[2001:db8::1]:5000/app', false],
    ['ghcr.io/acme', 'ghcr.io/acme/app', true],
    ['ghcr.io/acme/', 'ghcr.io/acme/app', true],
    ['ghcr.io/acme/app', 'ghcr.io/acme/app-two', false],
    ['ghcr.io/acme/app*', 'ghcr.io/acme/app-two', true],
    ['ghcr.io/acme/app:1', 'ghcr.io/acme/app:2', true],
    [`ghcr.io/acme/app@${sha}`, 'ghcr.io/acme/app:2', true],
    ['http://reg.example:5000', 'reg.example:5000/app', true],
    ['http://reg.example:5000', 'reg.example:5001/app', false],
    ['docker.io/nginx', 'nginx', true],
    ['docker.io/*', 'nginx', true],
    ['library/*', 'nginx', true],
    ['nginx:1.25', 'nginx:1.26', true],
    ['Nginx', 'nginx', true],
    ['nginx', 'nginx-extra', false],
    ['rocket.chat', 'rocket.chat', true],
  ])('%j and %s: %s', (entry, image, excluded) => {
    const refusal = refused(image, [prefix], [entry]);
    if (excluded) expect(refusal?.code).toBe('excluded');
    else expect(refusal?.code).not.toBe('excluded');
  });

  it('names the entry', () => {
    expect(refused('nginx', [prefix], ['quay.io', ' docker.io '])).toEqual({ code: 'excluded', about: 'docker.io' });
    expect(refused('r.lab.example/app', [prefix], ['quay.io,*.Lab.example'])?.about).toBe('*.Lab.example');
  });

  it('no entry makes it throw, and an entry that is the image’s own name keeps it away', () => {
    fc.assert(
      fc.property(references, fc.string(), (reference, other) => {
        // a host in capitals without a dot is read as a name on Docker Hub here
        fc.pre(reference.domain !== 'Registry');
        expect(() => excludedBy([other], reference)).not.toThrow();
        expect(excludedBy([other, `${reference.domain}/${reference.path}`], reference)).not.toBeNull();
        expect(excludedBy([reference.domain], reference)).not.toBeNull();
      }),
    );
  });
});
