import type { StoredTokens } from '../../../electron/kube/auth/oidcStore';
import { IdentityServer } from '../../setup/identityServer';
import { startHttpProxy, startSocksProxy, type TestProxy } from '../../setup/testProxies';
import { makeAuthority, selfSigned, type Issued, type TestAuthority } from '../../setup/testCertificates';
import { IdentityProvider } from './identityProvider';

/** What a file of a case holds: a text, an object that is written as JSON, a program, or a link. */
export type FileContent = string | object | { readonly script: string } | { readonly link: string };

/** One set of kubeconfig files, and what kubectl does with it. */
export interface KubeconfigCase {
  readonly name: string;
  /** By their paths in a folder of the case's own. */
  readonly files: Readonly<Record<string, FileContent>>;
  /** KUBECONFIG as paths in that folder; `['config']` when absent, unset when null, which leaves ~/.kube/config. */
  readonly kubeconfig?: readonly string[] | null;
  readonly environment?: Readonly<Record<string, string>>;
  /** Whom the server takes kubectl for when it lists pods, empty for nobody; null when kubectl cannot list. */
  readonly lists: string | null;
  /** Where this app does other than kubectl on purpose: whom the server takes it for, and why. */
  readonly unlike?: { readonly lists: string | null; readonly because: string };
  /** `kubectl config view --minify` refuses what kubectl can use all the same. */
  readonly hidden?: true;
  /** The tokens that a login leaves in the file `config`. */
  readonly stored?: StoredTokens;
}

/** Everything that kubeconfigs of the cases lead to. */
export interface World {
  readonly ca: TestAuthority;
  readonly stranger: TestAuthority;
  /** Below `ca`, and what the server `chained` has its certificate from. */
  readonly middle: TestAuthority;
  readonly ann: Issued;
  readonly servers: Readonly<
    Record<'main' | 'open' | 'internal' | 'oldNamed' | 'chained' | 'pinned' | 'plain' | 'plainOpen', IdentityServer>
  >;
  readonly pinned: Issued;
  readonly proxies: Readonly<Record<'http' | 'https' | 'guarded' | 'socks' | 'guardedSocks', TestProxy>>;
  readonly provider: IdentityProvider;
  readonly close: () => void;
}

export const annsToken = 'a-token-of-ann-that-nobody-may-see';
export const proxyLogin = 'carl:pass word';

/** Starts the servers, proxies and the identity provider. */
export async function startWorld(): Promise<World> {
  const [ca, stranger, pinned] = await Promise.all([
    makeAuthority('test authority'),
    makeAuthority('another authority'),
    selfSigned(['127.0.0.1', 'localhost']),
  ]);
  const names = ['127.0.0.1', 'localhost', 'api.example.test'];
  const [middle, main, internal, ann, secureProxy] = await Promise.all([
    ca.authority('middle authority'),
    ca.server(names),
    ca.server(['kubernetes.internal', '10.0.0.1']),
    ca.client('ann'),
    ca.server(['127.0.0.1', 'localhost']),
  ]);
  const [below, oldNamed] = await Promise.all([middle.server(names), ca.server([])]);
  const provider = await IdentityProvider.start(await ca.server(names));
  const tokens = { [annsToken]: 'ann', [provider.idToken]: 'ann', [provider.freshIdToken]: 'ann' };
  const known = { clients: ca.cert, tokens, passwords: { bob: 'builder', jörg: 'grün' } };
  const [mainServer, open, internalServer, oldNamedServer, chained, pinnedServer, plain, plainOpen] = await Promise.all(
    [
      IdentityServer.start({ ...known, tls: main }),
      IdentityServer.start({ ...known, tls: main, open: true }),
      IdentityServer.start({ ...known, tls: internal }),
      IdentityServer.start({ ...known, tls: oldNamed }),
      IdentityServer.start({ ...known, tls: below }),
      IdentityServer.start({ ...known, tls: pinned }),
      IdentityServer.start(known),
      IdentityServer.start({ ...known, open: true }),
    ],
  );
  const [http, https, guarded, socks, guardedSocks] = await Promise.all([
    startHttpProxy(),
    startHttpProxy({ tls: secureProxy }),
    startHttpProxy({ login: proxyLogin }),
    startSocksProxy(),
    startSocksProxy({ login: proxyLogin }),
  ]);
  const servers = {
    main: mainServer,
    open,
    internal: internalServer,
    oldNamed: oldNamedServer,
    chained,
    pinned: pinnedServer,
    plain,
    plainOpen,
  };
  const proxies = { http, https, guarded, socks, guardedSocks };
  return {
    ca,
    stranger,
    middle,
    ann,
    servers,
    pinned,
    proxies,
    provider,
    close: () => {
      for (const each of [...Object.values(servers), ...Object.values(proxies), provider]) each.close();
    },
  };
}

/** A kubeconfig with one context. */
export function configOf(cluster: object, user: object | null = { token: annsToken }, namespace?: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'the-cluster', cluster }],
    ...(user && { users: [{ name: 'the-user', user }] }),
    contexts: [
      {
        name: 'the-context',
        context: {
          cluster: 'the-cluster',
          user: user ? 'the-user' : '',
          ...(namespace !== undefined && { namespace }),
        },
      },
    ],
    'current-context': 'the-context',
  };
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** A cluster that is trusted by the authority that has signed it. */
export function clusterAt(world: World, server = world.servers.main.url): Readonly<Record<string, unknown>> {
  return { server, 'certificate-authority-data': base64(world.ca.cert) };
}
