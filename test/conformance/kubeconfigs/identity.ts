import { createPrivateKey } from 'node:crypto';
import { annsToken, base64, clusterAt, configOf, type KubeconfigCase, type World } from './world';

/** How users show who they are, without the help of other programs. */
export function identity(world: World): readonly KubeconfigCase[] {
  const cluster = clusterAt(world);
  const { cert, key } = world.ann;
  const certData = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) };
  const certFiles = { 'client-certificate': 'ann.crt', 'client-key': 'ann.key' };
  const sec1 = createPrivateKey(key).export({ type: 'sec1', format: 'pem' }).toString();
  const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
  const encrypted = createPrivateKey(key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
    .toString();
  const plain = (user: object) => ({ config: configOf({ server: world.servers.plainOpen.url }, user) });
  const user = (name: string, fields: object, lists: string | null, files: KubeconfigCase['files'] = {}) => ({
    name,
    files: { config: configOf(cluster, fields), ...files },
    lists,
  });
  return [
    user('a client certificate as data', certData, 'ann'),
    user('a client certificate in files', certFiles, 'ann', { 'ann.crt': cert, 'ann.key': key }),
    user('certificate and key in one file', { 'client-certificate': 'ann.pem', 'client-key': 'ann.pem' }, 'ann', {
      'ann.pem': `${sec1}\n${cert}`,
    }),
    user(
      'a certificate as data with its key in a file',
      { ...certData, 'client-key-data': '', 'client-key': 'ann.key' },
      'ann',
      {
        'ann.key': key,
      },
    ),
    user('a key with its parameters before it', { ...certData, 'client-key-data': base64(parameters + sec1) }, 'ann'),
    user('an encrypted key', { ...certData, 'client-key-data': base64(encrypted) }, null),
    user('a key of another certificate', { ...certData, 'client-key-data': base64(world.stranger.key) }, null),
    user('a certificate without its key', { 'client-certificate-data': base64(cert) }, null),
    user('a key without its certificate', { 'client-key-data': base64(key), token: annsToken }, 'ann'),
    user('a certificate in a file and as data', { ...certData, ...certFiles }, null, {
      'ann.crt': cert,
      'ann.key': key,
    }),
    user('a certificate in a file that is not there', certFiles, null, { 'ann.key': key }),
    user('a certificate and a token', { ...certData, token: annsToken }, 'ann'),
    user('a certificate and a wrong token', { ...certData, token: 'of-nobody' }, null),
    user('a token', { token: annsToken }, 'ann'),
    user('a wrong token', { token: 'of-nobody' }, null),
    user('nothing', {}, null),
    user('only a password', { password: 'builder' }, null),
    user('somebody else, and no one oneself', { as: 'eve' }, null),
    user('a token in a file, with a line end', { tokenFile: 'token' }, 'ann', { token: `${annsToken}\n` }),
    user('a token in a file that is not there', { tokenFile: 'token' }, null),
    user('an empty token file', { tokenFile: 'token' }, null, { token: '\n' }),
    user(
      'a token in a file and another one beside it: the file counts',
      { tokenFile: 'token', token: 'of-nobody' },
      'ann',
      {
        token: annsToken,
      },
    ),
    user('a token beside a file that is not there', { tokenFile: 'token', token: annsToken }, 'ann'),
    user('a name and a password', { username: 'bob', password: 'builder' }, 'bob'),
    user('a name and a password beyond ASCII', { username: 'jörg', password: 'grün' }, 'jörg'),
    user('a wrong password', { username: 'bob', password: 'wrecker' }, null),
    user('a password and a token', { username: 'bob', password: 'builder', token: annsToken }, null),
    user('a password and a token file', { username: 'bob', password: 'builder', tokenFile: 'token' }, null, {
      token: annsToken,
    }),
    user('a password and a certificate', { username: 'bob', password: 'builder', ...certData }, 'bob'),
    {
      name: 'a name and a password in the address of the server alone',
      files: { config: configOf(clusterAt(world, world.servers.main.url.replace('//', '//bob:builder@')), {}) },
      lists: null,
    },
    {
      name: 'a name and a password in the address come before a token',
      files: { config: configOf(clusterAt(world, world.servers.main.url.replace('//', '//bob:builder@'))) },
      lists: 'bob',
    },
    user('as somebody else', { token: annsToken, as: 'eve' }, 'ann'),
    user(
      'as somebody else with a uid, groups and extra',
      {
        token: annsToken,
        as: 'eve the 2nd',
        'as-uid': '06f6ce97',
        'as-groups': ['developers', 'admins'],
        'as-user-extra': { dn: ['cn=eve,ou=people', 'cn=eve2'], 'acme.com/project': ['some-project'], '100%': ['x'] },
      },
      'ann',
    ),
    user('as somebody beyond ASCII', { token: annsToken, as: 'jörg 你好' }, 'ann'),
    user('as groups of nobody', { token: annsToken, 'as-groups': ['developers'] }, null),
    user('with a uid of nobody', { token: annsToken, 'as-uid': '1' }, null),
    {
      name: 'as somebody else without TLS',
      files: plain({ token: annsToken, as: 'eve', 'as-groups': ['developers'] }),
      lists: '',
    },
    {
      name: 'a removed auth-provider does no harm without TLS',
      files: plain({ 'auth-provider': { name: 'gcp' } }),
      lists: '',
    },
    {
      name: 'a password and a token are too much also without TLS',
      files: plain({ token: 't', username: 'bob' }),
      lists: null,
    },
  ];
}
