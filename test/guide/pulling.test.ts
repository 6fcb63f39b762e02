import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readRulesFile } from '../../electron/domain/mirrors/mirrorRulesFile';
import { rewrite } from '../../electron/domain/mirrors/mirrors';
import { findProgram } from '../cluster/assets';
import { merged, parseCompose, type ComposeService } from './compose';
import { contentOf, filesCalled, guideFolder, pages, rulesText, type Way } from './guide';
import { blockWith } from './markdown';
import { MirrorWorld } from './mirrorWorld';

const trust = '/etc/containerd/certs.d/mirror.lan:5000';
const page = contentOf(pages.en);

let world: MirrorWorld;
beforeAll(async () => {
  world = await MirrorWorld.open();
});
afterEach(() => world.reset());
afterAll(() => world.close());

function found(file: string, name: string): ComposeService {
  const service = parseCompose(contentOf(`${guideFolder}/${file}`)).services[name];
  if (!service) throw new Error(`${file} has no service ${name}`);
  return service;
}

/** What the guide's rules make of an image. */
function proxiedName(way: Way, image: string): string {
  const read = readRulesFile(rulesText(way));
  const outcomes = read.ok ? rewrite(image, read.rules, []) : [];
  for (const outcome of outcomes) if ('proxied' in outcome) return outcome.proxied;
  throw new Error(`no rule for ${way} takes ${image}`);
}

/** The guide's file about plain HTTP, for the mirror of this image; of other ports it says "the same again". */
async function trustPlainHttp(proxied: string): Promise<void> {
  const [host = ''] = proxied.split('/');
  const [content = ''] = filesCalled(`${trust}/hosts.toml`);
  expect(content).toContain('http://mirror.lan:5000');
  await world.writeNodeFile(
    `${trust.replace('mirror.lan:5000', host)}/hosts.toml`,
    content.replaceAll('mirror.lan:5000', host),
  );
}

/** An address of the guide, asked as curl does it. */
async function ask(address: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') {
  const response = await fetch(address.replace('mirror.lan', world.address), { headers, method });
  return { status: response.status, text: await response.text() };
}

const setUps = [
  { file: 'compose.yaml', service: 'docker-hub', way: 'registry', name: 'nginx:1.25', upstream: 'library/nginx' },
  { file: 'compose.yaml', service: 'ghcr', way: 'registry', name: 'ghcr.io/acme/app:1.25', upstream: 'acme/app' },
  {
    file: 'compose.daocloud.yaml',
    service: 'daocloud',
    way: 'daocloud',
    name: 'nginx:1.25',
    upstream: 'docker.io/library/nginx',
  },
  {
    file: 'compose.crproxy.yaml',
    service: 'cache',
    way: 'crproxy',
    name: 'ghcr.io/acme/app:1.25',
    upstream: 'ghcr.io/acme/app',
  },
] as const;

describe.each(setUps)('$service of $file', ({ file, service, way, name, upstream }) => {
  test('brings an image to the node under the name that the rule makes, and from then on without the upstream', async () => {
    const published = await world.publish(upstream, '1.25');
    const image = { ok: true, id: published.config.digest };
    const proxied = proxiedName(way, name);
    const { line, stored } = await world.start(service, found(file, service));
    await trustPlainHttp(proxied);
    expect(await world.pull(proxied)).toEqual(image);
    expect(line.paths).toContain(`/v2/${upstream}/manifests/1.25`);
    await stored(upstream, published);
    line.cut();
    await world.forgetImages();
    expect(await world.pull(proxied)).toEqual(image);
    const { status } = await ask(`http://${proxied.replace('/', '/v2/').replace(':1.25', '/manifests/1.25')}`, {
      Accept: 'application/vnd.oci.image.manifest.v1+json',
    });
    expect(status).toBe(200);
  });
});

const hub = () => found('compose.yaml', 'docker-hub');
const nginx = proxiedName('registry', 'nginx:1.25');

test('containerd reads the folder that the guide names, with the table that fits its configuration', async () => {
  expect(await world.registryFolder(blockWith(page, 'version', '2'))).toBe('/etc/containerd/certs.d');
});

/** The row of the guide's table about this answer. */
function rowAbout(fragment: string): string | undefined {
  return page.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${fragment}\``));
}

