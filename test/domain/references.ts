import * as fc from 'fast-check';
import type { ImageReference } from '../../electron/domain/image/imageReference';

/** Legal references of every form, for properties that have to hold for all of them. */
const alphanumeric = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const pathComponent = fc
  .tuple(alphanumeric, fc.array(fc.tuple(fc.constantFrom('.', '_', '__', '-', '--'), alphanumeric), { maxLength: 2 }))
  .map(([first, more]) => first + more.map(([separator, word]) => separator + word).join(''));
const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,6}[a-z0-9])?$/);
const hostName = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));
const port = fc.integer({ min: 1, max: 65_535 }).map((number) => `:${String(number)}`);

const domains: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('docker.io', 'ghcr.io', 'quay.io', 'registry.k8s.io') },
  { weight: 3, arbitrary: hostName },
  { weight: 1, arbitrary: fc.tuple(hostName, port).map(([host, number]) => host + number) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('localhost', 'localhost:5000', '10.0.0.5', '[::1]:5000', '[2001:db8::1]', 'Registry'),
  },
);

/** The last ones read as something else when they stand alone: as a host, or as an image's id. */
const paths: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.array(pathComponent, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')) },
  { weight: 1, arbitrary: fc.integer({ min: 250, max: 255 }).map((length) => `team/${'x'.repeat(length - 5)}`) },
  { weight: 1, arbitrary: fc.tuple(hostName, pathComponent).map((parts) => parts.join('/')) },
  { weight: 1, arbitrary: fc.constantFrom('localhost/app', 'library/library', `library/${'a'.repeat(64)}`) },
);

const digests = fc.oneof(
  ...Object.entries({ sha256: 64, sha384: 96, sha512: 128 }).map(([algorithm, length]) =>
    fc.stringMatching(new RegExp(`^[a-f0-9]{${String(length)}}$`)).map((digits) => `${algorithm}:${digits}`),
  ),
);

export const references: fc.Arbitrary<ImageReference> = fc
  .record({
    domain: domains,
    path: paths,
    tag: fc.option(fc.stringMatching(/^[\w][\w.-]{0,20}$/), { nil: null }),
    digest: fc.option(digests, { nil: null }),
  })
  .map(({ domain, path, ...rest }) => ({
    original: '',
    domain,
    // A name on Docker Hub without a namespace is an official one.
    path: domain === 'docker.io' && !path.includes('/') ? `library/${path}` : path,
    ...rest,
  }));
