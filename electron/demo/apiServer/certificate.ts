import { generate } from 'selfsigned';

/** PEM texts of a throw-away authority's certificate, and of a server certificate that it signed. */
export interface ServerCertificate {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** Another certificate of the same authority, for a server that is given a new one. */
  readonly renew: () => Promise<{ readonly cert: string; readonly key: string }>;
}

const day = 24 * 60 * 60 * 1000;

/**
 * Makes a certificate for 127.0.0.1 and localhost. Nothing of it outlives the process. A day is taken off
 * its start, so that a clock that is set back a little does not break it.
 */
export async function makeServerCertificate(now: number): Promise<ServerCertificate> {
  const common = {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - day),
    notAfterDate: new Date(now + 365 * day),
  } as const;
  const authority = await generate([{ name: 'commonName', value: 'simulated-cluster-ca' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const issue = async () => {
    const server = await generate([{ name: 'commonName', value: 'simulated-api-server' }], {
      ...common,
      ca: { key: authority.private, cert: authority.cert },
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: 'localhost' },
            { type: 7, ip: '127.0.0.1' },
          ],
        },
      ],
    });
    return { cert: server.cert, key: server.private };
  };
  return { ca: authority.cert, ...(await issue()), renew: issue };
}
