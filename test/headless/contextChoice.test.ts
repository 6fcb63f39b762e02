import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expiredLogin } from '../setup/expiredLogin';
import { IdentityProvider } from '../conformance/kubeconfigs/identityProvider';
import { makeAuthority } from '../setup/testCertificates';
import { CommandFolder } from './commandProcess';

describe('a login that a command has to renew', () => {
  let folder: CommandFolder;
  let provider: IdentityProvider;
  let logins: ReturnType<typeof expiredLogin>;
  beforeAll(async () => {
    folder = new CommandFolder();
    const authority = await makeAuthority('test');
    provider = await IdentityProvider.start(await authority.server(['127.0.0.1']));
    logins = expiredLogin(provider, authority.cert);
  });
  afterAll(() => {
    provider.close();
    folder.remove();
  });

  it.each([['doctor'], ['cleanup', '--dry-run'], ['explain', 'default/web']])(
    'is said to be lost where its file does not take it: %s',
    async (...args) => {
      const file = folder.write('config', logins.elsewhere);
      const { code, err } = await folder.run([...args, '--kubeconfig', file]);
      expect(code).not.toBe(0);
      expect(err.match(/A login is lost when this command ends: the renewed login of user "me" cannot/g)).toHaveLength(
        1,
      );
      expect(readFileSync(file, 'utf8')).toBe(logins.elsewhere);
    },
  );

  it('is kept where it has its place, without a word', async () => {
    const file = folder.write('config', logins.inPlace);
    const { err } = await folder.run(['doctor', '--kubeconfig', file]);
    expect(err).not.toContain('login');
    expect(readFileSync(file, 'utf8')).not.toContain(provider.expiredIdToken);
  });
});
