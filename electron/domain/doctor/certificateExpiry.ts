/** One element of DER: its tag, and where its content stands. */
interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

const tags = { version: 0xa0, utcTime: 0x17, generalizedTime: 0x18 } as const;

/**
 * When the last certificate of a caBundle (PEM in base64) expires, in milliseconds since the epoch; null where one of them
 * cannot be read, as that may be the one that counts, or none is there.
 */
export function lastExpiry(caBundle: string): number | null {
  const pem = decoded(caBundle) ?? '';
  const blocks = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)];
  const ends = blocks.map(([, block = '']) => notAfterOf(decoded(block.replace(/\s/g, '')) ?? ''));
  const known = ends.flatMap((end) => end ?? []);
  return known.length === 0 || known.length < ends.length ? null : Math.max(...known);
}

/** RFC 5280: the second time of the validity, which follows version (optional), serial number, signature and issuer. */
function notAfterOf(der: string): number | null {
  const [certificate] = elements(der, 0, der.length);
  const [body] = certificate ? elements(der, certificate.start, certificate.end) : [];
  const fields = body ? elements(der, body.start, body.end) : [];
  const validity = fields[fields[0]?.tag === tags.version ? 4 : 3];
  const [, end] = validity ? elements(der, validity.start, validity.end) : [];
  return end ? timeOf(end.tag, der.slice(end.start, end.end)) : null;
}

function elements(der: string, from: number, to: number): readonly Element[] {
  const found: Element[] = [];
  for (let at = from; at + 2 <= to;) {
    const first = der.charCodeAt(at + 1);
    // from 128 on, so many further bytes hold the length
    const further = first < 128 ? 0 : first - 128;
    const bytes = Array.from({ length: further }, (_none, index) => der.charCodeAt(at + 2 + index));
    const length = further === 0 ? first : bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    const start = at + 2 + further;
    // a length of no or more bytes than there are is none
    if (!(start + length <= to)) return found;
    found.push({ tag: der.charCodeAt(at), start, end: start + length });
    at = start + length;
  }
  return found;
}

function timeOf(tag: number, text: string): number | null {
  if (tag !== tags.utcTime && tag !== tags.generalizedTime) return null;
  // of two digits those from 50 on are of the last century
  const full = tag === tags.generalizedTime ? text : `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}`;
  const iso = full.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const time = Date.parse(iso);
  return Number.isNaN(time) ? null : time;
}

function decoded(base64: string): string | null {
  try {
    return atob(base64);
  } catch {
    // no base64: nothing can be read of it
    return null;
  }
}
