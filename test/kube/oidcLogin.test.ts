import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { machineClock } from '../../electron/engine/machineClock';
import { withTokens } from '../../electron/kube/auth/oidcStore';
import { SharedLogins } from '../../electron/kube/auth/sharedLogins';
import { parseConfigFile } from '../../electron/kube/config/configFile';
import { clusterSchema } from '../../electron/kube/config/entries';
import { Credentials } from '../../electron/kube/credentials';
import { IdentityProvider, idToken } from '../conformance/kubeconfigs/identityProvider';
import { makeAuthority } from '../setup/testCertificates';

let folder: string;
let provider: IdentityProvider;
let ca: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pullthrough-oidc-'));
  const authority = await makeAuthority('test');
  ca = authority.cert;
  provider = await IdentityProvider.start(await authority.server(['127.0.0.1']));
});
afterEach(() => {
  provider.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = () => path.join(folder, 'config');
const text = (tokens: string, more = '') => `# my clusters
apiVersion: v1
users:
- name: other
  user: {token: "x"} # keep this
- name: me
  user:
    auth-provider:
      name: oidc
      config:
        idp-issuer-url: ${provider.issuer}/
        client-id: ${provider.clientId}
        client-secret: ${provider.clientSecret}
        idp-certificate-authority-data: ${Buffer.from(ca).toString('base64')}
${tokens}
preferences: {colors:   true}
${more}`;
const old = () => `        id-token: ${provider.expiredIdToken}
        refresh-token: ${provider.refreshToken}   # from the browser`;
const renewed = () => `        id-token: "${provider.freshIdToken}"
        refresh-token: "${provider.nextRefreshToken}"   # from the browser`;

const server = 'https://127.0.0.1:1';
const logins = () =>
  new SharedLogins(
    { environment: {}, searchPath: () => Promise.resolve(''), run: () => Promise.resolve({ is: 'missing' }) },
    machineClock,
  );
/** The user of the file as it is now. */
function credentials(shared = logins()): Credentials {
  const user = parseConfigFile(file(), readFileSync(file(), 'utf8')).users.find(({ name }) => name === 'me');
  if (!user) throw new Error('no such user');
  const cluster = { name: 'c', file: file(), value: clusterSchema.parse({ server }) };
  return new Credentials(new URL(server), cluster, user, shared, machineClock);
}
/** The user of the file, in whose place there is nobody then, and what is told of that. */
function unwritable() {
  const shared = logins();
  const mine = credentials(shared);
  const [user] = parseConfigFile(file(), readFileSync(file(), 'utf8')).users.filter(({ name }) => name === 'me');
  writeFileSync(file(), 'users: []\n');
  const why = () => user && shared.whyUnsaved(user);
  const changes: unknown[] = [];
  shared.onUnsaved(() => changes.push(why()));
  return { shared, mine, why, changes };
}
const tokenOf = async (one: Credentials) => (await one.get()).headers?.['Authorization'];

describe('a login that has expired', () => {
  it('is renewed once for all contexts of the user, and written back with everything else as it was', async () => {
    writeFileSync(file(), text(old()), { mode: 0o640 });
    const shared = logins();
    const tokens = await Promise.all([credentials(shared), credentials(shared), credentials(shared)].map(tokenOf));
    expect(tokens).toEqual(Array(3).fill(`Bearer ${provider.freshIdToken}`));
    expect(provider.renewals).toBe(1);
    expect(readFileSync(file(), 'utf8')).toBe(text(renewed()));
    expect(statSync(file()).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['config']);
    expect(await tokenOf(credentials(shared))).toBe(`Bearer ${provider.freshIdToken}`);
    expect(provider.renewals).toBe(1);
  });

  it('is renewed at a provider that wants its secret in the body', async () => {
    provider.secretInBody = true;
    writeFileSync(file(), text(old()));
    expect(await tokenOf(credentials())).toBe(`Bearer ${provider.freshIdToken}`);
  });

  it('is not renewed where kubectl has done so in the meantime', async () => {
    writeFileSync(file(), text(old()));
    const mine = credentials();
    writeFileSync(file(), text(renewed()));
    expect(await tokenOf(mine)).toBe(`Bearer ${provider.freshIdToken}`);
    expect(provider.renewals).toBe(0);
  });

  it('is written through a link to the file that it leads to', async () => {
    writeFileSync(path.join(folder, 'real'), text(old()));
    symlinkSync('real', file());
    await tokenOf(credentials());
    expect(readFileSync(path.join(folder, 'real'), 'utf8')).toBe(text(renewed()));
    expect(readdirSync(folder)).toEqual(['config', 'real']);
  });

  it('waits for kubectl while that writes', async () => {
    writeFileSync(file(), text(old()));
    writeFileSync(`${file()}.lock`, '');
    const waiting = tokenOf(credentials());
    await new Promise((resolve) => setTimeout(resolve, 200));
    const more = 'current-context: new\n';
    writeFileSync(file(), text(old(), more));
    rmSync(`${file()}.lock`);
    expect(await waiting).toBe(`Bearer ${provider.freshIdToken}`);
    expect(readFileSync(file(), 'utf8')).toBe(text(renewed(), more));
  });

  it('is used also where it cannot be written down', async () => {
    writeFileSync(file(), text(old()));
    const mine = credentials();
    writeFileSync(file(), 'users: []\n');
    expect(await tokenOf(mine)).toBe(`Bearer ${provider.freshIdToken}`);
    expect(await tokenOf(mine)).toBe(`Bearer ${provider.freshIdToken}`);
    expect(readFileSync(file(), 'utf8')).toBe('users: []\n');
    expect(provider.renewals).toBe(1);
  });

  it('is told of while it cannot be written down, and is written down the next time', async () => {
    writeFileSync(file(), text(old()));
    const { shared, mine, why, changes } = unwritable();
    const used = await mine.get();
    const sentence = `the renewed login of user "me" cannot be written to ${file()} (the user is not there any more): kubectl may have to log in again`;
    expect(why()).toBe(sentence);
    expect(changes).toEqual([sentence]);
    mine.refused(used);
    await mine.get();
    expect(changes).toEqual([sentence]);
    writeFileSync(file(), text(old()));
    mine.refused(used);
    expect(await tokenOf(credentials(shared))).toBe(`Bearer ${provider.freshIdToken}`);
    expect(readFileSync(file(), 'utf8')).toBe(text(renewed()));
    expect(changes).toEqual([sentence, null]);
  });

  it('gives way to a later login that somebody has put into the file where it could not be written', async () => {
    writeFileSync(file(), text(old()));
    const { mine, why } = unwritable();
    const used = await mine.get();
    const another = idToken('ann', Date.now() + 7_200_000);
    writeFileSync(file(), text(old().replace(provider.expiredIdToken, another)));
    expect(why()).not.toBeNull();
    mine.refused(used);
    expect(await tokenOf(mine)).toBe(`Bearer ${another}`);
    expect(provider.renewals).toBe(1);
    expect(why()).toBeNull();
  });

  it('says which file of its provider’s certificate authority cannot be read', async () => {
    const absent = path.join(folder, 'idp.crt');
    writeFileSync(file(), text(old()).replace(/authority-data: .*/, `authority: ${absent}`));
    await expect(tokenOf(credentials())).rejects.toThrow(`cannot be read from ${absent} (ENOENT)`);
  });

  it('is written in place where no other file can be put beside it', async () => {
    // with more before and after it, this name is too long
    const long = path.join(folder, 'c'.repeat(245));
    writeFileSync(long, text(old()));
    symlinkSync(long, file());
    await tokenOf(credentials());
    expect(readFileSync(long, 'utf8')).toBe(text(renewed()));
  });

  it('is told of in one sentence without a token when it is over', async () => {
    writeFileSync(file(), text(old().replace(provider.refreshToken, 'a-used-up-token')));
    const error: unknown = await credentials()
      .get()
      .catch((reason: unknown) => reason);
    expect(String(error)).toBe(
      `NoAnswer: the identity provider ${provider.issuer}/ does not renew the login (invalid_grant)`,
    );
  });

  it('is looked up in the file again when the server refuses it', async () => {
    writeFileSync(file(), text(old().replace(provider.expiredIdToken, provider.idToken)));
    const mine = credentials();
    const used = await mine.get();
    const another = idToken('ann', Date.now() + 7_200_000);
    writeFileSync(file(), text(old().replace(provider.expiredIdToken, another)));
    mine.refused(used);
    expect(await tokenOf(mine)).toBe(`Bearer ${another}`);
    expect(provider.renewals).toBe(0);
  });
});

describe('the tokens in a file', () => {
  const tokens = { 'id-token': 'new-id', 'refresh-token': 'new-refresh' };
  const config = (inner: string) => `{"users": [{"name": "me", "user": {"auth-provider": {"config": ${inner}}}}]}`;

  it.each<[string, string, string]>([
    [
      'in JSON',
      config('{"id-token":"old","refresh-token":"old","x":1}'),
      config('{"id-token":"new-id","refresh-token":"new-refresh","x":1}'),
    ],
    [
      'in JSON without an ID token',
      config('{"refresh-token":"old"}'),
      config('{"id-token": "new-id", "refresh-token":"new-refresh"}'),
    ],
    [
      'in YAML without an ID token, and with a folded text',
      'users:\n- name: me\n  user:\n    auth-provider:\n      config:\n        client-id: x # mine\n        refresh-token: >-\n          ol\n          d\n      name: oidc\n',
      'users:\n- name: me\n  user:\n    auth-provider:\n      config:\n        id-token: "new-id"\n        client-id: x # mine\n        refresh-token: "new-refresh"\n      name: oidc\n',
    ],
    [
      'in YAML with an empty one',
      'users:\n- name: me\n  user: {auth-provider: {config: {id-token:, refresh-token: "old"}}}\n',
      'users:\n- name: me\n  user: {auth-provider: {config: {id-token: "new-id", refresh-token: "new-refresh"}}}\n',
    ],
    [
      'in JSON twice',
      config('{"id-token":"older","refresh-token":"old","id-token":"old"}'),
      config('{"id-token":"older","refresh-token":"new-refresh","id-token":"new-id"}'),
    ],
    [
      'in YAML twice',
      'users:\n- name: me\n  user:\n    auth-provider:\n      config:\n        refresh-token: older\n        id-token: old\n        refresh-token: old\n',
      'users:\n- name: me\n  user:\n    auth-provider:\n      config:\n        refresh-token: older\n        id-token: "new-id"\n        refresh-token: "new-refresh"\n',
    ],
  ])('%s are replaced, and nothing else', (_how, before, after) => {
    expect(withTokens(before, 'me', tokens)).toBe(after);
  });

  it('have no place in a file that does not have their user', () => {
    expect(() => withTokens('users: []', 'me', tokens)).toThrow('the user is not there any more');
  });
});
