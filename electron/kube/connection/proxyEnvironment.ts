import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/**
 * Which proxy the environment asks for, decided as Go's net/http does (golang.org/x/net/http/httpproxy), for kubectl
 * goes by it: HTTPS_PROXY or HTTP_PROXY by the server's scheme, a name in capitals before the same one in small letters;
 * localhost and loopback addresses are never reached through a proxy; NO_PROXY as there.
 */

type Environment = Readonly<Record<string, string | undefined>>;

const scheme = /^[a-z][a-z0-9+.-]*:\/\//i;
const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** The proxy for requests to this server, or null for none. */
export function proxyFromEnvironment(server: URL, environment: Environment): URL | null {
  const name = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = parseProxy(valueOf(environment, name));
  if (proxy === null) return null;
  const host = withoutMapping(server.hostname.replace(/^\[|\]$/g, '').toLowerCase());
  const port = server.port || (defaultPorts[server.protocol] ?? '');
  return isLocal(host) || isExcepted(host, port, environment) ? null : proxy;
}

function valueOf(environment: Environment, name: string): string {
  return environment[name] || (environment[name.toLowerCase()] ?? '');
}

/**
 * A proxy may be given without its scheme, which is http then. One that Go knows no proxy of (ftp, socks4) is http there
 * as well: net/http asks such a proxy to CONNECT, and only the proxy-url of a kubeconfig is refused for its scheme.
 */
function parseProxy(text: string): URL | null {
  if (text === '') return null;
  for (const candidate of [text, `http://${text}`]) {
    if (!scheme.test(candidate)) continue;
    try {
      const url = new URL(/^(?:https?|socks5h?):/i.test(candidate) ? candidate : candidate.replace(scheme, 'http://'));
      if (url.hostname !== '') return url;
    } catch {
      // the other reading may be a URL
      continue;
    }
  }
  return null;
}

function isLocal(host: string): boolean {
  return host === 'localhost' || (isIP(host) === 4 && host.startsWith('127.')) || host === '::1';
}

function isExcepted(host: string, port: string, environment: Environment): boolean {
  return valueOf(environment, 'NO_PROXY')
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isIn(entry, host);
  const [name, itsPort] = splitPort(entry);
  if (name === '' || (itsPort !== '' && itsPort !== port)) return false;
  // with a zone it is no address to Go, and nothing else either
  if (name.includes('%')) return false;
  if (isIP(name) > 0) return isIP(host) > 0 && isSameAddress(name, host);
  // a domain never matches an address
  if (isIP(host) > 0) return false;
  const suffix = name.startsWith('*.') ? name.slice(1) : name;
  if (suffix.startsWith('.')) return host.endsWith(asAscii(suffix.slice(1), '.'));
  return host === asAscii(suffix, '') || host.endsWith(asAscii(suffix, '.'));
}

/** `host`, `host:port`, `[v6]:port`, `[v6]` or a bare IPv6 address. */
function splitPort(entry: string): readonly [name: string, port: string] {
  const [, v6, v6Port = ''] = /^\[(.*)\](?::(\d+))?$/.exec(entry) ?? [];
  if (v6 !== undefined) return [v6, v6Port];
  const colons = entry.split(':').length - 1;
  if (colons !== 1) return [entry, ''];
  const [name = '', port = ''] = entry.split(':');
  return [name, port];
}

function isIn(range: string, host: string): boolean {
  const [, net = '', bits = ''] = /^(.*)\/(\d{1,3})$/.exec(range) ?? [];
  if (net.includes('%') || isIP(net) === 0 || Number(bits) > (isIP(net) === 4 ? 32 : 128)) return false;
  // one that is wider than all mapped addresses together is a range of IPv6, which holds no address of IPv4
  const plain = Number(bits) < 96 ? net : withoutMapping(net);
  if (isIP(plain) !== isIP(host)) return false;
  const type = isIP(plain) === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(plain, Number(bits) - (plain === net ? 0 : 96), type);
  return list.check(host, type);
}

function isSameAddress(entry: string, other: string): boolean {
  const one = withoutMapping(entry);
  if (isIP(one) !== isIP(other)) return false;
  const type = isIP(one) === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addAddress(one, type);
  return list.check(other, type);
}

/** The IPv4 address that an IPv6 one stands for (::ffff:10.1.2.3), as Go takes both for the same; others as they are. */
function withoutMapping(address: string): string {
  if (isIP(address) !== 6 || address.includes('%')) return address;
  // a URL writes an address in one way only
  const [, high, low] = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(new URL(`http://[${address}]`).hostname) ?? [];
  if (high === undefined || low === undefined) return address;
  const bytes = [high, low].flatMap((part) => [parseInt(part, 16) >> 8, parseInt(part, 16) & 0xff]);
  return bytes.join('.');
}

function asAscii(name: string, before: string): string {
  return before + (domainToASCII(name) || name);
}
