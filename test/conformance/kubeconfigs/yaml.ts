import { annsToken, base64, configOf, clusterAt, type KubeconfigCase, type World } from './world';

/** How a kubeconfig may be written down. */
export function yaml(world: World): readonly KubeconfigCase[] {
  const ca = base64(world.ca.cert);
  const { url } = world.servers.main;
  const fine = configOf(clusterAt(world));
  const written = (context: string, more = '') => `apiVersion: v1
kind: Config
clusters:
- name: c
  cluster:
    server: ${url}
    certificate-authority-data: ${ca}
users:
- name: u
  user:
    token: ${annsToken}
contexts:
${context}
${more}`;
  const context = (name: string, namespace = 'shop') => `- name: ${name}
  context: {cluster: c, user: u, namespace: ${namespace}}
current-context: ${name}`;
  const plain = written(context('x'));
  return [
    { name: 'YAML', files: { config: plain }, lists: 'ann' },
    {
      name: 'YAML with a byte order mark and Windows line ends',
      files: { config: `\uFEFF${plain.replaceAll('\n', '\r\n')}` },
      lists: 'ann',
    },
    { name: 'JSON with tabs', files: { config: JSON.stringify(fine, null, '\t') }, lists: 'ann' },
    {
      name: 'anchors, aliases and merge keys',
      files: {
        config: `
defaults: &defaults
  certificate-authority-data: ${ca}
  server: https://nowhere.example
clusters:
- name: c
  cluster:
    <<: *defaults
    server: ${url}
users:
- name: &me ann
  user: {token: ${annsToken}}
contexts:
- name: x
  context: {cluster: c, user: *me}
current-context: x
`,
      },
      lists: 'ann',
    },
    {
      name: 'an alias without its anchor',
      files: { config: plain.replace(`token: ${annsToken}`, 'token: *gone') },
      lists: null,
    },
    {
      name: 'the first of several documents counts',
      files: { config: `---\n${plain}\n---\nclusters: [}\n` },
      lists: 'ann',
    },
    {
      name: 'a key that is there twice: the last one counts',
      files: { config: plain.replace(`token: ${annsToken}`, `token: of-nobody\n    token: ${annsToken}`) },
      lists: 'ann',
    },
    { name: 'a word for true as a namespace', files: { config: written(context('x', 'on')) }, lists: null },
    { name: 'the same word in quotes', files: { config: written(context('x', "'on'")) }, lists: 'ann' },
    { name: 'a number as a namespace', files: { config: written(context('x', '2024')) }, lists: null },
    { name: 'a date as a name', files: { config: written(context('2024-01-31')) }, lists: 'ann' },
    { name: 'a time as a name', files: { config: written(context('12:30')) }, lists: 'ann' },
    {
      name: 'null for absent',
      files: { config: written(context('x', '~'), 'preferences: null\nextensions:') },
      lists: 'ann',
    },
    {
      name: 'unknown fields',
      files: { config: written(context('x'), 'colour: blue\nmore: {a: [1, 2]}') },
      lists: 'ann',
    },
    {
      name: 'no apiVersion and no kind',
      files: { config: { ...fine, apiVersion: undefined, kind: undefined } },
      lists: 'ann',
    },
    { name: 'another apiVersion', files: { config: { ...fine, apiVersion: 'v2' } }, lists: null },
    { name: 'another kind', files: { config: { ...fine, kind: 'Secret' } }, lists: null },
    { name: 'a list in the place of a mapping', files: { config: '- a\n- b\n' }, lists: null },
    { name: 'a text in the place of a mapping', files: { config: 'hello\n' }, lists: null },
    {
      name: 'true as a text',
      files: { config: configOf({ ...clusterAt(world), 'insecure-skip-tls-verify': 'true' }) },
      lists: null,
    },
    {
      name: 'base64 over several lines',
      files: {
        config: plain.replace(ca, `|\n      ${(ca.match(/.{1,64}/g) ?? []).join('\n      ')}`),
      },
      lists: 'ann',
    },
    {
      name: 'base64 without its end',
      files: { config: configOf({ server: url, 'certificate-authority-data': 'YWJjZA' }) },
      lists: null,
    },
    {
      name: 'base64 of no alphabet',
      files: { config: configOf({ server: url, 'certificate-authority-data': 'YW-jZA==' }) },
      lists: null,
    },
    {
      name: 'a token with a line end',
      files: { config: plain.replace(`token: ${annsToken}`, `token: |\n      ${annsToken}`) },
      lists: null,
    },
  ];
}
