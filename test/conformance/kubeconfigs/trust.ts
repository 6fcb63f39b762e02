import { base64, clusterAt, configOf, type KubeconfigCase, type World } from './world';

/** How the server is known. */
export function trust(world: World): readonly KubeconfigCase[] {
  const { servers, ca, stranger, middle, pinned } = world;
  const { url } = servers.main;
  const data = (pem: string) => ({ 'certificate-authority-data': base64(pem) });
  const internal = clusterAt(world, servers.internal.url);
  return [
    {
      name: 'a certificate authority in a file',
      files: { config: configOf({ server: url, 'certificate-authority': 'ca' }), ca: ca.cert },
      lists: 'ann',
    },
    {
      name: 'in a file that is not there',
      files: { config: configOf({ server: url, 'certificate-authority': 'ca' }) },
      lists: null,
    },
    {
      name: 'in a file and as data',
      files: { config: configOf({ ...clusterAt(world), 'certificate-authority': 'ca' }), ca: ca.cert },
      lists: null,
    },
    { name: 'another authority', files: { config: configOf({ server: url, ...data(stranger.cert) }) }, lists: null },
    {
      name: 'several authorities with words between',
      files: {
        config: configOf({ server: url, ...data(`Another:\n${stranger.cert}\nThe right one:\r\n${ca.cert}\nend`) }),
      },
      lists: 'ann',
    },
    {
      name: 'no certificate in what should be one',
      files: { config: configOf({ server: url, ...data('not PEM') }) },
      lists: null,
    },
    { name: 'no authority, and nobody knows the server', files: { config: configOf({ server: url }) }, lists: null },
    {
      name: 'no authority, and the machine knows the server',
      files: { config: configOf({ server: url }), 'machine.pem': ca.cert },
      environment: { SSL_CERT_FILE: '{folder}/machine.pem' },
      lists: 'ann',
    },
    {
      name: 'an authority of its own, and not that of the machine',
      files: { config: configOf({ server: url, ...data(stranger.cert) }), 'machine.pem': ca.cert },
      environment: { SSL_CERT_FILE: '{folder}/machine.pem' },
      lists: null,
    },
    {
      name: 'insecure-skip-tls-verify',
      files: { config: configOf({ server: url, 'insecure-skip-tls-verify': true }) },
      lists: 'ann',
    },
    {
      name: 'insecure-skip-tls-verify with an authority',
      files: { config: configOf({ ...clusterAt(world), 'insecure-skip-tls-verify': true }) },
      lists: null,
    },
    { name: 'a server of another name', files: { config: configOf(internal) }, lists: null },
    {
      name: 'tls-server-name',
      files: { config: configOf({ ...internal, 'tls-server-name': 'kubernetes.internal' }) },
      lists: 'ann',
    },
    {
      name: 'tls-server-name, the wrong one',
      files: { config: configOf({ ...internal, 'tls-server-name': 'kubernetes.example' }) },
      lists: null,
    },
    {
      name: 'tls-server-name as an address',
      files: { config: configOf({ ...internal, 'tls-server-name': '10.0.0.1' }) },
      lists: 'ann',
    },
    {
      name: 'tls-server-name without a check',
      files: {
        config: configOf({
          server: servers.internal.url,
          'insecure-skip-tls-verify': true,
          'tls-server-name': 'kubernetes.example',
        }),
      },
      lists: 'ann',
    },
    {
      name: 'a name only in the old place',
      files: { config: configOf({ ...clusterAt(world, servers.oldNamed.url), 'tls-server-name': 'server' }) },
      lists: null,
    },
    {
      name: 'an authority in the middle, which is trusted alone',
      files: { config: configOf({ server: servers.chained.url, ...data(middle.cert) }) },
      lists: 'ann',
    },
    {
      name: 'the authority above it, of a server that does not send the middle',
      files: { config: configOf({ server: servers.chained.url, ...data(ca.cert) }) },
      lists: null,
    },
    {
      name: 'the certificate of the server itself',
      files: { config: configOf({ server: servers.pinned.url, ...data(pinned.cert) }) },
      lists: 'ann',
    },
    {
      name: 'disable-compression',
      files: { config: configOf({ ...clusterAt(world), 'disable-compression': true }) },
      lists: 'ann',
    },
    {
      name: 'a server behind a path',
      files: { config: configOf(clusterAt(world, `${url}/k8s/clusters/c-1?x=1#y`)) },
      lists: 'ann',
    },
    {
      name: 'a server without TLS is told no token',
      files: { config: configOf({ server: servers.plainOpen.url }) },
      lists: '',
    },
    {
      name: 'and lets nobody in who has none',
      files: { config: configOf({ server: servers.plain.url }) },
      lists: null,
    },
    {
      name: 'a server without a scheme has no TLS',
      files: { config: configOf({ server: `127.0.0.1:${servers.plainOpen.port}` }) },
      lists: '',
    },
    {
      name: 'a name without a scheme',
      files: { config: configOf({ server: `localhost:${servers.plainOpen.port}` }) },
      lists: '',
    },
    {
      name: 'a server of no known scheme',
      files: { config: configOf({ server: `ftp://127.0.0.1:${servers.plainOpen.port}` }) },
      lists: null,
    },
    { name: 'a scheme without a server', files: { config: configOf({ server: 'https://' }) }, lists: null },
  ];
}
