import { expect, test } from 'vitest';
import type { Cause } from '../../electron/domain/diagnosis/cause';
import { diagnose } from '../../electron/domain/diagnosis/diagnosis';
import { parseImageName } from '../../electron/demo/node/imageName';
import { ImageStore } from '../../electron/demo/node/imageStore';
import type { HostAnswer } from '../../electron/demo/node/registryWorld';
import { imageContent, RegistryWorld } from '../../electron/demo/node/registryWorld';

const mirrors = [{ name: 'mirror.example', match: '*', template: 'mirror.example/{host}/{path}' }];
const none = new Map<string, string>();

function nameOf(reference: string) {
  const name = parseImageName(reference);
  if (!name) throw new Error(`no name: ${reference}`);
  return name;
}

/** The cause that the product reads from what a pull of this reference ends with. */
function causeOf(world: RegistryWorld, reference: string): Cause {
  const result = world.pull(nameOf(reference), none);
  if (result.ok) throw new Error('pulled');
  return diagnose({ message: result.text, reason: 'ErrImagePull', image: reference, mirrors }).cause;
}

test.each<[HostAnswer, Cause]>([
  ['refused', 'unreachable'],
  ['timeout', 'unreachable'],
  ['no-such-host', 'unreachable'],
  ['tls-untrusted', 'tls'],
  ['rate-limited', 'rate-limited'],
  ['unauthorized', 'unauthorized'],
])('a host that answers with %s is read as %s', (answer, cause) => {
  const world = new RegistryWorld();
  world.publish('nginx:1.25');
  world.host('docker.io').answer = answer;
  expect(causeOf(world, 'nginx:1.25')).toBe(cause);
});

test('what is not there, not for this platform, or not allowed by a mirror is told apart', () => {
  const world = new RegistryWorld();
  world.publish('ghcr.io/acme/app:1');
  world.publish('ghcr.io/acme/arm:1', { fitsPlatform: false });
  world.publish('mirror.example/ghcr.io/acme/app:1');
  world.host('mirror.example').allows = () => false;
  expect(causeOf(world, 'ghcr.io/acme/app:2')).toBe('not-found');
  expect(causeOf(world, 'ghcr.io/acme/arm:1')).toBe('no-matching-platform');
  expect(causeOf(world, 'mirror.example/ghcr.io/acme/app:1')).toBe('mirror-error');
  world.host('mirror.example').answer = 'bad-gateway';
  expect(causeOf(world, 'mirror.example/ghcr.io/acme/app:1')).toBe('mirror-error');
  expect(causeOf(world, 'nobody.example/app:1')).toBe('unreachable');
});

test('Docker Hub hides whether a repository exists', () => {
  const world = new RegistryWorld();
  world.publish('acme/app:1');
  world.host('docker.io').hidesUnknown = true;
  const text = (reference: string) => {
    const result = world.pull(nameOf(reference), none);
    return result.ok ? '' : result.text;
  };
  expect(text('acme/app:2')).toContain('docker.io/acme/app:2: not found');
  expect(text('acme/other:1')).toContain('pull access denied, repository does not exist or may require authorization');
});

test('a login is asked of who has none, and a digest names the same content', () => {
  const world = new RegistryWorld();
  const content = world.publish('ghcr.io/acme/app:1');
  world.host('ghcr.io').login = 'me:secret';
  expect(world.pull(nameOf('ghcr.io/acme/app:1'), none).ok).toBe(false);
  const logins = new Map([['ghcr.io', 'me:secret']]);
  expect(world.pull(nameOf(`ghcr.io/acme/app@${content.digest}`), logins)).toMatchObject({ ok: true, content });
});

test.each([
  ['nginx', 'docker.io/library/nginx:latest'],
  ['index.docker.io/nginx:1', 'docker.io/library/nginx:1'],
  ['acme/app', 'docker.io/acme/app:latest'],
  ['localhost/app:1', 'localhost/app:1'],
  ['host:5000/a/b', 'host:5000/a/b:latest'],
  [`nginx:1@sha256:${'a'.repeat(64)}`, `docker.io/library/nginx@sha256:${'a'.repeat(64)}`],
])('%s is looked up as %s', (text, normalised) => {
  expect(nameOf(text).normalised).toBe(normalised);
});

test.each(['', 'Nginx', 'a//b', 'a:b:c', 'nginx:', '${IMAGE}', 'a'.repeat(64), 'nginx@sha256:12', ' nginx'])(
  'the kubelet cannot read "%s"',
  (text) => {
    expect(parseImageName(text)).toBeNull();
  },
);

test('the node status shows fifty images at most, the largest first, with five names each, digests first', () => {
  const store = new ImageStore();
  for (let size = 1; size <= 60; size += 1) {
    store.load(nameOf(`app:${String(size)}`), imageContent(`app ${String(size)}`, { sizeBytes: size }));
  }
  for (const alias of ['a', 'b', 'c', 'd', 'e']) store.tag('app:60', `docker.io/library/${alias}:1`);
  const images = store.nodeImages();
  expect(images.map(({ sizeBytes }) => sizeBytes)).toEqual(Array.from({ length: 50 }, (_, index) => 60 - index));
  expect(images[0]?.names).toHaveLength(5);
  expect(images[0]?.names[0]).toMatch(/^docker\.io\/library\/app@sha256:/);
});

test('a tag that is not normalised is a name that nothing finds', () => {
  const store = new ImageStore();
  store.load(nameOf('mirror.example/docker.io/library/nginx:1'), imageContent('nginx'));
  store.tag('mirror.example/docker.io/library/nginx:1', 'nginx:1');
  expect(store.find(nameOf('nginx:1'))).toBeNull();
  store.tag('mirror.example/docker.io/library/nginx:1', 'docker.io/library/nginx:1');
  expect(store.find(nameOf('nginx:1'))).not.toBeNull();
});

test('removing an image takes all of its names', () => {
  const store = new ImageStore();
  store.load(nameOf('app:1'), imageContent('app'));
  store.tag('app:1', 'docker.io/library/other:1');
  store.remove(nameOf('app:1'));
  expect(store.find(nameOf('other:1'))).toBeNull();
});
