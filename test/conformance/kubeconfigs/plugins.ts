import { annsToken, clusterAt, configOf, type KubeconfigCase, type World } from './world';

const v1 = 'client.authentication.k8s.io/v1';
const v1beta1 = 'client.authentication.k8s.io/v1beta1';

/** Credential plugins. Each notes what it was told, for the comparison of what kubectl and this app tell it. */
export function plugins(world: World): readonly KubeconfigCase[] {
  const cluster = clusterAt(world);
  const { ann } = world;
  const printing = (output: string, before = '') => ({
    script: `#!/bin/sh
printf '%s\\n' "$KUBERNETES_EXEC_INFO" >> "$(dirname "$0")/told"
${before}
cat <<'END'
${output}
END
`,
  });
  const credential = (status: object, apiVersion = v1) =>
    JSON.stringify({ kind: 'ExecCredential', apiVersion, status });
  const token = printing(credential({ token: annsToken }));
  const exec = { apiVersion: v1, command: './plugin', interactiveMode: 'Never' };
  const plugin = (
    name: string,
    lists: string | null,
    {
      entry = {},
      program = token,
      user = {},
      on = cluster,
    }: { entry?: object; program?: object; user?: object; on?: object } = {},
  ): KubeconfigCase => ({
    name: `plugin: ${name}`,
    files: { config: configOf(on, { exec: { ...exec, ...entry }, ...user }), plugin: program },
    lists,
  });
  const needs = (test: string) => printing(credential({ token: annsToken }), `${test} || exit 3`);
  const config = { audience: 'x', list: [1, { a: null }] };
  const known = {
    ...cluster,
    extensions: [
      { name: 'client.authentication.k8s.io/exec', extension: config },
      { name: 'other', extension: 1 },
    ],
  };
  return [
    plugin('v1', 'ann'),
    plugin('v1beta1', 'ann', {
      entry: { apiVersion: v1beta1, interactiveMode: undefined },
      program: printing(credential({ token: annsToken }, v1beta1)),
    }),
    plugin('v1 without interactiveMode', null, { entry: { interactiveMode: undefined } }),
    plugin('interactiveMode IfAvailable', 'ann', { entry: { interactiveMode: 'IfAvailable' } }),
    plugin('interactiveMode Always', null, { entry: { interactiveMode: 'Always' } }),
    plugin('another interactiveMode', null, { entry: { interactiveMode: 'Sometimes' } }),
    plugin('v1alpha1', null, { entry: { apiVersion: 'client.authentication.k8s.io/v1alpha1' } }),
    plugin('no apiVersion', null, { entry: { apiVersion: undefined } }),
    plugin('no command', null, { entry: { command: '' } }),
    plugin('arguments', 'ann', {
      entry: { args: ['--a', 'b c', '$HOME'] },
      program: needs('[ "$2" = "b c" ] && [ "$3" = \'$HOME\' ]'),
    }),
    plugin('environment', 'ann', {
      entry: { env: [{ name: 'PROFILE', value: 'a b' }] },
      program: needs('[ "$PROFILE" = "a b" ]'),
    }),
    plugin('environment without a name', null, { entry: { env: [{ name: '', value: 'x' }] } }),
    plugin('the environment of the caller', 'ann', { program: needs('[ -n "$HOME" ]') }),
    plugin('no input', 'ann', { program: needs('[ -z "$(cat)" ]') }),
    plugin('told of the cluster', 'ann', {
      entry: { provideClusterInfo: true },
      on: { ...known, 'disable-compression': true },
    }),
    plugin('told of a cluster with other ways', 'ann', {
      entry: { provideClusterInfo: true },
      on: {
        server: world.servers.internal.url,
        'insecure-skip-tls-verify': true,
        'tls-server-name': 'other',
        'proxy-url': `http://127.0.0.1:${world.proxies.http.port}`,
      },
    }),
    {
      name: 'plugin: told of an authority from a file',
      files: {
        config: configOf(
          { server: world.servers.main.url, 'certificate-authority': 'ca' },
          { exec: { ...exec, provideClusterInfo: true } },
        ),
        ca: world.ca.cert,
        plugin: token,
      },
      lists: 'ann',
    },
    {
      name: 'plugin: found in PATH',
      files: { config: configOf(cluster, { exec: { ...exec, command: 'test-plugin' } }), 'bin/test-plugin': token },
      environment: { PATH: '{folder}/bin:/usr/bin:/bin' },
      lists: 'ann',
    },
    {
      name: 'plugin: found in the PATH of the caller, not in its own',
      files: {
        config: configOf(cluster, {
          exec: { ...exec, command: 'test-plugin', env: [{ name: 'PATH', value: '/bin:/usr/bin' }] },
        }),
        'bin/test-plugin': token,
      },
      environment: { PATH: '{folder}/bin:/usr/bin:/bin' },
      lists: 'ann',
    },
    plugin('missing', null, { entry: { command: 'no-such-plugin', installHint: 'install it' } }),
    plugin('no program', null, { entry: { command: './config' } }),
    plugin('in a folder above', 'ann', { entry: { command: './none/../plugin' } }),
    plugin('a client certificate', 'ann', {
      program: printing(credential({ clientCertificateData: ann.cert, clientKeyData: ann.key })),
    }),
    plugin('a client certificate without its key', null, {
      program: printing(credential({ clientCertificateData: ann.cert })),
    }),
    plugin('a client certificate with another key', null, {
      program: printing(credential({ clientCertificateData: ann.cert, clientKeyData: world.ca.key })),
    }),
    plugin('neither token nor certificate', null, { program: printing(credential({})) }),
    plugin('no status', null, { program: printing(JSON.stringify({ kind: 'ExecCredential', apiVersion: v1 })) }),
    plugin('an answer in another version', null, { program: printing(credential({ token: annsToken }, v1beta1)) }),
    plugin('an answer of another kind', null, {
      program: printing(JSON.stringify({ kind: 'Secret', apiVersion: v1, status: { token: annsToken } })),
    }),
    plugin('an answer in YAML', 'ann', {
      program: printing(`apiVersion: ${v1}\nkind: ExecCredential\nstatus:\n  token: ${annsToken}\n`),
    }),
    plugin('an answer that is no answer', null, { program: printing(annsToken) }),
    plugin('no answer', null, { program: printing('') }),
    plugin('a failure', null, { program: printing(credential({ token: annsToken }), 'exit 1') }),
    plugin('a date of expiry', 'ann', {
      program: printing(credential({ token: annsToken, expirationTimestamp: '2999-01-01T00:00:00Z' })),
    }),
    plugin('a date of expiry with a zone', 'ann', {
      program: printing(credential({ token: annsToken, expirationTimestamp: '2999-01-01T00:00:00.123+02:00' })),
    }),
    plugin('a date of expiry in the past', 'ann', {
      program: printing(credential({ token: annsToken, expirationTimestamp: '2001-01-01T00:00:00Z' })),
    }),
    plugin('a date of expiry that is none', null, {
      program: printing(credential({ token: annsToken, expirationTimestamp: 'tomorrow' })),
    }),
    plugin('words on the other output', 'ann', {
      program: printing(credential({ token: annsToken }), 'echo logging in... >&2'),
    }),
    plugin('a token in the kubeconfig comes first', 'ann', {
      program: printing(credential({ token: 'of-nobody' })),
      user: { token: annsToken },
    }),
    plugin('and an auth-provider', null, { user: { 'auth-provider': { name: 'oidc', config: {} } } }),
    plugin('not run without TLS', '', { on: { server: world.servers.plainOpen.url } }),
  ];
}
