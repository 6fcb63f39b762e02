import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { machineClock } from '../../electron/engine/machineClock';
import type { ContextReading } from '../../electron/engine/ports';
import { homesBefore, kubeconfigFiles, kubeconfigSource, readKubeconfigs } from '../../electron/kube/kubeconfig';
import { IdentityProvider } from '../conformance/kubeconfigs/identityProvider';
import { eventually } from '../setup/eventually';
import { expiredLogin } from '../setup/expiredLogin';
import { HandClock } from '../setup/handClock';
import { makeAuthority } from '../setup/testCertificates';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pullthrough-kubeconfig-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => path.join(folder, name);
const write = (name: string, text: string) => {
  const file = at(name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const config = (name: string, server = `https://${name}.example:6443`, current = name) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': current,
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: { token: `${name}-token` } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'shop' } }],
  });
const read = (...files: string[]) => readKubeconfigs(files, machineClock, () => 0.5);
const names = ({ contexts }: ContextReading) => contexts.map(({ name }) => name);

describe('which files are read', () => {
  const places = { explicit: [], environment: undefined, home: '/home/me' };
  it.each([
    ['the one in the home folder', places, ['/home/me/.kube/config']],
    ['KUBECONFIG, several files', { ...places, environment: `/a${path.delimiter}${path.delimiter}/b` }, ['/a', '/b']],
    ['none, where KUBECONFIG names none', { ...places, environment: path.delimiter }, []],
    ['only the ones given', { ...places, environment: '/a', explicit: ['/c'] }, ['/c']],
  ])('%s', (_what, given, files) => {
    expect(kubeconfigFiles(given, [])).toEqual(files);
  });

  it('on Windows the one of the first of several homes that has one', () => {
    const environment = { HOME: at('unix'), HOMEDRIVE: folder, HOMEPATH: `${path.sep}path` };
    const files = () => {
      const before = homesBefore(environment, 'win32');
      return kubeconfigFiles({ ...places, home: at('profile'), homesBefore: before }, []);
    };
    expect(files()).toEqual([at('profile/.kube/config')]);
    const second = write('path/.kube/config', config('prod'));
    expect(files()).toEqual([second]);
    expect(homesBefore(environment, 'linux')).toEqual([]);
  });

  it('further ones from the settings come last, once', () => {
    expect(kubeconfigFiles(places, ['/d', '/home/me/.kube/config'])).toEqual(['/home/me/.kube/config', '/d']);
  });
});

