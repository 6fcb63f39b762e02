import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PluginCommand, PluginEnd } from '../../electron/kube/auth/pluginProcess';
import { SharedLogins } from '../../electron/kube/auth/sharedLogins';
import { clusterSchema, userSchema } from '../../electron/kube/config/entries';
import { Credentials } from '../../electron/kube/credentials';
import { HandClock } from '../setup/handClock';
import { makeAuthority, type TestAuthority } from '../setup/testCertificates';

let folder: string;
let clock: HandClock;
let authority: TestAuthority;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pullthrough-credentials-'));
  clock = new HandClock();
  authority = await makeAuthority('test');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => path.join(folder, name);
const write = (name: string, text: string) => {
  writeFileSync(at(name), text);
  return at(name);
};

/** Credentials of this user; `run` stands for the plugins of the machine. */
function credentialsOf(
  user: object,
  { run, cluster = {}, logins }: { run?: Runs; cluster?: object; logins?: SharedLogins } = {},
) {
  const shared = logins ?? loginsWith(run);
  const server = 'https://127.0.0.1:1';
  return new Credentials(
    new URL(server),
    { name: 'c', file: at('config'), value: clusterSchema.parse({ server, ...cluster }) },
    { name: 'me', file: at('config'), value: userSchema.parse(user) },
    shared,
    clock,
  );
}

type Runs = (command: PluginCommand) => Promise<PluginEnd>;

function loginsWith(run: Runs = () => Promise.resolve({ is: 'missing' })): SharedLogins {
  return new SharedLogins({ environment: { HOME: folder }, searchPath: () => Promise.resolve('/bin'), run }, clock);
}

const tokenIn = async (credentials: Credentials) => (await credentials.get()).headers?.['Authorization'];

describe('files that are replaced', () => {
  it('give another token without a restart, and the last one while they cannot be read', async () => {
    const credentials = credentialsOf({ tokenFile: write('token', 'first\n') });
    expect(await tokenIn(credentials)).toBe('Bearer first');
    write('token', 'second');
    clock.advance(1000);
    expect(await tokenIn(credentials)).toBe('Bearer second');
    rmSync(at('token'));
    clock.advance(1000);
    expect(await tokenIn(credentials)).toBe('Bearer second');
  });

  it('are read again at once when the server has refused what they held', async () => {
    const credentials = credentialsOf({ tokenFile: write('token', 'first') });
    const used = await credentials.get();
    write('token', 'second');
    credentials.refused(used);
    expect(await tokenIn(credentials)).toBe('Bearer second');
  });

  it('give another certificate, but never the certificate of one with the key of the other', async () => {
    const [one, two] = await Promise.all([authority.client('me'), authority.client('me')]);
    const credentials = credentialsOf({
      'client-certificate': write('crt', one.cert),
      'client-key': write('key', one.key),
    });
    const first = await credentials.get();
    expect([first.cert, first.key]).toEqual([one.cert.trim(), one.key.trim()]);
    write('crt', two.cert);
    clock.advance(1000);
    expect((await credentials.get()).cert).toBe(one.cert.trim());
    write('key', two.key);
    clock.advance(1000);
    const second = await credentials.get();
    expect([second.cert, second.key]).toEqual([two.cert.trim(), two.key.trim()]);
  });

  it('give another authority to trust', async () => {
    const other = await makeAuthority('other');
    const cluster = { 'certificate-authority': write('ca', authority.cert) };
    const credentials = credentialsOf({ token: 't' }, { cluster });
    expect((await credentials.get()).ca).toBe(authority.cert.trim());
    write('ca', other.cert);
    clock.advance(1000);
    expect((await credentials.get()).ca).toBe(other.cert.trim());
  });
});

it('stay the same texts while nothing changes, so that connections can be kept', async () => {
  const { cert, key } = await authority.client('me');
  const cluster = { 'certificate-authority': write('ca', authority.cert) };
  const user = { 'client-certificate': write('crt', cert), 'client-key': write('key', key) };
  const credentials = credentialsOf(user, { cluster });
  const one = await credentials.get();
  clock.advance(5000);
  const other = await credentials.get();
  expect(other.checkServerIdentity).toBe(one.checkServerIdentity);
  expect([other.ca, other.cert, other.key]).toEqual([one.ca, one.cert, one.key]);
});

