import http from 'node:http';
import https from 'node:https';
import { isSocks, PlainTunnelAgent, SecureTunnelAgent, type ProxyTls } from './tunnelAgents';

/** What a connection is made with: while these stay the same, connections are kept and used again. */
const tlsFields = [
  'ca',
  'cert',
  'key',
  'pfx',
  'passphrase',
  'servername',
  'rejectUnauthorized',
  'checkServerIdentity',
  'allowPartialTrustChain',
] as const satisfies readonly (keyof https.RequestOptions)[];

export type TlsOptions = Pick<https.RequestOptions, (typeof tlsFields)[number]>;

const kept = { keepAlive: true, keepAliveMsecs: 30_000 };

/** The kept-alive connections to one server, directly or through its proxy. */
export class AgentPool {
  private current: { readonly tls: TlsOptions; readonly agent: http.Agent } | null = null;
  /** Agents of older TLS material, while requests run on them. */
  private retired: http.Agent[] = [];

  constructor(
    private readonly server: URL,
    private readonly proxy: URL | null,
  ) {}

  /** One agent until the TLS material changes; requests that run on an older one go on. */
  agentFor(options: https.RequestOptions): http.Agent {
    const { current } = this;
    if (current && tlsFields.every((field) => current.tls[field] === options[field])) return current.agent;
    if (current) this.retire(current.agent);
    const tls: TlsOptions = {};
    for (const field of tlsFields) if (options[field] !== undefined) Object.assign(tls, { [field]: options[field] });
    const agent = options.agent instanceof http.Agent ? options.agent : this.makeAgent(tls);
    this.current = { tls, agent };
    return agent;
  }

  /** Ends every connection, also those in use. */
  close(): void {
    for (const agent of this.retired) agent.destroy();
    this.current?.agent.destroy();
    this.retired = [];
    this.current = null;
  }

  private makeAgent(tls: TlsOptions): http.Agent {
    const { proxy } = this;
    const secure = this.server.protocol === 'https:';
    if (proxy === null) return secure ? new https.Agent({ ...kept, ...tls }) : new http.Agent(kept);
    const proxyTls = tlsOfProxy(tls);
    if (secure) return new SecureTunnelAgent({ ...kept, ...tls }, proxy, proxyTls);
    if (isSocks(proxy)) return new PlainTunnelAgent(kept, proxy, proxyTls);
    // a plain request is sent to the proxy itself
    return proxy.protocol === 'https:' ? new https.Agent({ ...kept, ...proxyTls }) : new http.Agent(kept);
  }

  private retire(agent: http.Agent): void {
    // a connection in use is closed when it would become free
    agent.maxFreeSockets = 0;
    for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
    this.retired = [...this.retired, agent].filter(({ sockets }) => Object.keys(sockets).length > 0);
  }
}

/** As Go's client does it, a proxy that is spoken to over TLS is trusted like the server behind it. */
function tlsOfProxy({ pfx: _pfx, passphrase: _passphrase, ...tls }: TlsOptions): ProxyTls {
  return tls;
}
