import type { Clock } from '../../engine/ports';
import { unusable } from './credentialFile';
import { refreshTokens, type ConnectTo } from './oidcRefresh';
import { readTokens, writeTokens, type StoredTokens } from './oidcStore';

/** An ID token counts as expired this long before it is, in milliseconds, as in client-go. */
const marginMs = 10_000;

interface Parts {
  /** Of the kubeconfig, and the file that it stands in. */
  readonly user: string;
  readonly file: string;
  readonly config: Readonly<Record<string, string>>;
  readonly connect: ConnectTo;
  readonly clock: Clock;
  /** Called with null when the file has the tokens that count, and with one sentence, without a token, when it has not. */
  readonly saved: (why: string | null) => void;
}

/**
 * The login of one user at an OpenID Connect provider, for all contexts that use it: a refresh token is often good for
 * one use only. It is renewed when it has expired, once for all that wait, and kept in the kubeconfig for kubectl.
 */
export class OidcLogin {
  private tokens: StoredTokens;
  private renewing: Promise<string> | null = null;
  /** Whether the file does not have the tokens yet. */
  private unsaved = false;

  constructor(private readonly parts: Parts) {
    const { 'id-token': idToken = '', 'refresh-token': refreshToken = '' } = parts.config;
    this.tokens = { 'id-token': idToken, 'refresh-token': refreshToken };
  }

  /** An ID token that is valid now. Throws NoAnswer. */
  async token(): Promise<string> {
    if (this.isValid(this.tokens)) return this.tokens['id-token'];
    this.renewing ??= this.renew().finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  /** The server does not take this token: another one may stand in the file since. */
  refused(token: string): void {
    if (token === this.tokens['id-token']) this.tokens = { ...this.tokens, 'id-token': '' };
  }

  private async renew(): Promise<string> {
    const { user, file, config, connect } = this.parts;
    // a file that cannot be read just now leaves what it held before
    const stored = await readTokens(file, user).catch(() => null);
    // while it does not have ours, only a valid token counts there: somebody has logged in since
    if (stored && (!this.unsaved || this.isValid(stored))) this.keep(stored, null);
    if (this.isValid(this.tokens)) return this.tokens['id-token'];
    const { 'refresh-token': refreshToken } = this.tokens;
    if (refreshToken === '') throw unusable(`the login of user "${user}" has expired: log in again`);
    const client = {
      issuer: config['idp-issuer-url'] ?? '',
      clientId: config['client-id'] ?? '',
      clientSecret: config['client-secret'] ?? '',
    };
    const renewed = await refreshTokens(client, refreshToken, connect);
    const tokens = { 'id-token': renewed.idToken, 'refresh-token': renewed.refreshToken };
    // without its place in the file, the login is good for as long as this app runs; with the next one it is tried again
    const why = await writeTokens(file, user, tokens).then(
      () => null,
      (error: unknown) => {
        const { code, message } = error as NodeJS.ErrnoException;
        return `the renewed login of user "${user}" cannot be written to ${file} (${code ?? message}): kubectl may have to log in again`;
      },
    );
    this.keep(tokens, why);
    return renewed.idToken;
  }

  /** @param why the file does not have them; null: it has */
  private keep(tokens: StoredTokens, why: string | null): void {
    this.tokens = tokens;
    this.unsaved = why !== null;
    this.parts.saved(why);
  }

  private isValid({ 'id-token': token }: StoredTokens): boolean {
    return token !== '' && this.parts.clock.now() + marginMs < expiryOf(token);
  }
}

/** Milliseconds since the epoch; what is no JWT has expired. */
function expiryOf(token: string): number {
  const [, payload = '', signature] = token.split('.');
  if (signature === undefined) return 0;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const { exp } = claims as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : 0;
  } catch {
    return 0; // not a token that tells
  }
}
