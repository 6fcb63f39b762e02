import type { ClusterEntry, UserEntry } from '../config/entries';
import { execVersions } from './execCredential';

/** The modes of `interactiveMode`. */
const modes = ['Never', 'IfAvailable', 'Always'];

/** Auth-providers that kubectl no longer has, and what took their place. */
const successors: Readonly<Record<string, string>> = {
  gcp: 'gke-gcloud-auth-plugin (run "gcloud container clusters get-credentials" anew)',
  azure: 'kubelogin (run "az aks get-credentials" and "kubelogin convert-kubeconfig" anew)',
};

interface Entries {
  readonly cluster: { readonly name: string; readonly value: ClusterEntry };
  readonly user: { readonly name: string; readonly value: UserEntry };
  /** Whether the server is spoken to over TLS: only then is it told who the user is. */
  readonly secure: boolean;
}

/**
 * Why the entries of a context cannot be used, as a sentence that quotes nothing secret, or null. The rules are those of
 * client-go's validation and transport: what kubectl refuses is refused here.
 */
export function whyUnusable({ cluster, user, secure }: Entries): string | null {
  const ofCluster = `cluster "${cluster.name}"`;
  const ofUser = `user "${user.name}"`;
  const problem =
    clusterProblem(ofCluster, cluster.value) ??
    certificateProblem(ofUser, user.value) ??
    tokenProblem(ofUser, user.value, secure) ??
    execProblem(ofUser, user.value) ??
    impersonationProblem(ofUser, user.value);
  if (problem !== null || !secure) return problem;
  return (
    trustProblem(ofCluster, cluster.value) ??
    pluginProblem(ofUser, user.value) ??
    providerProblem(ofUser, user.value) ??
    anonymityProblem(ofUser, user.value)
  );
}

/** The proxy that a cluster names: null for none, undefined for what is no address of a proxy. */
export function proxyOf({ 'proxy-url': text }: ClusterEntry): URL | null | undefined {
  if (text === '') return null;
  try {
    const url = new URL(text);
    return /^(?:https?|socks5):$/.test(url.protocol) && url.hostname !== '' ? url : undefined;
  } catch {
    return undefined; // not an address at all
  }
}

function clusterProblem(name: string, cluster: ClusterEntry): string | null {
  if (cluster['certificate-authority'] !== '' && cluster['certificate-authority-data'] !== '')
    return `${name} names a certificate authority both as a file and as data`;
  if (proxyOf(cluster) === undefined) return `the proxy-url of ${name} is no http, https or socks5 address`;
  return null;
}

function trustProblem(name: string, cluster: ClusterEntry): string | null {
  const hasCa = cluster['certificate-authority'] !== '' || cluster['certificate-authority-data'] !== '';
  return hasCa && cluster['insecure-skip-tls-verify']
    ? `${name} names a certificate authority, and insecure-skip-tls-verify as well`
    : null;
}

function certificateProblem(name: string, user: UserEntry): string | null {
  const cert = [user['client-certificate'], user['client-certificate-data']].filter((part) => part !== '');
  const key = [user['client-key'], user['client-key-data']].filter((part) => part !== '');
  if (cert.length === 0) return null;
  if (cert.length > 1) return `${name} has its client certificate both as a file and as data`;
  if (key.length > 1) return `${name} has its client key both as a file and as data`;
  return key.length === 0 ? `${name} has a client certificate without its key` : null;
}

function tokenProblem(name: string, user: UserEntry, secure: boolean): string | null {
  const basic = user.username !== '' || user.password !== '';
  const bearer = user.token !== '' || (secure && user.tokenFile !== '');
  return basic && bearer ? `${name} has a token, and a name and password as well: only one of them may be there` : null;
}

function execProblem(name: string, { exec, 'auth-provider': provider }: UserEntry): string | null {
  if (!exec) return null;
  if (provider) return `${name} has a credential plugin, and an auth-provider as well: only one of them may be there`;
  if (exec.command === '') return `${name} has a credential plugin without a command`;
  if (exec.apiVersion === '') return `${name} has a credential plugin without an apiVersion`;
  if (exec.env.some((variable) => variable.name === ''))
    return `${name} has a credential plugin with an environment variable that has no name`;
  if (exec.interactiveMode === '' && !/\/v1(?:alpha|beta)1$/.test(exec.apiVersion))
    return `${name} has a credential plugin without an interactiveMode`;
  if (exec.interactiveMode !== '' && !modes.includes(exec.interactiveMode))
    return `${name} has a credential plugin with an interactiveMode other than ${modes.join(', ')}`;
  return null;
}

function pluginProblem(name: string, { exec }: UserEntry): string | null {
  if (!exec) return null;
  if (!execVersions.includes(exec.apiVersion))
    return `${name} has a credential plugin of an unknown version: ${execVersions.join(' and ')} are known`;
  if (exec.interactiveMode === 'Always')
    return `the credential plugin "${exec.command}" of ${name} wants to ask somebody on a terminal, and there is none`;
  return null;
}

function providerProblem(name: string, { 'auth-provider': provider }: UserEntry): string | null {
  if (!provider) return null;
  const successor = successors[provider.name];
  if (successor !== undefined)
    return `${name} logs in by the auth-provider "${provider.name}", which Kubernetes has removed: use ${successor}`;
  if (provider.name !== 'oidc') return `${name} logs in by the auth-provider "${provider.name}", which is not known`;
  const missing = ['idp-issuer-url', 'client-id'].find((key) => (provider.config[key] ?? '') === '');
  return missing === undefined ? null : `the auth-provider of ${name} lacks ${missing}`;
}

function impersonationProblem(name: string, user: UserEntry): string | null {
  const more = user['as-uid'] !== '' || user['as-groups'].length > 0 || Object.keys(user['as-user-extra']).length > 0;
  return more && user.as === '' ? `${name} acts as groups, a uid or extra, but as no user (as)` : null;
}

/** kubectl asks for a name and a password then; here nobody is there to be asked. */
function anonymityProblem(name: string, user: UserEntry): string | null {
  const { token, tokenFile, username, exec, 'auth-provider': provider } = user;
  const texts = [token, tokenFile, username, user['client-certificate'], user['client-certificate-data']];
  if (exec || provider || texts.some((text) => text !== '')) return null;
  return `${name} has no token, certificate, password or plugin to log in with`;
}