describe('reading', () => {
  it('merges files; the first entry of a name wins, and so does the first current-context', () => {
    const one = write('one', config('prod'));
    const two = write('two', config('prod', 'https://other.example'));
    const reading = read(one, two, write('three', config('dev')));
    expect(reading.contexts.map(({ name, server, namespace }) => [name, server, namespace])).toEqual([
      ['prod', 'prod.example:6443', 'shop'],
      ['dev', 'dev.example:6443', 'shop'],
    ]);
    expect(reading.current).toBe('prod');
  });

  it('skips missing and empty files, and reports a broken one without losing the rest', () => {
    const broken = write('broken', 'clusters: [}');
    const reading = read(path.join(folder, 'nowhere'), write('empty', '\n'), broken, write('fine', config('dev')));
    expect(names(reading)).toEqual(['dev']);
    expect(reading.broken.map(({ path: file }) => file)).toEqual([broken]);
    expect(reading.broken[0]?.detail).not.toBe('');
  });

  it('reports a context whose cluster is not known', () => {
    const text = JSON.stringify({ contexts: [{ name: 'lost', context: { cluster: 'gone', user: 'me' } }] });
    expect(read(write('one', text)).broken[0]?.detail).toContain('"lost"');
  });

  it.each(['a b', 'https://', 'ftp://files.example'])(
    'reports a server that is no address, %s, without losing the rest',
    (server) => {
      const reading = read(write('one', config('odd', server)), write('two', config('dev')));
      expect(names(reading)).toEqual(['dev']);
      expect(reading.broken[0]?.detail).toContain('"odd"');
    },
  );

  it('names the entries that cannot be read, quotes nothing of them, and goes on with the others', () => {
    const text = JSON.parse(config('prod')) as { users: object[] };
    text.users.push({ name: 'odd', user: { token: ['a-secret'] } }, { name: 'odd', user: {} });
    const reading = read(write('one', JSON.stringify(text)), write('two', 'users: [a-secret: }'));
    expect(names(reading)).toEqual(['prod']);
    expect(reading.broken).toEqual([
      { path: at('one'), detail: 'user "odd" cannot be read: token Invalid input: expected string, received array' },
      { path: at('two'), detail: 'it is no valid YAML (line 1, column 19)' },
    ]);
  });

  it('takes the kubeconfigs of a folder, and leaves what else is there alone', () => {
    write('clusters/b.yaml', config('b'));
    write('clusters/a', config('a'));
    write('clusters/.hidden', config('hidden'));
    write('clusters/a.bak', config('old'));
    write('clusters/deep/er', config('deeper'));
    write('clusters/ca.crt', '-----BEGIN CERTIFICATE-----');
    write('clusters/notes.md', 'clusters: see { below');
    write('clusters/kind.yaml', 'kind: Cluster\nclusters: []\n');
    write('clusters/broken.yaml', 'contexts:\n- {');
    const reading = read(at('clusters'));
    expect(names(reading)).toEqual(['a', 'b']);
    expect(reading.files).toEqual([at('clusters')]);
    expect(reading.broken.map(({ path: file }) => path.basename(file))).toEqual(['broken.yaml', 'notes.md']);
  });
});

describe('a fingerprint', () => {
  type Parts = Record<'clusters' | 'users' | 'contexts', Record<string, Record<string, unknown>>[]>;
  const fingerprint = (change: (parts: Parts) => void, name = 'one') => {
    const text = JSON.parse(config('prod')) as Parts;
    change(text);
    return read(write(name, JSON.stringify(text))).contexts[0]?.fingerprint;
  };
  const cluster = (change: object) => (parts: Parts) =>
    void Object.assign(parts.clusters[0]?.['cluster'] ?? {}, change);
  const user = (change: object) => (parts: Parts) => void Object.assign(parts.users[0]?.['user'] ?? {}, change);
  const login = (tokens: object) =>
    user({ 'auth-provider': { name: 'oidc', config: { 'client-id': 'x', ...tokens } } });
  const same = () => undefined;

  it.each<[string, (parts: Parts) => void]>([
    ['a server', cluster({ server: 'https://new.example' })],
    ['a proxy', cluster({ 'proxy-url': 'http://proxy.example' })],
    ['a token', user({ token: 'other' })],
    ['a namespace', ({ contexts }) => void Object.assign(contexts[0]?.['context'] ?? {}, { namespace: 'x' })],
  ])('is another one with %s that changes', (_what, change) => {
    expect(fingerprint(change)).not.toBe(fingerprint(same));
  });

  it('is the same with what tools note down, in another file, and with tokens that are renewed there', () => {
    const extensions = [{ name: 'minikube', extension: { 'last-update': 'today' } }];
    expect(fingerprint(cluster({ extensions }))).toBe(fingerprint(same));
    expect(fingerprint(same, 'two')).toBe(fingerprint(same));
    const renewed = { 'id-token': 'new', 'refresh-token': 'new' };
    expect(fingerprint(login(renewed))).toBe(fingerprint(login({ 'id-token': 'old', 'refresh-token': 'old' })));
    expect(fingerprint(login({ 'client-id': 'y' }))).not.toBe(fingerprint(login({})));
  });
});

