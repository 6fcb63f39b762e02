import { describe, expect, it } from 'vitest';
import { daoCloudHosts, daoCloudSource, isDaoCloudHost } from '../../electron/domain/mirrors/daocloud';
import { rulesOf } from '../../electron/domain/mirrors/mirrorKinds';
import { candidatesFor, prefixRule } from '../../electron/domain/mirrors/mirrors';
import type { MirrorRule } from '../../electron/domain/settings';

const sha = `sha256:${'0123456789abcdef'.repeat(4)}`;

function rules(made: { ok: true; rules: readonly MirrorRule[] } | { ok: false }): readonly MirrorRule[] {
  expect(made.ok).toBe(true);
  return made.ok ? made.rules : [];
}
const hosts = rules(rulesOf('daocloud-hosts', {}));
const prefix = rules(rulesOf('prefix', { host: 'm.daocloud.io' }));

function made(image: string, by: readonly MirrorRule[]): string | undefined {
  const { candidates, refusal } = candidatesFor(image, by, []);
  return candidates[0]?.proxied ?? (refusal === null ? undefined : `${refusal.code} ${refusal.about}`);
}

describe('DaoCloud’s mirror', () => {
  it('has these hosts for these registries, and no other', () => {
    expect(Object.fromEntries(hosts.map(({ match, template }) => [match, template]))).toEqual({
      'docker.elastic.co': 'elastic.m.daocloud.io/{path}',
      'docker.io': 'docker.m.daocloud.io/{path}',
      'dhi.io': 'dhi.m.daocloud.io/{path}',
      'gcr.io': 'gcr.m.daocloud.io/{path}',
      'ghcr.io': 'ghcr.m.daocloud.io/{path}',
      'k8s.gcr.io': 'k8s-gcr.m.daocloud.io/{path}',
      'registry.k8s.io': 'k8s.m.daocloud.io/{path}',
      'mcr.microsoft.com': 'mcr.m.daocloud.io/{path}',
      'nvcr.io': 'nvcr.m.daocloud.io/{path}',
      'quay.io': 'quay.m.daocloud.io/{path}',
      'registry.ollama.ai': 'ollama.m.daocloud.io/{path}',
    });
    expect(hosts).toHaveLength(daoCloudHosts.length);
  });

  it('is the rule of the prefix kind', () => {
    expect(prefix).toEqual([prefixRule('m.daocloud.io')].map((each) => each.ok && each.rule));
  });

  it.each([
    ['nginx', 'docker.io/library/nginx', 'docker.m.daocloud.io/library/nginx'],
    ['nginx:1.25', 'docker.io/library/nginx:1.25', 'docker.m.daocloud.io/library/nginx:1.25'],
    ['library/nginx:1', 'docker.io/library/nginx:1', 'docker.m.daocloud.io/library/nginx:1'],
    ['docker.io/nginx:1', 'docker.io/library/nginx:1', 'docker.m.daocloud.io/library/nginx:1'],
    ['index.docker.io/library/redis:7', 'docker.io/library/redis:7', 'docker.m.daocloud.io/library/redis:7'],
    ['registry-1.docker.io/library/redis:7', 'docker.io/library/redis:7', 'docker.m.daocloud.io/library/redis:7'],
    ['Docker.IO/nginx:1', 'docker.io/library/nginx:1', 'docker.m.daocloud.io/library/nginx:1'],
    ['INDEX.docker.io/a/b:1', 'docker.io/a/b:1', 'docker.m.daocloud.io/a/b:1'],
    ['GHCR.io/Acme/app:V1', 'invalid GHCR.io/Acme/app:V1', 'invalid GHCR.io/Acme/app:V1'],
    ['GHCR.io/acme/app:V1', 'ghcr.io/acme/app:V1', 'ghcr.m.daocloud.io/acme/app:V1'],
    ['bitnami/redis:7.2', 'docker.io/bitnami/redis:7.2', 'docker.m.daocloud.io/bitnami/redis:7.2'],
    ['a/b/c:1', 'docker.io/a/b/c:1', 'docker.m.daocloud.io/a/b/c:1'],
    ['registry/team/app:1', 'docker.io/registry/team/app:1', 'docker.m.daocloud.io/registry/team/app:1'],
    [`nginx@${sha}`, `docker.io/library/nginx@${sha}`, `docker.m.daocloud.io/library/nginx@${sha}`],
    [`nginx:1@${sha}`, `docker.io/library/nginx:1@${sha}`, `docker.m.daocloud.io/library/nginx:1@${sha}`],
    ['quay.io/coreos/etcd:v3', 'quay.io/coreos/etcd:v3', 'quay.m.daocloud.io/coreos/etcd:v3'],
    ['gcr.io/distroless/static', 'gcr.io/distroless/static', 'gcr.m.daocloud.io/distroless/static'],
    ['us.gcr.io/a/b:1', 'us.gcr.io/a/b:1', 'no-rule us.gcr.io'],
    ['k8s.gcr.io/pause:3.6', 'k8s.gcr.io/pause:3.6', 'k8s-gcr.m.daocloud.io/pause:3.6'],
    ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10', 'k8s.m.daocloud.io/pause:3.10'],
    ['dhi.io/nginx:1.27', 'dhi.io/nginx:1.27', 'dhi.m.daocloud.io/nginx:1.27'],
    ['registry.ollama.ai/library/m:1b', 'registry.ollama.ai/library/m:1b', 'ollama.m.daocloud.io/library/m:1b'],
    ['lscr.io/linuxserver/plex:1', 'lscr.io/linuxserver/plex:1', 'no-rule lscr.io'],
    ['foo.bar/baz', 'foo.bar/baz', 'no-rule foo.bar'],
    ['notdocker.io/a/b', 'notdocker.io/a/b', 'no-rule notdocker.io'],
    [
      'r.example.org/under_score/dash--x/app:V1.0_rc-1',
      'r.example.org/under_score/dash--x/app:V1.0_rc-1',
      'no-rule r.example.org',
    ],
  ])('%s becomes %s behind the prefix and %s by its table', (image, behind, byTable) => {
    expect(made(image, prefix)).toBe(behind.startsWith('invalid') ? behind : `m.daocloud.io/${behind}`);
    expect(made(image, hosts)).toBe(byTable);
  });

  it.each([
    ['m.daocloud.io/docker.io/library/nginx:1', 'already-proxied m.daocloud.io'],
    ['docker.m.daocloud.io/library/nginx:1', 'already-proxied docker.m.daocloud.io'],
    ['K8S.m.daocloud.io/pause:3', 'already-proxied K8S.m.daocloud.io'],
    ['l5d.m.daocloud.io/linkerd/proxy:1', 'already-proxied l5d.m.daocloud.io'],
    ['localhost/app:dev', 'local localhost'],
    ['LocalHost:5000/app', 'local LocalHost:5000'],
    ['localhost:7439/nginx', 'local localhost:7439'],
    ['127.0.0.1/app', 'local 127.0.0.1'],
    ['127.0.0.1:5000/app', 'local 127.0.0.1:5000'],
    ['127.1.2.3:80/app', 'local 127.1.2.3:80'],
    ['[::1]/app', 'local [::1]'],
    ['[0:0:0:0:0:0:0:1]/app', 'local [0:0:0:0:0:0:0:1]'],
    ['[::1]:5000/app:1', 'port [::1]:5000'],
    ['registry.corp.example:8443/team/app:1', 'port registry.corp.example:8443'],
    ['reg:5000/app', 'port reg:5000'],
    ['docker.io:443/library/nginx', 'port docker.io:443'],
    ['10.0.0.5:5000/team/app:1', 'port 10.0.0.5:5000'],
    ['10.0.0.5/app', 'ip-host 10.0.0.5'],
    ['[2001:db8::1]/app', 'ip-host [2001:db8::1]'],
    ['[2001:db8::1]:5000/app', 'port [2001:db8::1]:5000'],
    ['Registry/app:1', 'host-without-dot Registry'],
    ['Nginx:1.25', 'invalid Nginx:1.25'],
    ['nginx:', 'invalid nginx:'],
    [' nginx', 'invalid  nginx'],
    ['https://docker.io/nginx', 'invalid https://docker.io/nginx'],
    [sha, `image-id ${sha}`],
    [sha.slice(7), `image-id ${sha.slice(7)}`],
  ])('%s is refused alike in both styles: %s', (image, refusal) => {
    expect(made(image, prefix)).toBe(refusal);
    expect(made(image, hosts)).toBe(refusal);
  });

  it('without any rule, no rule is what is missing', () => {
    expect(made('reg:5000/app', [])).toBe('no-rule reg:5000');
  });

  it('is known by its hosts', () => {
    const known = ['m.daocloud.io', 'M.DaoCloud.io:443', 'quay.m.daocloud.io', 'auth.m.daocloud.io'];
    expect(known.filter(isDaoCloudHost)).toEqual(known);
    expect(['daocloud.io', 'xm.daocloud.io', 'm.daocloud.io.example'].filter(isDaoCloudHost)).toEqual([]);
    expect(daoCloudSource('k8s.m.daocloud.io')).toBe('registry.k8s.io');
    expect(daoCloudSource('m.daocloud.io')).toBeNull();
  });

  it('is never asked for what came from it, whichever mirrors there are', () => {
    expect(made('docker.m.daocloud.io/library/nginx', rules(rulesOf('prefix', { host: 'other.example' })))).toBe(
      'already-proxied docker.m.daocloud.io',
    );
  });
});
