/**
 * Keys and signatures as an issuer makes them (RFC 7515, 7517, 7518), by Node alone: not by the library that verifies
 * them, which would refuse to make most of what has to be refused here.
 */
import {
  constants,
  createHmac,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
} from 'node:crypto';

export type SigningKey = {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly privateKey: KeyObject;
  /** The public half, as a JWKS has it. */
  readonly jwk: Jwk;
};

export type Jwk = JsonWebKey & { readonly kid?: string; readonly [member: string]: unknown };

export type SigningAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

const RSA_BITS = 2048;

export function newKey(kid: string, alg: SigningAlgorithm, bits = RSA_BITS): SigningKey {
  const { publicKey, privateKey } =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : alg === 'EdDSA'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('rsa', { modulusLength: bits });
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' } };
}

/** Signed as `key` does, whatever `header` says of it. Texts are taken as they are. */
export function signed(header: object | string, payload: object | string, key: SigningKey): string {
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${signature(Buffer.from(input), key).toString('base64url')}`;
}

/** Signed with a shared secret. */
export function signedWithSecret(header: object, payload: object, secret: string | Buffer): string {
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** A part of a token: JSON, or what is given in its place, as base64url. */
export function part(content: object | string): string {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return Buffer.from(text).toString('base64url');
}

function signature(input: Buffer, { alg, privateKey: key }: SigningKey): Buffer {
  switch (alg) {
    case 'RS256':
      return sign('sha256', input, key);
    case 'PS256':
      return sign('sha256', input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
    case 'ES256':
      return sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' });
    case 'EdDSA':
      return sign(null, input, key);
  }
}
