import { isIP } from 'node:net';
import tls, { type PeerCertificate } from 'node:tls';
import type { Clock } from '../../engine/ports';
import type { ClusterEntry, UserEntry } from '../config/entries';
import type { TlsOptions } from '../connection/agentPool';
import { CredentialFile, unusable } from './credentialFile';
import { belongsTogether, certificatesIn, privateKeyIn } from './pem';

/** A certificate and its key, as PEM texts. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

interface Parts {
  readonly cluster: { readonly name: string; readonly value: ClusterEntry };
  readonly user: { readonly name: string; readonly value: UserEntry };
  readonly clock: Clock;
  /** The certificate authorities of this machine, for clusters that name none. */
  readonly systemRoots: () => Promise<string | undefined>;
}

/**
 * How the server of a cluster is known, and how the user shows who he is by a certificate. The same texts come back
 * while nothing has changed, so that connections can be kept.
 */
export class TlsMaterial {
  private readonly ca: Material;
  private readonly cert: Material;
  private readonly key: Material;
  private readonly name: Pick<TlsOptions, 'servername' | 'checkServerIdentity'>;
  private trusted: { readonly from: string; readonly ca: string } | null = null;
  private checked: { readonly from: KeyPair; readonly pair: KeyPair } | null = null;

  constructor(private readonly parts: Parts) {
    const { cluster, user, clock } = parts;
    const at = { clock };
    this.ca = material(cluster.value, 'certificate-authority', { ...at, of: `cluster "${cluster.name}"` });
    this.cert = material(user.value, 'client-certificate', { ...at, of: `user "${user.name}"` });
    this.key = material(user.value, 'client-key', { ...at, of: `user "${user.name}"` });
    this.name = nameCheck(cluster.value['tls-server-name']);
  }

  /** Whether the user has a certificate in the kubeconfig. */
  get hasOwnPair(): boolean {
    return this.cert !== null && this.key !== null;
  }

  /** TLS options for the next request. `plugin` is what a credential plugin has given. Throws NoAnswer. */
  async options(plugin: KeyPair | null): Promise<TlsOptions> {
    const [trust, pair] = await Promise.all([this.trust(), this.pair(plugin)]);
    return { ...trust, ...pair, ...this.name };
  }

  private async trust(): Promise<TlsOptions> {
    const { cluster, systemRoots } = this.parts;
    if (cluster.value['insecure-skip-tls-verify']) return { rejectUnauthorized: false };
    if (!this.ca) {
      const roots = await systemRoots();
      return roots === undefined ? {} : { ca: roots };
    }
    const from = await this.ca();
    const ca = this.trusted?.from === from ? this.trusted.ca : certificatesIn(from);
    this.trusted = { from, ca };
    if (ca === '') throw unusable(`the certificate authority of cluster "${cluster.name}" holds no certificate`);
    // what stands there is trusted, also when it is no root, as with kubectl
    return { ca, allowPartialTrustChain: true };
  }

  private async pair(plugin: KeyPair | null): Promise<KeyPair | null> {
    if (plugin) return plugin;
    if (!this.cert || !this.key) return null;
    const [cert, key] = await Promise.all([this.cert(), this.key()]);
    if (this.checked?.from.cert === cert && this.checked.from.key === key) return this.checked.pair;
    try {
      this.checked = { from: { cert, key }, pair: usablePair({ cert, key }, `user "${this.parts.user.name}"`) };
    } catch (error) {
      // while both files are being replaced, the certificate and the key of different ones may be there
      if (this.checked === null) throw error;
    }
    return this.checked.pair;
  }
}

/** The certificates and the key of PEM texts. Throws NoAnswer when they cannot be used together. */
export function usablePair(from: KeyPair, of: string): KeyPair {
  const cert = certificatesIn(from.cert);
  if (cert === '') throw unusable(`the client certificate of ${of} holds no certificate`);
  const key = privateKeyIn(from.key);
  if (key === '') throw unusable(`the client key of ${of} is no private key, or it is encrypted`);
  if (!belongsTogether(cert, key)) throw unusable(`the client key of ${of} does not belong to its certificate`);
  return { cert, key };
}

/** Reads the text as it is now; null where the kubeconfig names none. */
type Material = (() => Promise<string>) | null;

function material<Field extends string>(
  entry: Readonly<Record<Field | `${Field}-data`, string>>,
  field: Field,
  { of, clock }: { readonly of: string; readonly clock: Clock },
): Material {
  const data = entry[`${field}-data`];
  if (data !== '') {
    const text = Buffer.from(data, 'base64').toString('utf8');
    return () => Promise.resolve(text);
  }
  if (entry[field] === '') return null;
  const file = new CredentialFile(entry[field], `the ${field.replace('-', ' ')} of ${of}`, clock);
  return () => file.read();
}

/**
 * How the server's name is checked: against another one than its address where the kubeconfig says so, and only against
 * the names that a certificate lists, not the Common Name that Go no longer looks at.
 */
function nameCheck(serverName: string): Pick<TlsOptions, 'servername' | 'checkServerIdentity'> {
  const checkServerIdentity = (host: string, certificate: PeerCertificate) => {
    // absent where there are no such names, unlike its type says
    const { subjectaltname } = certificate as Partial<PeerCertificate>;
    if (!subjectaltname) return new Error('the certificate of the server lists no names (subjectAltName)');
    return tls.checkServerIdentity(serverName === '' ? host : serverName, certificate);
  };
  if (serverName === '') return { checkServerIdentity };
  // an address must not be sent as a server's name
  return { checkServerIdentity, servername: isIP(serverName) > 0 ? '' : serverName };
}