describe('what a plugin gives', () => {
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'log-in', interactiveMode: 'Never' };
  const answer = (token: string, expires?: number): PluginEnd => ({
    is: 'printed',
    output: JSON.stringify({
      kind: 'ExecCredential',
      apiVersion: exec.apiVersion,
      status: { token, ...(expires !== undefined && { expirationTimestamp: new Date(expires).toISOString() }) },
    }),
  });
  /** Plugins that answer one after the other; the last one again and again. */
  const answers = (...ends: PluginEnd[]) => {
    const commands: PluginCommand[] = [];
    const run: Runs = (command) => {
      commands.push(command);
      const end = ends[Math.min(commands.length, ends.length) - 1];
      return end ? Promise.resolve(end) : new Promise(() => undefined);
    };
    return { run, commands };
  };
  const minute = 60_000;

  it('comes from one run for requests at the same time, and is kept', async () => {
    const { run, commands } = answers(answer('first'));
    const credentials = credentialsOf({ exec }, { run });
    const all = await Promise.all([tokenIn(credentials), tokenIn(credentials), tokenIn(credentials)]);
    clock.advance(1000 * minute);
    expect([...all, await tokenIn(credentials)]).toEqual(Array(4).fill('Bearer first'));
    expect(commands).toHaveLength(1);
  });

  it('is shared by contexts of one user, unless the plugin wants to know the cluster', async () => {
    const { run, commands } = answers(answer('first'));
    const logins = loginsWith(run);
    const plain = () => tokenIn(credentialsOf({ exec }, { logins }));
    await Promise.all([plain(), plain()]);
    expect(commands).toHaveLength(1);
    const told = (server: string) =>
      tokenIn(credentialsOf({ exec: { ...exec, provideClusterInfo: true } }, { logins, cluster: { server } }));
    await Promise.all([told('https://one'), told('https://two')]);
    expect(commands).toHaveLength(3);
  });

  it('is renewed before it expires', async () => {
    const { run, commands } = answers(answer('first', 10 * minute), answer('second', 20 * minute));
    const credentials = credentialsOf({ exec }, { run });
    await credentials.get();
    clock.advance(9 * minute);
    expect(await tokenIn(credentials)).toBe('Bearer first');
    clock.advance(0.6 * minute);
    expect(await tokenIn(credentials)).toBe('Bearer second');
    expect(commands).toHaveLength(2);
  });

  it('is used to its end where the plugin has no other one yet, or fails', async () => {
    const same = answers(answer('first', 10 * minute));
    const credentials = credentialsOf({ exec }, { run: same.run });
    await credentials.get();
    clock.advance(9.6 * minute);
    for (let i = 0; i < 3; i += 1) expect(await tokenIn(credentials)).toBe('Bearer first');
    expect(same.commands).toHaveLength(2);
    const failing = answers(answer('first', 20 * minute), { is: 'failed', why: 'ended with code 1', lastWords: '' });
    const others = credentialsOf({ exec }, { run: failing.run });
    await others.get();
    clock.advance(9.9 * minute);
    expect(await tokenIn(others)).toBe('Bearer first');
    clock.advance(minute);
    await expect(others.get()).rejects.toThrow('ended with code 1');
  });

  it('is asked for again once when the server has refused it, and not for each further refusal', async () => {
    const { run, commands } = answers(answer('first'), answer('second'), answer('third'));
    const credentials = credentialsOf({ exec }, { run });
    const first = await credentials.get();
    credentials.refused(first);
    expect(await tokenIn(credentials)).toBe('Bearer second');
    credentials.refused(first);
    credentials.refused(await credentials.get());
    expect(await tokenIn(credentials)).toBe('Bearer second');
    clock.advance(minute);
    credentials.refused(await credentials.get());
    expect(await tokenIn(credentials)).toBe('Bearer third');
    expect(commands).toHaveLength(3);
  });

  it('is not waited for without an end, while its plugin may go on', async () => {
    const { run, commands } = answers();
    const credentials = credentialsOf({ exec }, { run });
    for (let i = 0; i < 2; i += 1) {
      const late = credentials.get();
      clock.advance(30_000);
      await expect(late).rejects.toThrow('have not come within 30 s');
    }
    await Promise.resolve();
    expect(commands).toHaveLength(1);
    expect(commands[0]?.limitMs).toBe(5 * minute);
  });

  it('does not start a plugin for each request while it fails', async () => {
    const { run, commands } = answers({ is: 'failed', why: 'ended with code 1', lastWords: '' }, answer('first'));
    const credentials = credentialsOf({ exec }, { run });
    for (let i = 0; i < 3; i += 1) await expect(credentials.get()).rejects.toThrow('ended with code 1');
    expect(commands).toHaveLength(1);
    clock.advance(5000);
    expect(await tokenIn(credentials)).toBe('Bearer first');
  });

  it.each<[string, object, PluginEnd, string]>([
    [
      'is missing, with the hint for its installation',
      { installHint: '\u001b[1mGet it\u001b[0m\n  at example.com\n' },
      { is: 'missing' },
      'the credential plugin "log-in" of user "me" is not installed: Get it at example.com',
    ],
    [
      'fails, with its last words and without what may be a secret',
      {},
      {
        is: 'failed',
        why: 'ended with code 2',
        lastWords:
          'one\nERROR: run login (token eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.c2ln, see ~/.config/some/long/path)\n',
      },
      'the credential plugin "log-in" of user "me" ended with code 2: ERROR: run login (token … see ~/.config/some/long/path)',
    ],
    [
      'takes too long',
      {},
      { is: 'late' },
      'the credential plugin "log-in" of user "me" has not ended within 5 minutes',
    ],
    [
      'prints something else',
      {},
      { is: 'printed', output: 'a-secret' },
      'the credential plugin "log-in" of user "me" printed no ExecCredential',
    ],
  ])('is told of in one sentence when it %s', async (_how, entry, end, sentence) => {
    const credentials = credentialsOf({ exec: { ...exec, ...entry } }, { run: answers(end).run });
    await expect(credentials.get()).rejects.toMatchObject({ message: sentence });
  });

  it('wants nobody to be asked on a terminal', async () => {
    const credentials = credentialsOf({ exec: { ...exec, interactiveMode: 'Always' } });
    await expect(credentials.get()).rejects.toThrow('wants to ask somebody on a terminal, and there is none');
  });

  it.each([
    ['gcp', 'gke-gcloud-auth-plugin'],
    ['azure', 'kubelogin'],
  ])('takes the place of the auth-provider %s', async (name, successor) => {
    await expect(credentialsOf({ 'auth-provider': { name } }).get()).rejects.toThrow(successor);
  });
});

