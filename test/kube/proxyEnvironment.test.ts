import { describe, expect, it } from 'vitest';
import { proxyFromEnvironment } from '../../electron/kube/connection/proxyEnvironment';

const proxy = 'http://proxy.example:3128';
const asked = (server: string, environment: Readonly<Record<string, string>>) =>
  proxyFromEnvironment(new URL(server), environment)?.href ?? null;

describe('which proxy', () => {
  it.each<[string, Readonly<Record<string, string>>, string | null]>([
    ['https://a.example', { HTTPS_PROXY: proxy }, `${proxy}/`],
    ['https://a.example', { https_proxy: proxy }, `${proxy}/`],
    ['https://a.example', { HTTPS_PROXY: '', https_proxy: proxy }, `${proxy}/`],
    ['https://a.example', { HTTPS_PROXY: 'http://capitals', https_proxy: proxy }, 'http://capitals/'],
    ['https://a.example', { HTTP_PROXY: proxy, ALL_PROXY: proxy }, null],
    ['http://a.example', { HTTP_PROXY: proxy, HTTPS_PROXY: 'http://other' }, `${proxy}/`],
    ['https://a.example', { HTTPS_PROXY: 'proxy.example:3128' }, `${proxy}/`],
    ['https://a.example', { HTTPS_PROXY: '10.0.0.1:3128' }, 'http://10.0.0.1:3128/'],
    ['https://a.example', { HTTPS_PROXY: 'me:pass@proxy.example' }, 'http://me:pass@proxy.example/'],
    ['https://a.example', { HTTPS_PROXY: 'socks5://proxy.example' }, 'socks5://proxy.example'],
    ['https://a.example', { HTTPS_PROXY: 'socks5h://proxy.example' }, 'socks5h://proxy.example'],
    ['https://a.example', { HTTPS_PROXY: 'HTTPS://proxy.example' }, 'https://proxy.example/'],
    // of these schemes Go knows no proxy, and asks it to CONNECT
    ['https://a.example', { HTTPS_PROXY: 'ftp://me:pass@proxy.example:21' }, 'http://me:pass@proxy.example:21/'],
    ['https://a.example', { HTTPS_PROXY: 'socks4://proxy.example:1080' }, 'http://proxy.example:1080/'],
    ['https://a.example', { HTTPS_PROXY: 'a b' }, null],
    ['https://localhost', { HTTPS_PROXY: proxy }, null],
    ['https://127.3.2.1', { HTTPS_PROXY: proxy }, null],
    ['https://[::1]:6443', { HTTPS_PROXY: proxy }, null],
    ['https://[::ffff:127.0.0.1]', { HTTPS_PROXY: proxy }, null],
    ['https://[::ffff:127.3.2.1]', { HTTPS_PROXY: proxy }, null],
    ['https://[::ffff:10.1.2.3]', { HTTPS_PROXY: proxy }, `${proxy}/`],
    ['https://[::127.0.0.1]', { HTTPS_PROXY: proxy }, `${proxy}/`],
  ])('%s %j -> %s', (server, environment, expected) => {
    expect(asked(server, environment)).toBe(expected);
  });
});

/** The forms of golang.org/x/net/http/httpproxy. */
describe('NO_PROXY', () => {
  it.each<[string, string, boolean]>([
    ['*', 'https://a.example', true],
    ['a.example', 'https://a.example', true],
    ['A.Example', 'https://a.example', true],
    ['a.example', 'https://b.a.example', true],
    ['a.example', 'https://ba.example', false],
    ['.a.example', 'https://b.a.example', true],
    ['.a.example', 'https://a.example', false],
    ['*.a.example', 'https://b.a.example', true],
    ['*.a.example', 'https://a.example', false],
    ['a.example:443', 'https://a.example', true],
    ['a.example:443', 'https://a.example:6443', false],
    [' x , a.example ', 'https://a.example', true],
    ['', 'https://a.example', false],
    [':443', 'https://a.example', false],
    ['bücher.example', 'https://xn--bcher-kva.example', true],
    ['10.1.2.3', 'https://10.1.2.3:6443', true],
    ['10.1.2.3:6443', 'https://10.1.2.3:6443', true],
    ['10.1.2.3:1', 'https://10.1.2.3:6443', false],
    ['10.1.0.0/16', 'https://10.1.2.3', true],
    ['10.1.0.0/16', 'https://10.2.2.3', false],
    ['10.1.0.0/33', 'https://10.1.2.3', false],
    ['10.1.0.0/16', 'https://a.example', false],
    ['1.2.3', 'https://10.1.2.3', false],
    ['fd00::/8', 'https://[fd12::1]', true],
    ['fd00::/8', 'https://[fe12::1]', false],
    ['fd12:0::1', 'https://[fd12::1]', true],
    ['[fd12::1]:6443', 'https://[fd12::1]:6443', true],
    ['[fd12::1]:1', 'https://[fd12::1]:6443', false],
    ['example', 'https://10.1.2.3', false],
    ['10.0.0.0/8', 'https://[::ffff:10.1.2.3]', true],
    ['10.0.0.0/8', 'https://[::ffff:11.1.2.3]', false],
    ['10.1.2.3:6443', 'https://[::ffff:a01:203]:6443', true],
    ['::ffff:10.1.2.3', 'https://10.1.2.3', true],
    ['[::ffff:10.1.2.3]:6443', 'https://[::ffff:10.1.2.3]:6443', true],
    ['::ffff:10.1.0.0/112', 'https://10.1.2.3', true],
    ['::ffff:10.1.0.0/112', 'https://10.2.2.3', false],
    ['::ffff:10.1.0.0/80', 'https://10.1.2.3', false],
    ['::ffff:10.1.0.0/80', 'https://[::1:2]', true],
    ['::/0', 'https://[::ffff:10.1.2.3]', false],
    ['::/0', 'https://[fd12::1]', true],
    ['fe80::1%eth0', 'https://[fe80::1]', false],
    ['fe80::%eth0/10', 'https://[fe80::1]', false],
  ])('%j for %s: %s', (noProxy, server, excepted) => {
    expect(asked(server, { HTTPS_PROXY: proxy, NO_PROXY: noProxy })).toBe(excepted ? null : `${proxy}/`);
    expect(asked(server, { HTTPS_PROXY: proxy, no_proxy: noProxy })).toBe(excepted ? null : `${proxy}/`);
  });
});
