import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** PEM texts of a certificate and its key. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

/** A throw-away certificate authority. */
export interface TestAuthority extends Issued {
  /** For a server of these names and addresses. */
  server(names: readonly string[]): Promise<Issued>;
  /** For a user of this name. */
  client(name: string): Promise<Issued>;
  /** One below this one. */
  authority(name: string): Promise<TestAuthority>;
}

const day = 24 * 60 * 60 * 1000;
const dates = { notBeforeDate: new Date(Date.now() - day), notAfterDate: new Date(Date.now() + 30 * day) };
const common = { keyType: 'ec', algorithm: 'sha256', ...dates } as const;

/** A self-signed authority of this name; below another one when that is given. */
export async function makeAuthority(name: string, above?: Issued): Promise<TestAuthority> {
  const made = await generate([{ name: 'commonName', value: name }], {
    ...common,
    ...(above && { ca: above }),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  });
  const own = { cert: made.cert, key: made.private };
  return {
    ...own,
    server: (names) => issue('server', names, own),
    client: (user) => issue(user, [], own),
    authority: (below) => makeAuthority(below, own),
  };
}

/** A server certificate that nobody but itself has signed. */
export function selfSigned(names: readonly string[]): Promise<Issued> {
  return issue('server', names, null);
}

async function issue(commonName: string, names: readonly string[], ca: Issued | null): Promise<Issued> {
  const altNames = names.map((name) =>
    isIP(name) > 0 ? ({ type: 7, ip: name } as const) : ({ type: 2, value: name } as const),
  );
  const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
    ...common,
    ...(ca && { ca }),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      ...(altNames.length > 0 ? [{ name: 'subjectAltName', altNames } as const] : []),
    ],
  });
  return { cert, key };
}