it('never quotes a token that cannot be sent', async () => {
  const credentials = credentialsOf({ token: 'secret\nin-two-lines' });
  const error: unknown = await credentials.get().catch((reason: unknown) => reason);
  expect(String(error)).toContain('holds a line end');
  expect(String(error)).not.toMatch(/secret|two-lines/);
});

describe('entries that kubectl refuses are told of in one sentence', () => {
  const pair = { 'client-certificate-data': 'YQ==', 'client-key-data': 'YQ==' };
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'p', interactiveMode: 'Never' };
  it.each<[object, string]>([
    [{}, 'user "me" has no token, certificate, password or plugin to log in with'],
    [{ 'client-certificate-data': 'YQ==' }, 'user "me" has a client certificate without its key'],
    [{ ...pair, 'client-certificate': 'a' }, 'user "me" has its client certificate both as a file and as data'],
    [{ ...pair, 'client-key': 'a' }, 'user "me" has its client key both as a file and as data'],
    [
      { token: 't', username: 'u' },
      'user "me" has a token, and a name and password as well: only one of them may be there',
    ],
    [{ token: 't', 'as-uid': '1' }, 'user "me" acts as groups, a uid or extra, but as no user (as)'],
    [{ exec: { ...exec, interactiveMode: '' } }, 'user "me" has a credential plugin without an interactiveMode'],
    [{ exec: { ...exec, command: '' } }, 'user "me" has a credential plugin without a command'],
    [
      { exec: { ...exec, apiVersion: 'v2' } },
      'user "me" has a credential plugin of an unknown version: client.authentication.k8s.io/v1 and client.authentication.k8s.io/v1beta1 are known',
    ],
    [{ 'auth-provider': { name: 'x' } }, 'user "me" logs in by the auth-provider "x", which is not known'],
    [{ 'auth-provider': { name: 'oidc', config: {} } }, 'the auth-provider of user "me" lacks idp-issuer-url'],
  ])('%j', async (user, sentence) => {
    await expect(credentialsOf(user).get()).rejects.toMatchObject({ message: sentence });
  });

  it.each<[object, string]>([
    [{ 'proxy-url': 'ftp://x' }, 'the proxy-url of cluster "c" is no http, https or socks5 address'],
    [
      { 'certificate-authority': 'a', 'certificate-authority-data': 'YQ==' },
      'cluster "c" names a certificate authority both as a file and as data',
    ],
    [
      { 'certificate-authority': 'a', 'insecure-skip-tls-verify': true },
      'cluster "c" names a certificate authority, and insecure-skip-tls-verify as well',
    ],
  ])('%j', async (cluster, sentence) => {
    await expect(credentialsOf({ token: 't' }, { cluster }).get()).rejects.toMatchObject({ message: sentence });
  });
});

it('reads no certificate where there is none', async () => {
  const user = { 'client-certificate': write('crt', 'none'), 'client-key': write('key', 'none') };
  await expect(credentialsOf(user).get()).rejects.toThrow('the client certificate of user "me" holds no certificate');
  expect(readFileSync(at('crt'), 'utf8')).toBe('none');
});
