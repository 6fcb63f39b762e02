import { describe, expect, it } from 'vitest';
import { rewrite } from '../../electron/domain/mirrors/mirrors';
import { canStandFor } from '../../electron/domain/image/proxiedImage';

const digest = `sha256:${'a'.repeat(64)}`;
const originals = ['nginx', 'nginx:1.25', 'ghcr.io/team/app:2.0', `quay.io/team/app@${digest}`, `redis:7@${digest}`];

describe('an image that can stand for another', () => {
  it.each(originals)('is whatever a rule makes of it: %s', (original) => {
    const templates = [
      'm.example/{host}/{path}',
      'm.example/all/{name}:{tag}',
      'm.example/{path}',
      'm.example/x-{name}',
      'm.example/{path}/{tag}',
      'm.example/team/images:{name}-{tag}',
    ];
    for (const template of templates)
      for (const outcome of rewrite(original, [{ name: 'm', match: '*', template }], []))
        if ('proxied' in outcome) expect([outcome.proxied, canStandFor(outcome.proxied, original)]).toContain(true);
    expect(canStandFor(original, original)).toBe(true);
  });

  it.each([
    ['nginx:1.26', 'nginx:1.25'],
    ['m.example/docker.io/library/nginx:1.26', 'nginx:1.25'],
    ['nginx:1.26', 'nginx'],
    ['m.example/docker.io/library/redis:1.25', 'nginx:1.25'],
    [`m.example/quay.io/team/app@sha256:${'b'.repeat(64)}`, `quay.io/team/app@${digest}`],
  ])('is not one that somebody else has put there: %s for %s', (text, original) => {
    expect(canStandFor(text, original)).toBe(false);
  });
});
