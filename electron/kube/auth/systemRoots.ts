import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import tls from 'node:tls';
import { certificatesIn } from './pem';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where certificates stand: of the files only the first that can be read counts, and every file of the folders. */
interface RootPlaces {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** Where the distributions keep the certificates that a machine trusts: the lists of Go's crypto/x509 for Linux. */
const linuxPlaces: RootPlaces = {
  files: [
    '/etc/ssl/certs/ca-certificates.crt',
    '/etc/pki/tls/certs/ca-bundle.crt',
    '/etc/ssl/ca-bundle.pem',
    '/etc/pki/tls/cacert.pem',
    '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
    '/etc/ssl/cert.pem',
  ],
  folders: ['/etc/ssl/certs', '/etc/pki/tls/certs'],
};

/**
 * The certificate authorities that this machine trusts, as PEM, each once, for clusters that name none of their own:
 * kubectl goes by them, Node by a list of its own that lacks what a company has added. SSL_CERT_FILE stands in for the
 * usual files of Linux, SSL_CERT_DIR for its folders. Undefined where only Node's list is to be had.
 */
export async function systemRoots(
  environment: Environment,
  platform = process.platform,
  usual = linuxPlaces,
): Promise<string | undefined> {
  if (platform === 'linux') return linuxRoots(environment, usual);
  // in Node 22.15 and newer
  const { getCACertificates } = tls as typeof tls & { getCACertificates?: (type: 'system') => string[] };
  const roots = getCACertificates?.('system').join('\n') ?? '';
  return roots === '' ? undefined : roots;
}

async function linuxRoots(
  { SSL_CERT_FILE, SSL_CERT_DIR }: Environment,
  usual: RootPlaces,
): Promise<string | undefined> {
  const texts: string[] = [];
  for (const file of SSL_CERT_FILE ? [SSL_CERT_FILE] : usual.files) {
    const text = await readOrNull(file);
    if (text === null) continue;
    texts.push(text);
    break;
  }
  const folders = SSL_CERT_DIR ? SSL_CERT_DIR.split(':').filter(Boolean) : usual.folders;
  // on some machines one folder is a link to the other
  const real = new Set(await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder))));
  for (const folder of real) texts.push(...(await textsIn(folder)));
  // the files of a folder are mostly those that the one file was made of
  const roots = certificatesIn(texts.join('\n'));
  return roots === '' ? undefined : roots;
}

/** Without the links to other files of the folder, which are their names by the hash of the owner. */
async function textsIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // one that is not there holds none
  const texts = await Promise.all(
    entries.map(async (entry) => {
      const file = path.join(folder, entry.name);
      const target = entry.isSymbolicLink() ? await readlink(file).catch(() => '') : null;
      return target === null || target.includes('/') ? readOrNull(file) : null;
    }),
  );
  return texts.filter((text) => text !== null);
}

/** Null when there is no such file, or none that may be read: another one may hold what is wanted. */
async function readOrNull(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}
