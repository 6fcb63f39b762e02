import type { IdentityProvider } from '../conformance/kubeconfigs/identityProvider';

/**
 * Kubeconfigs of one context, `dev`, in front of a server that is not there, with a login that has to be renewed first. What
 * stands `elsewhere` in the file may be meant for more than this user, so that nothing is written there.
 */
export function expiredLogin(provider: IdentityProvider, authority: string): Record<'inPlace' | 'elsewhere', string> {
  const login = JSON.stringify({
    'idp-issuer-url': `${provider.issuer}/`,
    'client-id': provider.clientId,
    'client-secret': provider.clientSecret,
    'idp-certificate-authority-data': Buffer.from(authority).toString('base64'),
    'id-token': provider.expiredIdToken,
    'refresh-token': provider.refreshToken,
  });
  const holding = (config: string) => `current-context: dev
clusters: [{ name: c, cluster: { server: 'https://127.0.0.1:1' } }]
contexts: [{ name: dev, context: { cluster: c, user: me } }]
users: [{ name: me, user: { auth-provider: { name: oidc, config: ${config} } } }]
`;
  return { inPlace: holding(login), elsewhere: `login: &login ${login}\n${holding('*login')}` };
}
