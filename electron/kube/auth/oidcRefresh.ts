import * as z from 'zod';
import { NoAnswer, type ApiConnection, type ApiResponse } from '../apiConnection';
import { basicAuthorization } from './requestHeaders';

/** What a login is renewed with. */
export interface OidcClient {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface OidcTokens {
  readonly idToken: string;
  /** Another one than before where the provider gives each only once. */
  readonly refreshToken: string;
}

/** A connection to the host of this address, for a request or two. `authorization` goes with each of them. */
export type ConnectTo = (address: URL, authorization: string | null) => ApiConnection;

const discoverySchema = z.object({ token_endpoint: z.string().min(1) });
const answerSchema = z.object({ id_token: z.string().min(1), refresh_token: z.string().nullish() });
const refusalSchema = z.object({ error: z.string().regex(/^[a-z_]{1,40}$/) });

/**
 * Gets a new ID token for a refresh token, as client-go does: the token endpoint by discovery, the client's secret in a
 * header, and where the provider does not take that, in the body. Throws NoAnswer, which quotes no token.
 */
export async function refreshTokens(client: OidcClient, refreshToken: string, connect: ConnectTo): Promise<OidcTokens> {
  const wellKnown = address(`${client.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, client);
  const discovery = await ask(wellKnown, null, null, connect);
  const endpoint = discoverySchema.safeParse(discovery.body);
  if (discovery.status !== 200 || !endpoint.success)
    throw failure(client, `answered ${discovery.status} when asked where tokens are renewed`);
  const tokenEndpoint = address(endpoint.data.token_endpoint, client);
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
  const { clientId, clientSecret } = client;
  let answer = await ask(tokenEndpoint, form, basicAuthorization(encoded(clientId), encoded(clientSecret)), connect);
  // a refresh token that is worth nothing is not shown a second time: some providers take that for a theft
  if (answer.status !== 200 && refusalOf(answer) !== 'invalid_grant') {
    const named = { ...form, client_id: clientId, ...(clientSecret !== '' && { client_secret: clientSecret }) };
    answer = await ask(tokenEndpoint, named, null, connect);
  }
  if (answer.status !== 200) throw failure(client, `does not renew the login (${refusalOf(answer)})`);
  const tokens = answerSchema.safeParse(answer.body);
  if (!tokens.success) throw failure(client, 'renews the login without an ID token: log in with the scope "openid"');
  return { idToken: tokens.data.id_token, refreshToken: tokens.data.refresh_token ?? refreshToken };
}

/** The code of a refusal, or its HTTP status. */
function refusalOf({ status, body }: ApiResponse): string {
  const refusal = refusalSchema.safeParse(body);
  return refusal.success ? refusal.data.error : String(status);
}

async function ask(
  url: URL,
  form: Readonly<Record<string, string>> | null,
  authorization: string | null,
  connect: ConnectTo,
): Promise<ApiResponse> {
  const connection = connect(url, authorization);
  try {
    const path = url.pathname + url.search;
    return await connection.request(
      form === null
        ? { method: 'GET', path }
        : {
            method: 'POST',
            path,
            contentType: 'application/x-www-form-urlencoded',
            body: new URLSearchParams(form).toString(),
          },
    );
  } finally {
    connection.close();
  }
}

/** Names and secrets of clients are encoded like a form's before they go into the header (RFC 6749, 2.3.1). */
function encoded(text: string): string {
  return new URLSearchParams({ text }).toString().slice('text='.length);
}

function address(text: string, client: OidcClient): URL {
  try {
    const url = new URL(text);
    if (/^https?:$/.test(url.protocol)) return url;
  } catch {
    // said below
  }
  throw failure(client, 'has no right address');
}

function failure({ issuer }: OidcClient, why: string): NoAnswer {
  return new NoAnswer(`the identity provider ${issuer} ${why}`, 'CREDENTIALS');
}
