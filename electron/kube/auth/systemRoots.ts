import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import tls from 'node:tls';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the distributions keep the certificates that a machine trusts: the list of Go's crypto/x509 for Linux. */
const linuxFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * The certificate authorities that this machine trusts, as PEM, for clusters that name none of their own: kubectl goes
 * by them, Node by a list of its own that lacks what a company has added. Undefined where only that list is to be had.
 */
export async function systemRoots(environment: Environment, platform = process.platform): Promise<string | undefined> {
  if (platform === 'linux') return linuxRoots(environment);
  // in Node 22.15 and newer
  const { getCACertificates } = tls as typeof tls & { getCACertificates?: (type: 'system') => string[] };
  const roots = getCACertificates?.('system').join('\n') ?? '';
  return roots === '' ? undefined : roots;
}

async function linuxRoots({ SSL_CERT_FILE, SSL_CERT_DIR }: Environment): Promise<string | undefined> {
  const files = SSL_CERT_FILE ? [SSL_CERT_FILE] : linuxFiles;
  const texts: string[] = [];
  for (const file of files) {
    const text = await readOrNothing(file);
    if (text === '') continue;
    texts.push(text);
    break;
  }
  for (const folder of (SSL_CERT_DIR ?? '').split(':').filter(Boolean)) {
    const names = await readdir(folder).catch(() => []); // a folder that is not there holds none
    for (const name of names.sort()) texts.push(await readOrNothing(path.join(folder, name)));
  }
  const roots = texts.filter((text) => text.includes('BEGIN CERTIFICATE')).join('\n');
  return roots === '' ? undefined : roots;
}

/** Empty when there is no such file, or none that may be read: another one may hold what is wanted. */
async function readOrNothing(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
