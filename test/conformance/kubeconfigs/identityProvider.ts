import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Issued } from '../../setup/testCertificates';

/** An ID token as far as its holder looks into it. */
export function idToken(subject: string, expiresAt: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { sub: subject, exp: Math.floor(expiresAt / 1000) };
  return `${part({ alg: 'none' })}.${part(claims)}.${Buffer.from('signature').toString('base64url')}`;
}

const hour = 3_600_000;

/** An OpenID Connect provider that renews logins: each refresh token brings another one. */
export class IdentityProvider {
  static async start(tls: Issued): Promise<IdentityProvider> {
    const provider = new IdentityProvider(tls);
    await new Promise<void>((resolve) => provider.server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  readonly idToken = idToken('ann', Date.now() + hour);
  readonly expiredIdToken = idToken('ann', Date.now() - hour);
  readonly freshIdToken = idToken('ann', Date.now() + 2 * hour);
  readonly refreshToken = 'the-refresh-token-of-ann';
  readonly nextRefreshToken = 'the-next-refresh-token-of-ann';
  readonly clientId = 'kubernetes';
  readonly clientSecret = 'a secret/with signs';
  /** How often a login was renewed. */
  renewals = 0;
  /** Whether it wants its client's secret in the body, as some do. */
  secretInBody = false;
  private readonly server: https.Server;

  private constructor(tls: Issued) {
    this.server = https.createServer(tls, (request, response) => {
      void text(request).then((body) => {
        const { status, answer } = this.answer(request.url ?? '', request.headers.authorization, body);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
  }

  get issuer(): string {
    return `https://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/realms/people`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(path: string, authorization: string | undefined, body: string): { status: number; answer: object } {
    if (path === '/realms/people/.well-known/openid-configuration')
      return { status: 200, answer: { issuer: this.issuer, token_endpoint: `${this.issuer}/token` } };
    const form = Object.fromEntries(new URLSearchParams(body));
    const inHeader = Buffer.from(authorization?.slice('Basic '.length) ?? '', 'base64').toString();
    const [id = '', secret = ''] = inHeader.split(':').map(formDecoded);
    const client = this.secretInBody ? [form['client_id'], form['client_secret']] : [id, secret];
    if (client[0] !== this.clientId || client[1] !== this.clientSecret)
      return { status: 401, answer: { error: 'invalid_client' } };
    const refreshTokens = [this.refreshToken, this.nextRefreshToken];
    if (form['grant_type'] !== 'refresh_token' || !refreshTokens.includes(form['refresh_token'] ?? ''))
      return { status: 400, answer: { error: 'invalid_grant' } };
    this.renewals += 1;
    return {
      status: 200,
      answer: {
        access_token: 'unused',
        token_type: 'Bearer',
        expires_in: 3600,
        id_token: this.freshIdToken,
        refresh_token: this.nextRefreshToken,
      },
    };
  }
}

/** As RFC 6749 has it for names and secrets of clients. */
function formDecoded(text: string): string {
  return new URLSearchParams(`text=${text}`).get('text') ?? '';
}
