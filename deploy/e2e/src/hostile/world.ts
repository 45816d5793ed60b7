/**
 * An issuer that the services trust, with keys of every kind in its JWKS, and one that they don't; and a good token, of
 * which each hostile one is changed in one thing.
 */
import { type Issuer, startIssuer } from '../issuer.ts';
import { type Jwk, newKey, type SigningKey, signed } from '../signing-key.ts';

/** Seconds that a good token is good for. */
const LIFE_SECONDS = 600;

export const AUDIENCE = 'auditbox';
export const CLIENT = 'ward-7';

export type Parts = {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly key: SigningKey;
};

/** By what each is in the JWKS. */
type Keys = {
  readonly [Name in
    | 'rsa'
    | 'rsaForRs256'
    | 'ec'
    | 'ed'
    | 'weak'
    | 'forEncryption'
    | 'notToVerify'
    | 'withPrivatePart'
    | 'twice'
    | 'twin']: SigningKey;
} & {
  /** Of the other issuer, under the name of `rsa`. */
  readonly foreign: SigningKey;
};

export type World = AsyncDisposable & {
  readonly issuer: Issuer;
  /** Nobody here is to ask it anything. */
  readonly rogue: Issuer;
  readonly keys: Keys;
  /** The secret under the name `symmetric` in the JWKS. */
  readonly secret: Buffer;
  readonly nowSeconds: () => number;
  readonly good: () => Parts;
  /** The good token, changed; what is undefined is left out. */
  readonly token: (change?: {
    readonly header?: object;
    readonly claims?: object;
    readonly key?: SigningKey;
  }) => string;
};

export async function startWorld(): Promise<World> {
  await using building = new AsyncDisposableStack();
  const keys: Keys = {
    rsa: newKey('rsa', 'RS256'),
    rsaForRs256: newKey('rsa-for-rs256', 'RS256'),
    ec: newKey('ec', 'ES256'),
    ed: newKey('ed', 'EdDSA'),
    weak: newKey('weak', 'RS256', 1024),
    forEncryption: newKey('for-encryption', 'RS256'),
    notToVerify: newKey('not-to-verify', 'RS256'),
    withPrivatePart: newKey('with-private-part', 'RS256'),
    twice: newKey('twice', 'RS256'),
    twin: newKey('twice', 'RS256'),
    foreign: newKey('rsa', 'RS256'),
  };
  const secret = Buffer.alloc(64, 's');
  const published: Jwk[] = [
    ...[keys.rsa, keys.ec, keys.ed, keys.weak, keys.twice, keys.twin].map(({ jwk }) => jwk),
    { ...keys.rsaForRs256.jwk, alg: 'RS256' },
    { ...keys.forEncryption.jwk, use: 'enc' },
    { ...keys.notToVerify.jwk, use: undefined, key_ops: ['encrypt'] },
    { ...keys.withPrivatePart.privateKey.export({ format: 'jwk' }), kid: 'with-private-part', use: 'sig' },
    { kty: 'oct', kid: 'symmetric', use: 'sig', k: secret.toString('base64url') },
  ];
  const issuer = building.use(await startIssuer(published));
  const rogue = building.use(await startIssuer([keys.foreign.jwk]));
  const nowSeconds = () => Math.floor(Date.now() / 1000);
  const good = (): Parts => ({
    header: { alg: 'RS256', typ: 'JWT', kid: keys.rsa.kid },
    claims: {
      iss: issuer.url,
      sub: 'a-subject',
      aud: AUDIENCE,
      // Long ago: a key that is not there now was not there then.
      iat: nowSeconds() - LIFE_SECONDS,
      exp: nowSeconds() + LIFE_SECONDS,
      azp: CLIENT,
      scope: 'system/AuditEvent.crs auditbox/quarantine.read',
    },
    key: keys.rsa,
  });
  const built = building.move();
  return {
    issuer,
    rogue,
    keys,
    secret,
    nowSeconds,
    good,
    token: ({ header, claims, key } = {}) => {
      const parts = good();
      return signed({ ...parts.header, ...header }, { ...parts.claims, ...claims }, key ?? parts.key);
    },
    [Symbol.asyncDispose]: () => built.disposeAsync(),
  };
}
