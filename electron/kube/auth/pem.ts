import { createPrivateKey, X509Certificate } from 'node:crypto';

/**
 * What of a PEM text is of use, chosen as Go's crypto/tls does: other blocks, such as `EC PARAMETERS` or the key in a
 * file that holds both, are passed over.
 */

/** The certificates in it that can be read, each once and in their order, or an empty text. */
export function certificatesIn(text: string): string {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return [...new Set(blocks)].filter(isCertificate).join('\n');
}

/** The first private key in it, or an empty text. Encrypted keys do not count: nobody is there to give the password. */
export function privateKeyIn(text: string): string {
  const [block = ''] =
    /-----BEGIN (?:[A-Z0-9]+ )?PRIVATE KEY-----[\s\S]+?-----END (?:[A-Z0-9]+ )?PRIVATE KEY-----/.exec(text) ?? [];
  return isPrivateKey(block) ? block : '';
}

/** Whether a key belongs to the first certificate. Both are what the functions above gave. */
export function belongsTogether(certificates: string, key: string): boolean {
  return new X509Certificate(certificates).checkPrivateKey(createPrivateKey(key));
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).serialNumber !== '';
  } catch {
    return false; // damaged
  }
}

function isPrivateKey(block: string): boolean {
  try {
    return createPrivateKey(block).type === 'private';
  } catch {
    return false; // damaged, or encrypted
  }
}
