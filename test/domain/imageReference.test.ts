import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalName,
  familiarName,
  formatImageReference,
  parseImageReference,
  sameImage,
  withDefaultTag,
  type ImageReference,
} from '../../electron/domain/image/imageReference';
import { references } from './references';

const sha = `sha256:${'0123456789abcdef'.repeat(4)}`;

function read(text: string): ImageReference {
  const parsed = parseImageReference(text);
  if (!parsed.ok) throw new Error(`${text} was refused: ${parsed.why}`);
  return parsed.reference;
}

describe('reading a reference', () => {
  it.each([
    ['nginx', 'docker.io', 'library/nginx', null, null],
    ['nginx:1.25', 'docker.io', 'library/nginx', '1.25', null],
    ['foo.bar', 'docker.io', 'library/foo.bar', null, null],
    ['localhost', 'docker.io', 'library/localhost', null, null],
    ['team/app', 'docker.io', 'team/app', null, null],
    ['a/b/c:1', 'docker.io', 'a/b/c', '1', null],
    ['docker.io/nginx', 'docker.io', 'library/nginx', null, null],
    ['index.docker.io/library/redis:7', 'docker.io', 'library/redis', '7', null],
    ['registry-1.docker.io/redis', 'docker.io', 'library/redis', null, null],
    ['registry.hub.docker.com/team/app', 'docker.io', 'team/app', null, null],
    ['foo.bar/app', 'foo.bar', 'app', null, null],
    ['localhost/app:dev', 'localhost', 'app', 'dev', null],
    ['registry/app', 'docker.io', 'registry/app', null, null],
    ['Registry/app', 'Registry', 'app', null, null],
    ['registry:5000/team/app:1', 'registry:5000', 'team/app', '1', null],
    ['10.0.0.5:5000/app', '10.0.0.5:5000', 'app', null, null],
    ['[::1]:5000/app:1', '[::1]:5000', 'app', '1', null],
    ['[2001:db8::1]/app', '[2001:db8::1]', 'app', null, null],
    [`ghcr.io/acme/app@${sha}`, 'ghcr.io', 'acme/app', null, sha],
    [`ghcr.io/acme/app:v1@${sha}`, 'ghcr.io', 'acme/app', 'v1', sha],
    ['reg.example/under_score/dash--x/app:V1.0_rc-1', 'reg.example', 'under_score/dash--x/app', 'V1.0_rc-1', null],
  ])('%s', (text, domain, path, tag, digest) => {
    expect(parseImageReference(text)).toEqual({ ok: true, reference: { original: text, domain, path, tag, digest } });
  });

  it.each([
    ['', 'empty'],
    ['a'.repeat(64), 'image-id'],
    ['Nginx:1.25', 'upper-case'],
    ['ghcr.io/Acme/app', 'upper-case'],
    ['-x.example/app', 'host'],
    ['my_host.example/app', 'host'],
    ['reg.example:port/app', 'host'],
    ['[::1/app', 'host'],
    ['https://docker.io/nginx', 'host'],
    ['nginx/', 'path'],
    ['team//app', 'path'],
    ['app_-x', 'path'],
    [' nginx', 'path'],
    ['nginx\n', 'path'],
    ['${image}', 'path'],
    [`team/${'a'.repeat(251)}`, 'too-long'],
    ['nginx:', 'tag'],
    [`nginx:${'a'.repeat(129)}`, 'tag'],
    ['nginx:-x', 'tag'],
    ['nginx@', 'digest'],
    ['nginx@sha256:abc', 'digest'],
    [`nginx@${sha.toUpperCase()}`, 'digest'],
    [`nginx@md5:${'a'.repeat(32)}`, 'digest'],
    [`nginx@${sha}:1`, 'digest'],
  ])('refuses %j as %s', (text, why) => {
    expect(parseImageReference(text)).toEqual({ ok: false, why });
  });

  it('keeps the text of every reference as it was written', () => {
    const printed = references.map(formatImageReference);
    const aliased = printed.map((text) => text.replace(/^docker\.io/, 'index.docker.io'));
    const shortened = references.map(familiarName);
    const anything = fc.string({ unit: 'grapheme', maxLength: 80 });
    fc.assert(
      fc.property(fc.oneof(printed, aliased, shortened, anything), (text) => {
        const parsed = parseImageReference(text);
        return !parsed.ok || (parsed.reference.original === text && withDefaultTag(parsed.reference).original === text);
      }),
    );
  });

  it('allows 255 characters of path, and the host on top of them', () => {
    expect(parseImageReference(`registry.example/${'a'.repeat(255)}`).ok).toBe(true);
    expect(parseImageReference(`registry.example/${'a'.repeat(256)}`).ok).toBe(false);
  });
});

describe('writing a reference', () => {
  it('gives back what it read, for every form of it', () => {
    fc.assert(
      fc.property(references, (reference) => {
        for (const print of [formatImageReference, familiarName]) {
          const { domain, path, tag, digest } = read(print(reference));
          expect({ domain, path, tag, digest }).toEqual({
            domain: reference.domain,
            path: reference.path,
            tag: reference.tag,
            digest: reference.digest,
          });
        }
      }),
    );
  });

  it.each([
    ['docker.io/library/nginx:1.25', 'nginx:1.25'],
    ['docker.io/team/app', 'team/app'],
    ['ghcr.io/acme/app', 'ghcr.io/acme/app'],
    ['docker.io/foo.bar/app', 'docker.io/foo.bar/app'],
    ['docker.io/library/team/app', 'library/team/app'],
    ['docker.io/localhost/app', 'docker.io/localhost/app'],
    [`docker.io/library/${'a'.repeat(64)}`, `library/${'a'.repeat(64)}`],
    [`docker.io/library/${'a'.repeat(64)}:1`, `${'a'.repeat(64)}:1`],
  ])('%s is known as %s', (text, familiar) => {
    expect(familiarName(read(text))).toBe(familiar);
  });

  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['docker.io/nginx:latest', 'docker.io/library/nginx:latest'],
    [`nginx@${sha}`, `docker.io/library/nginx@${sha}`],
    [`nginx:1@${sha}`, `docker.io/library/nginx:1@${sha}`],
  ])('%s is grouped as %s', (text, canonical) => {
    expect(canonicalName(read(text))).toBe(canonical);
  });

  it('adds latest only where neither a tag nor a digest is written', () => {
    expect(withDefaultTag(read('nginx')).tag).toBe('latest');
    expect(withDefaultTag(read('nginx:1')).tag).toBe('1');
    expect(withDefaultTag(read(`nginx@${sha}`)).tag).toBeNull();
    expect(read('nginx').tag).toBeNull();
  });
});

describe('the same image', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest', true],
    ['nginx:1.25', 'index.docker.io/nginx:1.25', true],
    [`nginx:1@${sha}`, `docker.io/library/nginx@${sha}`, true],
    ['nginx:1.25', 'nginx:1.26', false],
    ['nginx:1.25', `nginx:1.25@${sha}`, false],
    ['nginx', 'quay.io/nginx', false],
    ['Not:A:Name', 'Not:A:Name', true],
    ['Not:A:Name', 'nginx', false],
  ])('%s and %s: %s', (one, other, same) => {
    expect(sameImage(one, other)).toBe(same);
    expect(sameImage(other, one)).toBe(same);
  });
});
