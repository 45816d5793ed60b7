/**
 * Certificates for tests, made as they run: an authority of one's own, and what it signs for servers on loopback and
 * for clients. No key is ever in the repository.
 */
import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** In PEM. */
export type TestCertificate = { readonly cert: string; readonly key: string };

export type TestAuthority = {
  /** Its own certificate, in PEM. */
  readonly ca: string;
  /** For `localhost` and 127.0.0.1, unless said otherwise. */
  readonly server: (hosts?: readonly string[]) => Promise<TestCertificate>;
  readonly client: (name?: string) => Promise<TestCertificate>;
  /** Of a client, ended yesterday. */
  readonly ended: () => Promise<TestCertificate>;
};

const DAY_MS = 86_400_000;

type Options = NonNullable<Parameters<typeof generate>[1]>;

export async function testAuthority(name = 'Test authority'): Promise<TestAuthority> {
  const own = await certified(name, {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const client = (subject = 'client', notAfterDate?: Date) =>
    certified(subject, {
      ca: own,
      ...(notAfterDate !== undefined && { notAfterDate }),
      extensions: [...LEAF, { name: 'extKeyUsage', clientAuth: true }],
    });
  return {
    ca: own.cert,
    server: (hosts = ['localhost', '127.0.0.1']) =>
      certified('server', {
        ca: own,
        extensions: [
          ...LEAF,
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames: hosts.map(altName) },
        ],
      }),
    client: (subject) => client(subject),
    ended: () => client('client', new Date(Date.now() - DAY_MS)),
  };
}

/** Its own authority, that may sign no others: what the makers of such certificates make where nothing is asked for. */
export function selfSigned(): Promise<TestCertificate> {
  return certified('localhost', {});
}

const LEAF: NonNullable<Options['extensions']> = [
  { name: 'basicConstraints', cA: false, critical: true },
  { name: 'keyUsage', digitalSignature: true, critical: true },
];

function altName(host: string) {
  return isIP(host) === 0 ? ({ type: 2, value: host } as const) : ({ type: 7, ip: host } as const);
}

/** With P-256 and SHA-256, in place of the package's own defaults. */
async function certified(subject: string, options: Options): Promise<TestCertificate> {
  const made = await generate([{ name: 'commonName', value: subject }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 2 * DAY_MS),
    notAfterDate: new Date(Date.now() + DAY_MS),
    ...options,
  });
  return { cert: made.cert, key: made.private };
}