describe('following', () => {
  let stop: () => void = () => undefined;
  afterEach(() => {
    stop();
  });
  const follow = (files: readonly string[], extra: readonly string[] = []) => {
    const readings: ContextReading[] = [];
    const places = { explicit: files, environment: undefined, home: folder };
    stop = kubeconfigSource(places, machineClock, () => 0.5).follow(extra, (reading) => readings.push(reading));
    /** The servers of the last reading, when there are so many readings. */
    const servers = (count: number) =>
      eventually(() => readings.length === count && readings.at(-1)?.contexts.map(({ server }) => server));
    return { readings, servers };
  };
  const server = (name: string) => `${name}.example:6443`;

  it('tells of an atomic replacement, and of nothing when nothing changed', async () => {
    const { readings, servers } = follow([write('config', config('prod'))]);
    expect(readings.map(names)).toEqual([['prod']]);
    write('config', config('prod'));
    write('config.new', config('dev'));
    renameSync(at('config.new'), at('config'));
    expect(await servers(2)).toEqual([server('dev')]);
  });

  it('waits for a folder that is not there yet', async () => {
    const { readings, servers } = follow([at('later/kube/config')]);
    expect(readings).toMatchObject([{ contexts: [], broken: [] }]);
    write('later/kube/config', config('dev'));
    expect(await servers(2)).toEqual([server('dev')]);
  });

  it('tells of a deletion, and of the coming back', async () => {
    const { servers } = follow([write('kube/config', config('prod'))]);
    rmSync(at('kube'), { recursive: true });
    expect(await servers(2)).toEqual([]);
    write('kube/config', config('prod'));
    expect(await servers(3)).toEqual([server('prod')]);
  });

  it('tells of a folder that is moved away, and of another one in its place', async () => {
    write('other/config', config('dev'));
    const { servers } = follow([write('kube/config', config('prod'))]);
    renameSync(at('kube'), at('kube.old'));
    expect(await servers(2)).toEqual([]);
    renameSync(at('other'), at('kube'));
    expect(await servers(3)).toEqual([server('dev')]);
  });

  it('follows the links of a Kubernetes mount, which are swapped all at once', async () => {
    write('mount/..2024_01/config', config('prod'));
    symlinkSync('..2024_01', at('mount/..data'));
    symlinkSync('..data/config', at('mount/config'));
    const { servers } = follow([at('mount/config')]);
    write('mount/..2024_02/config', config('dev'));
    symlinkSync('..2024_02', at('mount/..data_tmp'));
    renameSync(at('mount/..data_tmp'), at('mount/..data'));
    expect(await servers(2)).toEqual([server('dev')]);
    rmSync(at('mount/..2024_01'), { recursive: true });
    write('mount/..2024_02/config', config('test'));
    expect(await servers(3)).toEqual([server('test')]);
  });

  it('follows a link into another folder, there and here', async () => {
    write('elsewhere/clusters/config', config('prod'));
    mkdirSync(at('kube'));
    symlinkSync(at('elsewhere/clusters/config'), at('kube/config'));
    const { servers } = follow([at('kube/config')]);
    write('elsewhere/clusters/new', config('dev'));
    renameSync(at('elsewhere/clusters/new'), at('elsewhere/clusters/config'));
    expect(await servers(2)).toEqual([server('dev')]);
    write('else', config('test'));
    rmSync(at('kube/config'));
    symlinkSync('../else', at('kube/config'));
    expect(await servers(3)).toEqual([server('test')]);
  });

  it('follows a link that is a folder on the way', async () => {
    write('v1/config', config('prod'));
    write('v2/config', config('dev'));
    symlinkSync('v1', at('current'));
    const { servers } = follow([at('current/config')]);
    symlinkSync('v2', at('next'));
    renameSync(at('next'), at('current'));
    expect(await servers(2)).toEqual([server('dev')]);
  });

  it('follows what comes into a folder, changes there, and goes', async () => {
    mkdirSync(at('clusters'));
    const { servers } = follow([write('config', config('prod'))]);
    stop();
    const folders = follow([], [at('clusters')]);
    write('clusters/dev.yaml', config('dev'));
    expect(await folders.servers(2)).toEqual([server('dev')]);
    write('clusters/dev.yaml', config('dev', 'https://new.example:6443'));
    expect(await folders.servers(3)).toEqual([server('new')]);
    rmSync(at('clusters/dev.yaml'));
    expect(await folders.servers(4)).toEqual([]);
    expect(await servers(1)).toEqual([server('prod')]);
  });

  it('gives the contexts that have not changed the fingerprints that they had', async () => {
    const { readings, servers } = follow([write('one', config('prod')), write('two', config('dev'))]);
    write('two', config('dev', 'https://new.example:6443'));
    await servers(2);
    const [before, after] = readings.map(({ contexts }) => contexts.map(({ fingerprint }) => fingerprint));
    expect(after?.[0]).toBe(before?.[0]);
    expect(after?.[1]).not.toBe(before?.[1]);
  });

  it('tells once of a renewed login that its file does not take, until it takes one', async () => {
    const authority = await makeAuthority('test');
    const provider = await IdentityProvider.start(await authority.server(['127.0.0.1']));
    const { elsewhere, inPlace } = expiredLogin(provider, authority.cert);
    let ahead = 0;
    const clock = { ...machineClock, now: () => Date.now() + ahead };
    const readings: ContextReading[] = [];
    const places = { explicit: [write('config', elsewhere)], environment: undefined, home: folder };
    stop = kubeconfigSource(places, clock, () => 0.5).follow([], (reading) => readings.push(reading));
    const renewAt = async (time: number) => {
      ahead = time;
      const connected = readings[0]?.contexts[0]?.connect();
      expect(JSON.stringify(await connected?.serverVersion())).toContain('ECONNREFUSED');
      connected?.close();
    };
    try {
      await renewAt(0);
      const [unsaved] = readings[1]?.unsavedLogins ?? [];
      expect(unsaved?.path).toBe(at('config'));
      expect(unsaved?.detail).toMatch(/^the renewed login of user "me" cannot .*\(its login has no place there\)/);
      await renewAt(10_000_000);
      expect(provider.renewals).toBe(2);
      expect(readings).toHaveLength(2);
      write('config', inPlace);
      await renewAt(20_000_000);
      expect(readings.map(({ unsavedLogins }) => unsavedLogins?.length)).toEqual([0, 1, 0]);
      expect(new Set(readings.map(({ contexts }) => contexts[0]?.fingerprint)).size).toBe(1);
      stop();
      write('config', elsewhere);
      await renewAt(30_000_000);
      expect(provider.renewals).toBe(4);
      expect(readings).toHaveLength(3);
    } finally {
      provider.close();
    }
  });

  it('tells of another current-context', async () => {
    const { readings } = follow([write('config', config('prod'))]);
    write('config', config('prod', undefined, 'other'));
    await eventually(() => readings.length === 2);
    expect(readings.map(({ current }) => current)).toEqual(['prod', 'other']);
  });

  it('watches nothing any more when it is stopped', async () => {
    const open = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('FSEvent')).length;
    const clock = new HandClock();
    const before = open();
    const places = { explicit: [write('config', config('prod'))], environment: undefined, home: folder };
    const end = kubeconfigSource(places, clock, () => 0.5).follow([], () => undefined);
    expect(open()).toBe(before + 1);
    end();
    expect(clock.waiting).toBe(0);
    await eventually(() => open() <= before);
  });

  it('finds changes that the system does not tell of', () => {
    const clock = new HandClock();
    const readings: ContextReading[] = [];
    const places = { explicit: [write('config', config('prod'))], environment: undefined, home: folder };
    stop = kubeconfigSource(places, clock, () => 0.5).follow([], (reading) => readings.push(reading));
    // no event comes while this goes on without a pause
    write('config', config('dev', 'https://longer-than-before.example'));
    clock.advance(30_000);
    clock.advance(200);
    expect(readings.map(names)).toEqual([['prod'], ['dev']]);
  });
});
