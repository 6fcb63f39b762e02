import { annsToken, base64, clusterAt, configOf, type KubeconfigCase, type World } from './world';

/** auth-providers: logins at an identity provider. */
export function logins(world: World): readonly KubeconfigCase[] {
  const { provider, ca } = world;
  const cluster = clusterAt(world);
  const login = {
    'idp-issuer-url': provider.issuer,
    'client-id': provider.clientId,
    'client-secret': provider.clientSecret,
    'idp-certificate-authority-data': base64(ca.cert),
    'refresh-token': provider.refreshToken,
    'id-token': provider.expiredIdToken,
  };
  const { 'idp-certificate-authority-data': _data, ...untrusted } = login;
  const oidc = (
    name: string,
    config: object,
    lists: string | null,
    more: Partial<KubeconfigCase> = {},
  ): KubeconfigCase => ({
    name,
    files: { config: configOf(cluster, { 'auth-provider': { name: 'oidc', config } }), ...more.files },
    lists,
    ...(more.stored && { stored: more.stored }),
  });
  const renewed = { 'id-token': provider.freshIdToken, 'refresh-token': provider.nextRefreshToken };
  const kept = { 'id-token': provider.idToken, 'refresh-token': provider.refreshToken };
  return [
    oidc('oidc with a valid ID token', { ...login, 'id-token': provider.idToken }, 'ann', { stored: kept }),
    oidc('oidc with an expired ID token: renewed and written back', login, 'ann', { stored: renewed }),
    oidc('oidc without an ID token', { ...login, 'id-token': undefined }, 'ann', { stored: renewed }),
    oidc(
      'oidc with its authority in a file',
      { ...untrusted, 'idp-certificate-authority': '{folder}/idp.crt' },
      'ann',
      {
        files: { 'idp.crt': ca.cert },
        stored: renewed,
      },
    ),
    oidc('oidc at a provider that is not trusted', untrusted, null),
    oidc('oidc with a refresh token that is worth nothing', { ...login, 'refresh-token': 'used-up' }, null),
    oidc('oidc without a refresh token', { ...login, 'refresh-token': '' }, null),
    oidc('oidc without an issuer', { ...login, 'idp-issuer-url': '' }, null),
    oidc('oidc without a client', { ...login, 'client-id': '' }, null),
    {
      name: 'a token comes before oidc',
      files: {
        config: configOf(cluster, {
          token: annsToken,
          'auth-provider': { name: 'oidc', config: { ...login, 'refresh-token': 'used-up' } },
        }),
      },
      lists: 'ann',
    },
    ...['gcp', 'azure', 'unheard-of'].map((name) => ({
      name: `the auth-provider ${name}`,
      files: { config: configOf(cluster, { 'auth-provider': { name, config: {} } }) },
      lists: null,
    })),
  ];
}
