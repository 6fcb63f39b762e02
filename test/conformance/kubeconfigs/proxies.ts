import { annsToken, clusterAt, configOf, proxyLogin, type KubeconfigCase, type World } from './world';

/** Ways that lead over others. */
export function proxies(world: World): readonly KubeconfigCase[] {
  const { main, plainOpen } = world.servers;
  const { http, https, guarded, socks, guardedSocks } = world.proxies;
  const cluster = clusterAt(world);
  const at = ({ port }: { port: number }, scheme: string, login = '') => `${scheme}://${login}127.0.0.1:${port}`;
  const [name = '', password = ''] = proxyLogin.split(':').map(encodeURIComponent);
  const login = `${name}:${password}@`;
  const named = (proxy: string, on: object = cluster) => ({ config: configOf({ ...on, 'proxy-url': proxy }) });
  // a name that only the proxies know
  const far = { config: configOf(clusterAt(world, main.at('api.example.test'))) };
  const farPlain = { config: configOf({ server: plainOpen.at('api.example.test') }, { token: annsToken, as: 'eve' }) };
  const nobody = 'http://127.0.0.1:1';
  const byEnvironment = (
    title: string,
    environment: Readonly<Record<string, string>>,
    lists: string | null,
  ): KubeconfigCase => ({
    name: `proxy of the environment: ${title}`,
    files: far,
    environment,
    lists,
  });
  const proxy = at(http, 'http');
  return [
    { name: 'proxy-url http', files: named(proxy), lists: 'ann' },
    { name: 'proxy-url https, known by the authority of the cluster', files: named(at(https, 'https')), lists: 'ann' },
    {
      name: 'proxy-url https, not known',
      files: named(at(https, 'https'), { server: main.url }),
      lists: null,
    },
    { name: 'proxy-url socks5', files: named(at(socks, 'socks5')), lists: 'ann' },
    {
      name: 'proxy-url socks5, which looks up the name',
      files: named(at(socks, 'socks5'), clusterAt(world, main.at('api.example.test'))),
      lists: 'ann',
    },
    { name: 'proxy-url http with a login', files: named(at(guarded, 'http', login)), lists: 'ann' },
    { name: 'proxy-url http without the login', files: named(at(guarded, 'http')), lists: null },
    { name: 'proxy-url socks5 with a login', files: named(at(guardedSocks, 'socks5', login)), lists: 'ann' },
    { name: 'proxy-url socks5 with a wrong login', files: named(at(guardedSocks, 'socks5', 'a:b@')), lists: null },
    { name: 'proxy-url of an unknown scheme', files: named(at(socks, 'socks4')), lists: null },
    { name: 'proxy-url without a scheme', files: named(`127.0.0.1:${http.port}`), lists: null },
    { name: 'proxy-url where nobody is', files: named(nobody), lists: null },
    { name: 'proxy-url http to a server without TLS', files: named(proxy, { server: plainOpen.url }), lists: '' },
    {
      name: 'proxy-url socks5 to a server without TLS',
      files: named(at(socks, 'socks5'), { server: plainOpen.url }),
      lists: '',
    },
    {
      name: 'proxy-url comes before the environment',
      files: named(proxy),
      environment: { HTTPS_PROXY: nobody, NO_PROXY: '*' },
      lists: 'ann',
    },
    {
      name: 'a client certificate through a proxy',
      files: {
        config: configOf({ ...cluster, 'proxy-url': proxy }, { 'client-certificate': 'crt', 'client-key': 'key' }),
        crt: world.ann.cert,
        key: world.ann.key,
      },
      lists: 'ann',
    },
    byEnvironment('none, and the name is not known', {}, null),
    byEnvironment('HTTPS_PROXY', { HTTPS_PROXY: proxy }, 'ann'),
    byEnvironment('https_proxy', { https_proxy: proxy }, 'ann'),
    byEnvironment('capitals first', { HTTPS_PROXY: proxy, https_proxy: nobody }, 'ann'),
    byEnvironment('without a scheme', { HTTPS_PROXY: `127.0.0.1:${http.port}` }, 'ann'),
    byEnvironment('socks5', { HTTPS_PROXY: at(socks, 'socks5') }, 'ann'),
    byEnvironment('of an unknown scheme, which is asked to CONNECT', { HTTPS_PROXY: at(http, 'ftp') }, 'ann'),
    byEnvironment('with a login', { HTTPS_PROXY: at(guarded, 'http', login) }, 'ann'),
    byEnvironment('HTTP_PROXY is not for TLS', { HTTP_PROXY: proxy }, null),
    byEnvironment('ALL_PROXY is not known', { ALL_PROXY: proxy }, null),
    byEnvironment('NO_PROXY names the host', { HTTPS_PROXY: proxy, NO_PROXY: 'other, api.example.test' }, null),
    byEnvironment('no_proxy names the domain', { HTTPS_PROXY: proxy, no_proxy: 'example.test' }, null),
    byEnvironment('NO_PROXY names the hosts below', { HTTPS_PROXY: proxy, NO_PROXY: '.test' }, null),
    byEnvironment(
      'NO_PROXY names the hosts below the host',
      { HTTPS_PROXY: proxy, NO_PROXY: '.api.example.test' },
      'ann',
    ),
    byEnvironment('NO_PROXY with a star', { HTTPS_PROXY: proxy, NO_PROXY: '*.example.test' }, null),
    byEnvironment('NO_PROXY for all', { HTTPS_PROXY: proxy, NO_PROXY: '*' }, null),
    byEnvironment('NO_PROXY names the port', { HTTPS_PROXY: proxy, NO_PROXY: `api.example.test:${main.port}` }, null),
    byEnvironment('NO_PROXY names another port', { HTTPS_PROXY: proxy, NO_PROXY: 'api.example.test:1' }, 'ann'),
    byEnvironment('NO_PROXY names the end of a word', { HTTPS_PROXY: proxy, NO_PROXY: 'ample.test' }, 'ann'),
    {
      name: 'proxy of the environment: HTTP_PROXY for a server without TLS',
      files: farPlain,
      environment: { HTTP_PROXY: proxy },
      lists: '',
    },
    {
      name: 'proxy of the environment: with a login for a server without TLS',
      files: farPlain,
      environment: { HTTP_PROXY: at(guarded, 'http', login) },
      lists: '',
    },
    ...['127.0.0.1', 'localhost'].map((host) => ({
      name: `proxy of the environment: never for ${host}`,
      files: { config: configOf(clusterAt(world, main.at(host))) },
      environment: { HTTPS_PROXY: nobody },
      lists: 'ann',
    })),
  ];
}
