import http from 'node:http';
import https from 'node:https';
import { isSocks, proxyAuthorization } from './tunnelAgents';

/** How a request gets to a server: which protocol speaks to whom, with what path and headers. */
export interface RequestWay {
  readonly protocol: typeof http | typeof https;
  readonly to: {
    readonly host: string;
    readonly port: string | number;
    readonly path: string;
    readonly headers: http.OutgoingHttpHeaders;
  };
}

/** The way to a path of a server: to the server itself, or to the proxy that fetches from a server without TLS. */
export function wayTo(server: URL, proxy: URL | null, path: string): RequestWay {
  const through = proxy !== null && server.protocol === 'http:' && !isSocks(proxy) ? proxy : null;
  const { protocol, hostname, port } = through ?? server;
  const secure = protocol === 'https:';
  const authorization = through === null ? null : proxyAuthorization(through);
  return {
    protocol: secure ? https : http,
    to: {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port || (secure ? 443 : 80),
      path: through === null ? path : `${server.origin}${path}`,
      headers: {
        ...(through !== null && { Host: server.host }),
        ...(authorization !== null && { 'Proxy-Authorization': authorization }),
      },
    },
  };
}
