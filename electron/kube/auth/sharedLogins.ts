import { readFile } from 'node:fs/promises';
import type { Clock } from '../../engine/ports';
import { ApiConnection } from '../apiConnection';
import type { Entry } from '../config/configFile';
import type { AuthProviderEntry, ClusterEntry, ExecEntry, UserEntry } from '../config/entries';
import { proxyFromEnvironment } from '../connection/proxyEnvironment';
import { CredentialFile, unusable } from './credentialFile';
import type { PluginCluster } from './execCredential';
import { ExecPlugin, type PluginHost } from './execPlugin';
import { OidcLogin } from './oidcLogin';
import type { ConnectTo } from './oidcRefresh';
import { certificatesIn } from './pem';
import { systemRoots } from './systemRoots';

/**
 * The logins of users whose tokens come from elsewhere, shared by all contexts that name the same one: a plugin then
 * runs once for them, and a refresh token is used once. They outlive a new reading of the kubeconfig.
 */
export class SharedLogins {
  private readonly plugins = new Map<string, ExecPlugin>();
  private readonly oidc = new Map<string, OidcLogin>();
  private readonly unsaved = new Map<string, string>();
  private readonly listeners = new Set<(why: string | null) => void>();
  private roots: Promise<string | undefined> | null = null;

  constructor(
    private readonly host: PluginHost,
    private readonly clock: Clock,
  ) {}

  /** The environment that proxies and certificate authorities are looked up in. */
  get environment(): NodeJS.ProcessEnv {
    return this.host.environment;
  }

  /** The certificate authorities of this machine; read once. */
  systemRoots(): Promise<string | undefined> {
    this.roots ??= systemRoots(this.environment);
    return this.roots;
  }

  /** Why the file of this user does not have the login that was renewed for it; null when it has. */
  whyUnsaved({ name, file }: Entry<UserEntry>): string | null {
    return this.unsaved.get(userKey(file, name)) ?? null;
  }

  /** Tells why whenever another login is unsaved, or null when one no longer is, until the returned function is called. */
  onUnsaved(listener: (why: string | null) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  plugin(user: Entry<UserEntry>, entry: ExecEntry, cluster: Entry<ClusterEntry>): ExecPlugin {
    const asked = entry.provideClusterInfo ? cluster.value : null;
    const key = JSON.stringify([entry, asked]);
    const told = asked && (() => pluginCluster(cluster.name, asked));
    return known(this.plugins, key, () => new ExecPlugin(user.name, entry, told, this.host, this.clock));
  }

  oidcLogin({ name, file }: Entry<UserEntry>, { config }: AuthProviderEntry): OidcLogin {
    const { 'id-token': _id, 'refresh-token': _refresh, ...lasting } = config;
    const connect = this.connectToProvider(name, config);
    const saved = (why: string | null) => {
      this.saved(userKey(file, name), why);
    };
    const make = () => new OidcLogin({ user: name, file, config, connect, clock: this.clock, saved });
    return known(this.oidc, JSON.stringify([file, name, lasting]), make);
  }

  private saved(user: string, why: string | null): void {
    if (why === (this.unsaved.get(user) ?? null)) return;
    if (why === null) this.unsaved.delete(user);
    else this.unsaved.set(user, why);
    for (const listener of this.listeners) listener(why);
  }

  private connectToProvider(user: string, config: Readonly<Record<string, string>>): ConnectTo {
    const { 'idp-certificate-authority': file = '', 'idp-certificate-authority-data': data = '' } = config;
    const what = `the certificate authority of the identity provider of user "${user}"`;
    const caFile = new CredentialFile(file, what, this.clock);
    const trust = async () => {
      if (file === '' && data === '') return this.systemRoots();
      const ca = certificatesIn(data === '' ? await caFile.read() : Buffer.from(data, 'base64').toString());
      if (ca === '') throw unusable(`${what} holds none`);
      return ca;
    };
    return (address, authorization) =>
      new ApiConnection({
        server: address.origin,
        proxy: proxyFromEnvironment(address, this.environment),
        options: async () => {
          const ca = address.protocol === 'https:' ? await trust() : undefined;
          return {
            ...(ca !== undefined && { ca, allowPartialTrustChain: true }),
            ...(authorization !== null && { headers: { Authorization: authorization } }),
          };
        },
      });
  }
}

function userKey(file: string, name: string): string {
  return JSON.stringify([file, name]);
}

async function pluginCluster(name: string, value: ClusterEntry): Promise<PluginCluster> {
  const { 'certificate-authority': file, 'certificate-authority-data': data } = value;
  if (file === '') return { value, ca: data };
  try {
    return { value, ca: (await readFile(file)).toString('base64') };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw unusable(`the certificate authority of cluster "${name}" cannot be read from ${file} (${code})`);
  }
}

function known<T>(of: Map<string, T>, key: string, make: () => T): T {
  const there = of.get(key) ?? make();
  of.set(key, there);
  return there;
}
