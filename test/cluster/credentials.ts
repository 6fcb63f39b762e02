import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeServerCertificate } from '../../electron/demo/apiServer/certificate';
import { ApiConnection } from '../../electron/kube/apiConnection';

interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** `fledged` and the kubelets of the api-server tier act as `machinery`, so that the audit log tells them apart. */
const people: readonly User[] = [
  { name: 'admin', groups: ['system:masters'] },
  { name: 'machinery', groups: ['system:masters'] },
  { name: 'app', groups: ['system:masters'] },
  { name: 'viewer', groups: [] },
  { name: 'granted', groups: [] },
  { name: 'system:kube-controller-manager', groups: ['system:masters'] },
  { name: 'system:kube-scheduler', groups: [] },
];

/** Paths of files that the API server and its clients are given. */
export interface CredentialFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly tokens: string;
  readonly serviceAccountKey: string;
}

/** Who may talk to one API server: its certificate, and a token for each user. All of it is made anew. */
export class Credentials {
  /** @param folder where the files go. @param nodes names of nodes; each has a user of its own */
  static async make(folder: string, server: string, nodes: readonly string[]): Promise<Credentials> {
    const certificate = await makeServerCertificate(Date.now());
    const users = [...people, ...nodes.map((name) => ({ name: `system:node:${name}`, groups: ['system:nodes'] }))];
    const tokens = new Map(users.map(({ name }) => [name, randomBytes(16).toString('hex')]));
    const write = (name: string, content: string) => {
      const path = join(folder, name);
      writeFileSync(path, content, { mode: 0o600 });
      return path;
    };
    const { privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      privateKeyEncoding: { type: 'sec1', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const rows = users.map(({ name, groups }) => `${tokens.get(name) ?? ''},${name},${name},"${groups.join(',')}"\n`);
    const files = {
      ca: write('ca.crt', certificate.ca),
      cert: write('server.crt', certificate.cert),
      key: write('server.key', certificate.key),
      tokens: write('tokens.csv', rows.join('')),
      serviceAccountKey: write('service-account.key', privateKey),
    };
    const renew = async () => {
      const { cert, key } = await certificate.renew();
      write('server.crt', cert);
      write('server.key', key);
    };
    return new Credentials(folder, server, certificate.ca, tokens, files, renew);
  }

  private constructor(
    private readonly folder: string,
    readonly server: string,
    readonly ca: string,
    private readonly tokens: ReadonlyMap<string, string>,
    readonly files: CredentialFiles,
    /** Gives the server another certificate of the same authority, which it takes when it starts. */
    readonly renewCertificate: () => Promise<void>,
  ) {}

  connection(user: string): ApiConnection {
    const options = { ca: this.ca, headers: { Authorization: `Bearer ${this.tokenOf(user)}` } };
    return new ApiConnection({ server: this.server, options: () => Promise.resolve(options) });
  }

  /** Path of a kubeconfig file with one context, named as the user; JSON, which is YAML too. */
  kubeconfig(user: string): string {
    const path = join(this.folder, `${user.replaceAll(':', '-')}.kubeconfig`);
    const content = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': user,
      clusters: [
        {
          name: 'test',
          cluster: { server: this.server, 'certificate-authority-data': Buffer.from(this.ca).toString('base64') },
        },
      ],
      users: [{ name: user, user: { token: this.tokenOf(user) } }],
      contexts: [{ name: user, context: { cluster: 'test', user, namespace: 'default' } }],
    };
    writeFileSync(path, JSON.stringify(content, null, 2), { mode: 0o600 });
    return path;
  }

  private tokenOf(user: string): string {
    const token = this.tokens.get(user);
    if (token === undefined) throw new Error(`no user ${user}`);
    return token;
  }
}
