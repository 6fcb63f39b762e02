import type { Clock } from '../engine/ports';
import { NoAnswer, type RequestOptions } from './apiConnection';
import { CredentialFile, unusable } from './auth/credentialFile';
import type { ExecPlugin } from './auth/execPlugin';
import type { OidcLogin } from './auth/oidcLogin';
import { basicAuthorization, headerBytes, holdsControl, impersonation } from './auth/requestHeaders';
import type { SharedLogins } from './auth/sharedLogins';
import { TlsMaterial, type KeyPair } from './auth/tlsMaterial';
import { whyUnusable } from './auth/userChecks';
import type { Entry } from './config/configFile';
import type { ClusterEntry, UserEntry } from './config/entries';

/** A plugin that waits for somebody to log in must not hold up its context in silence; milliseconds. */
const patience = 30_000;

/** What requests to a server carry so that it knows whose they are. */
interface Proof {
  readonly authorization: string | null;
  readonly pair: KeyPair | null;
}

/**
 * What a user's requests need, made of the entries of a kubeconfig as client-go makes it: TLS material and headers.
 * Files that the entries name are read again as they change; plugins and logins are shared with other contexts.
 */
export class Credentials {
  private readonly problem: string | null;
  private readonly tls: TlsMaterial;
  private readonly tokenFile: CredentialFile | null;
  private readonly plugin: ExecPlugin | null;
  private readonly login: OidcLogin | null;
  private asking: Promise<RequestOptions> | null = null;

  constructor(
    private readonly server: URL,
    cluster: Entry<ClusterEntry>,
    private readonly user: Entry<UserEntry>,
    logins: SharedLogins,
    private readonly clock: Clock,
  ) {
    const { name, value } = user;
    this.problem = whyUnusable({ cluster, user, secure: server.protocol === 'https:' });
    this.tls = new TlsMaterial({ cluster, user, clock, systemRoots: () => logins.systemRoots() });
    this.tokenFile =
      value.tokenFile === '' ? null : new CredentialFile(value.tokenFile, `the token of user "${name}"`, clock);
    const { exec, 'auth-provider': provider } = value;
    const usable = this.problem === null && server.protocol === 'https:';
    // what stands in the kubeconfig itself comes before what a plugin would give
    this.plugin = usable && exec && !this.isProven ? logins.plugin(user, exec, cluster) : null;
    this.login = usable && provider && !this.hasOwnAuthorization ? logins.oidcLogin(user, provider) : null;
  }

  /** Requests at the same time share one asking. Throws NoAnswer when there are none, or not in time. */
  async get(): Promise<RequestOptions> {
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    const asking = this.asking;
    const options = await new Promise<RequestOptions>((resolve, reject) => {
      const cancel = this.clock.after(patience, () => {
        const seconds = String(patience / 1000);
        reject(new NoAnswer(`the user's credentials have not come within ${seconds} s`, 'CREDENTIALS'));
      });
      asking.then(resolve, reject).finally(cancel);
    });
    return { ...options };
  }

  /** The server has refused a request with these (401): what was kept is asked for again. */
  refused({ headers, cert }: RequestOptions): void {
    const token = bearerOf(headers?.['Authorization']);
    this.tokenFile?.forget();
    this.plugin?.refused({ token, cert: typeof cert === 'string' ? cert : null });
    this.login?.refused(token);
  }

  private get hasOwnAuthorization(): boolean {
    const { token, tokenFile, username, password } = this.user.value;
    return [token, tokenFile, username, password, this.server.username].some((part) => part !== '');
  }

  private get isProven(): boolean {
    return this.hasOwnAuthorization || this.tls.hasOwnPair;
  }

  private async ask(): Promise<RequestOptions> {
    if (this.problem !== null) throw unusable(this.problem);
    const headers = impersonation(this.user.value);
    const inAddress = this.authorizationInAddress();
    // as with kubectl, nothing that is secret goes over a connection that everybody can read
    if (this.server.protocol === 'http:')
      return { headers: { ...headers, ...(inAddress !== null && { Authorization: inAddress }) } };
    const { authorization, pair } = await this.proof(inAddress);
    const tls = await this.tls.options(pair);
    return { ...tls, headers: { ...headers, ...(authorization !== null && { Authorization: authorization }) } };
  }

  private async proof(inAddress: string | null): Promise<Proof> {
    const own = inAddress ?? (await this.ownAuthorization());
    if (this.plugin) {
      const { token, pair } = await this.plugin.get();
      return { authorization: token === '' ? null : bearer(token, this.user.name), pair };
    }
    if (own !== null || !this.login) return { authorization: own, pair: null };
    return { authorization: bearer(await this.login.token(), this.user.name), pair: null };
  }

  private async ownAuthorization(): Promise<string | null> {
    const { token, username, password } = this.user.value;
    if (this.tokenFile) return bearer(await this.fileToken(this.tokenFile), this.user.name);
    if (token !== '') return bearer(token, this.user.name);
    return username !== '' || password !== '' ? basicAuthorization(username, password) : null;
  }

  /** The file comes before the token beside it, which stands in while there is none to be read. */
  private async fileToken(file: CredentialFile): Promise<string> {
    const { token } = this.user.value;
    try {
      const read = (await file.read()).trim();
      if (read !== '') return read;
    } catch (error) {
      if (token === '') throw error;
    }
    if (token === '') throw unusable(`the token file of user "${this.user.name}" is empty`);
    return token;
  }

  private authorizationInAddress(): string | null {
    const { username, password } = this.server;
    if (username === '' && password === '') return null;
    return basicAuthorization(decodeURIComponent(username), decodeURIComponent(password));
  }
}

/** Throws NoAnswer for what no header may hold; Go's client refuses it too, and the error of Node's names no user. */
function bearer(token: string, user: string): string {
  if (holdsControl(token)) throw unusable(`the token of user "${user}" holds a line end or another control character`);
  return `Bearer ${headerBytes(token)}`;
}

function bearerOf(authorization: unknown): string {
  return typeof authorization === 'string' && authorization.startsWith('Bearer ') ? authorization.slice(7) : '';
}