describe('checking it', () => {
  test('the commands of the guide are answered as it says', async () => {
    await world.publish('library/nginx', '1.25');
    await world.start('docker-hub', hub());
    const commands = blockWith(page, 'run', 'check');
    const [base = '', manifest = ''] = commands.match(/http:\S+/g) ?? [];
    const [, accept = ''] = /-H 'Accept: (.*)'/.exec(commands) ?? [];
    expect(await ask(base)).toEqual({ status: 200, text: '{}' });
    expect((await ask(manifest, { Accept: accept }, 'HEAD')).status).toBe(200);
    expect((await ask(manifest.replace('1.25', 'none'), { Accept: accept }, 'HEAD')).status).toBe(404);
  });

  test('by a digest that nobody has the mirror says what is wrong, by a tag it does not', async () => {
    await world.publish('library/nginx', '1.25');
    const { line } = await world.start('docker-hub', hub());
    const [byDigest = ''] = blockWith(page, 'run', 'digest').match(/http:\S+/) ?? [];
    const byTag = byDigest.replace(/sha256:0+/, 'none');
    const answers = () => Promise.all([ask(byTag), ask(byDigest)]);
    const notFound = { status: 404, text: expect.stringContaining('"MANIFEST_UNKNOWN"') as string };

    const [unknownTag, unknown] = await answers();
    expect(unknownTag).toEqual(notFound);
    expect(unknown.text).toContain('"MANIFEST_UNKNOWN"');
    line.refuse(429, 'TOOMANYREQUESTS', 'You have reached your pull rate limit.');
    const [limitedTag, limited] = await answers();
    expect(limitedTag).toEqual(notFound);
    expect(limited.text).toContain('"TOOMANYREQUESTS"');
    line.refuse(403, 'DENIED', 'this image is not in the allowlist');
    const [deniedTag, denied] = await answers();
    expect(deniedTag).toEqual(notFound);
    expect(denied.text).toContain('"DENIED"');
    line.cut();
    const [cutTag, cut] = await answers();
    expect(cutTag).toEqual(notFound);
    expect(cut.text).toMatch(/"UNKNOWN".*("dial"|dial tcp)/);
    const explained = ['MANIFEST_UNKNOWN', 'TOOMANYREQUESTS', 'DENIED', 'UNKNOWN'];
    expect(explained.filter((code) => !new RegExp(`^- .*\`${code}\``, 'm').test(page))).toEqual([]);
  });

  test.each([
    { fragment: 'connection refused', reference: 'mirror.lan:5999/library/nginx:1.25', trusted: false },
    { fragment: 'server gave HTTP response to HTTPS client', reference: nginx, trusted: false },
    { fragment: 'not found', reference: nginx.replace('library/', ''), trusted: true },
  ])('$fragment is what the node says, and the guide explains it', async ({ fragment, reference, trusted }) => {
    await world.publish('library/nginx', '1.25');
    await world.start('docker-hub', hub());
    if (trusted) await trustPlainHttp(reference);
    expect(await world.pull(reference)).toEqual({ ok: false, message: expect.stringContaining(fragment) as string });
    expect(rowAbout(fragment)).toBeDefined();
  });
});

test.skipIf(findProgram('openssl') === null)(
  'with a certificate of its own the node has to know it, and it holds for one name',
  async () => {
    const { config } = await world.publish('library/nginx', '1.25');
    await world.shell(blockWith(page, 'run', 'certificate'));
    await world.start('docker-hub', merged(hub(), found('compose.tls.yaml', 'docker-hub')));
    const failure = (fragment: string) => {
      expect(rowAbout(fragment)).toBeDefined();
      return { ok: false, message: expect.stringContaining(fragment) as string };
    };

    expect(await world.pull(nginx)).toEqual(failure('certificate signed by unknown authority'));
    expect(page).toContain(`\`${trust}/ca.crt\``);
    await world.copyToNode('certs/tls.crt', `${trust}/ca.crt`);
    expect(await world.pull(nginx)).toEqual({ ok: true, id: config.digest });
    await world.copyToNode('certs/tls.crt', `${trust.replace('mirror', 'other')}/ca.crt`);
    expect(await world.pull(nginx.replace('mirror', 'other'))).toEqual(failure('certificate is valid for'));
  },
);
