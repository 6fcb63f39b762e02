import { annsToken, base64, clusterAt, configOf, type KubeconfigCase, type World } from './world';

/** Which files are read, and how they become one. */
export function merging(world: World): readonly KubeconfigCase[] {
  const cluster = clusterAt(world);
  const { open, plainOpen } = world.servers;
  const fine = configOf(cluster);
  const stranger = configOf(cluster, { token: 'of-nobody' });
  const entry = (list: string, name: string, field: string, value: object) => ({ [list]: [{ name, [field]: value }] });
  const wrongType = configOf(cluster, { token: 12345 });
  const twice = configOf(cluster) as { users: object[] };
  return [
    { name: 'one file', files: { config: fine }, lists: 'ann' },
    { name: 'the file in the home folder', files: { '.kube/config': fine }, kubeconfig: null, lists: 'ann' },
    {
      name: 'an empty KUBECONFIG means the home folder',
      files: { '.kube/config': fine },
      kubeconfig: null,
      environment: { KUBECONFIG: '' },
      lists: 'ann',
    },
    {
      name: 'a KUBECONFIG of separators means no file, not the home folder',
      files: { '.kube/config': fine },
      kubeconfig: ['', ''],
      lists: null,
    },
    { name: 'no file at all', files: {}, lists: null },
    { name: 'an empty file', files: { config: '' }, lists: null },
    { name: 'missing files are skipped', files: { two: fine }, kubeconfig: ['one', 'two', 'three'], lists: 'ann' },
    {
      name: 'the first entry of a name wins',
      files: { one: fine, two: stranger },
      kubeconfig: ['one', 'two'],
      lists: 'ann',
    },
    {
      name: 'the first entry of a name wins when it is the worse one',
      files: { one: stranger, two: fine },
      kubeconfig: ['one', 'two'],
      lists: null,
    },
    {
      name: 'entries are not mixed: the first one counts alone',
      files: {
        one: entry('users', 'the-user', 'user', { as: 'somebody' }),
        two: fine,
      },
      kubeconfig: ['one', 'two'],
      lists: null,
    },
    {
      name: 'the first current-context wins',
      files: {
        one: {
          ...entry('contexts', 'other', 'context', { cluster: 'the-cluster', user: 'the-user', namespace: 'shop' }),
          'current-context': 'other',
        },
        two: fine,
      },
      kubeconfig: ['one', 'two'],
      lists: 'ann',
    },
    {
      name: 'an empty current-context is none',
      files: { one: { 'current-context': '' }, two: fine },
      kubeconfig: ['one', 'two'],
      lists: 'ann',
    },
    {
      name: 'cluster, user and context in files of their own',
      files: {
        one: entry('contexts', 'x', 'context', { cluster: 'c', user: 'u', namespace: 'shop' }),
        two: entry('clusters', 'c', 'cluster', cluster),
        'three.yaml': { ...entry('users', 'u', 'user', { token: annsToken }), 'current-context': 'x' },
      },
      kubeconfig: ['one', 'two', 'three.yaml'],
      lists: 'ann',
    },
    {
      name: 'the same file twice',
      files: { config: fine },
      kubeconfig: ['config', 'config'],
      lists: 'ann',
    },
    {
      name: 'paths are relative to the folder of their file',
      files: {
        'deep/er/config': configOf(
          { server: world.servers.main.url, 'certificate-authority': 'ca.crt' },
          { tokenFile: '../token' },
        ),
        'deep/er/ca.crt': world.ca.cert,
        'deep/token': annsToken,
      },
      kubeconfig: ['deep/er/config'],
      lists: 'ann',
    },
    {
      name: 'each file of several has a folder of its own',
      files: {
        'one/config': entry('users', 'the-user', 'user', { tokenFile: 'token' }),
        'one/token': annsToken,
        'two/config': configOf({ server: world.servers.main.url, 'certificate-authority': './ca.crt' }),
        'two/ca.crt': world.ca.cert,
      },
      kubeconfig: ['one/config', 'two/config'],
      lists: 'ann',
    },
    {
      name: 'a linked file has the folder of the link',
      files: {
        'real/config': configOf(cluster, { tokenFile: 'token' }),
        'real/token': 'of-nobody',
        'linked/config': { link: '../real/config' },
        'linked/token': annsToken,
      },
      kubeconfig: ['linked/config'],
      lists: 'ann',
    },
    { name: 'a namespace', files: { config: configOf(cluster, { token: annsToken }, 'shop') }, lists: 'ann' },
    { name: 'an empty namespace', files: { config: configOf(cluster, { token: annsToken }, '') }, lists: 'ann' },
    { name: 'no current-context', files: { config: { ...fine, 'current-context': undefined } }, lists: null },
    {
      name: 'a current-context that is not there',
      files: { config: { ...fine, 'current-context': 'gone' } },
      lists: null,
    },
    { name: 'a context without a user', files: { config: configOf(clusterAt(world, open.url), null) }, lists: null },
    {
      name: 'a context without a user, without TLS',
      files: { config: configOf({ server: plainOpen.url }, null) },
      lists: '',
    },
    {
      name: 'a context whose user is not there',
      files: { config: { ...configOf(clusterAt(world, open.url)), users: [] } },
      lists: null,
    },
    {
      name: 'a context whose user is not there, without TLS',
      files: { config: { ...configOf({ server: plainOpen.url }), users: [] } },
      lists: '',
      hidden: true,
    },
    { name: 'a context whose cluster is not there', files: { config: { ...fine, clusters: [] } }, lists: null },
    {
      name: 'a cluster without a server',
      files: { config: configOf({ 'certificate-authority-data': base64(world.ca.cert) }) },
      lists: null,
    },
    {
      name: 'a broken file among others',
      files: { one: 'clusters: [}', two: fine },
      kubeconfig: ['one', 'two'],
      lists: null,
      unlike: { lists: 'ann', because: 'one broken file does not take the others along' },
    },
    { name: 'a broken file alone', files: { config: 'clusters: [}' }, lists: null },
    { name: 'an entry of a wrong type', files: { config: wrongType }, lists: null },
    {
      name: 'an entry of a wrong type that the context does not use',
      files: {
        one: { users: [{ name: 'other', user: { token: 12345 } }] },
        two: fine,
      },
      kubeconfig: ['one', 'two'],
      lists: null,
      unlike: { lists: 'ann', because: 'one broken entry does not take the others along' },
    },
    {
      name: 'an unreadable entry is not stood in for by a later file',
      files: { one: { users: [{ name: 'the-user', user: { token: 12345 } }] }, two: fine },
      kubeconfig: ['one', 'two'],
      lists: null,
    },
    {
      name: 'a name that is there twice',
      files: { config: { ...twice, users: [...twice.users, ...twice.users] } },
      lists: null,
    },
    { name: 'a folder in the place of a file', files: { 'config/other': '' }, lists: null },
  ];
}
