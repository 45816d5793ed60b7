/** Certificates of a test's own, made where it runs: an authority, and what it vouches for. No key is ever kept. */
import { generate } from 'selfsigned';

/** In PEM. */
export type Certified = { readonly cert: string; readonly key: string };

const NAME = 'commonName';

/** P-256, and SHA-256 in place of the package's own default. */
const SIGNED = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

export async function newAuthority(name: string): Promise<Certified> {
  const made = await generate([{ name: NAME, value: name }], {
    ...SIGNED,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** For a server on loopback, or a client: `name` is what Kafka calls it. */
export async function certifiedBy(authority: Certified, name: string): Promise<Certified> {
  const made = await generate([{ name: NAME, value: name }], {
    ...SIGNED,
    ca: authority,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  return { cert: made.cert, key: made.private };
}
