/**
 * Verifying: from a token to its claims, or why it is none of ours. Every rule of RFC 8725 that a receiver can keep:
 * algorithms from a list and fitting the key, the key by name from the issuer alone (what a token says of its own key,
 * `jwk`, `jku`, `x5u`, `x5c`, is not read), issuer, audience, times, kind.
 */
import { errors, jwtVerify } from 'jose';
import type { Claims } from './caller-of.ts';
import type { KeyLookUp } from './issuer-keys.ts';
import { isAccessToken, tokenType } from './token-kind.ts';

export type TokenRules = {
  readonly issuer: string;
  /** Of these a token names one; undefined where audiences are not looked at. */
  readonly audiences: readonly string[] | undefined;
  readonly algorithms: readonly string[];
  /** As `tokenType` gives them. */
  readonly types: readonly string[];
  readonly requiredClaims: readonly string[];
  readonly clockToleranceSeconds: number;
};

export type Verification =
  | { readonly kind: 'verified'; readonly claims: Claims; readonly keyId: string }
  | { readonly kind: 'refused'; readonly reason: 'invalid' | 'expired' | 'unknown-key' | 'unavailable' };

export type VerifyDependencies = {
  readonly findKey: (kid: string, alg: string, issuedAtMs: number) => Promise<KeyLookUp>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

const INVALID = { kind: 'refused', reason: 'invalid' } as const;
const EXPIRED = { kind: 'refused', reason: 'expired' } as const;

const NO_KEY = {
  unknown: 'invalid',
  'not-known-yet': 'unknown-key',
  unavailable: 'unavailable',
} as const;

/** Stops the verification where there is no key to go on with. */
class NoKey extends Error {
  readonly reason: 'invalid' | 'unknown-key' | 'unavailable';
  constructor(reason: NoKey['reason']) {
    super(reason);
    this.reason = reason;
  }
}

export async function verifyToken(
  token: string,
  rules: TokenRules,
  { findKey, now }: VerifyDependencies,
): Promise<Verification> {
  let keyId = '';
  try {
    const { payload, protectedHeader } = await jwtVerify(
      token,
      async ({ kid, alg, typ }, { payload }) => {
        const type = tokenType(typ);
        if (typeof kid !== 'string' || type === undefined || !rules.types.includes(type))
          throw new NoKey('invalid');
        const { iss, iat } = claimed(payload);
        // No key makes these good, and there is nothing to ask our issuer about.
        if (iss !== rules.issuer || isInFuture(iat, rules, now())) throw new NoKey('invalid');
        const found = await findKey(kid, alg, issuedAtMs(iat, rules));
        if (found.kind !== 'found') throw new NoKey(NO_KEY[found.kind]);
        keyId = found.key.id;
        return found.key.key;
      },
      {
        issuer: rules.issuer,
        ...(rules.audiences !== undefined && { audience: [...rules.audiences] }),
        algorithms: [...rules.algorithms],
        clockTolerance: rules.clockToleranceSeconds,
        requiredClaims: ['exp', ...rules.requiredClaims],
        currentDate: new Date(now()),
      },
    );
    if (!isAccessToken(payload, tokenType(protectedHeader.typ) ?? '')) return INVALID;
    return { kind: 'verified', claims: payload, keyId };
  } catch (error) {
    if (error instanceof NoKey) return { kind: 'refused', reason: error.reason };
    // Whatever a token breaks in whoever reads it, it is not accepted.
    return error instanceof errors.JWTExpired ? EXPIRED : INVALID;
  }
}

/** What a token says of itself before anybody has verified it. */
function claimed(payload: string | Uint8Array): Claims {
  const text = typeof payload === 'string' ? payload : Buffer.from(payload).toString('latin1');
  const claims: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  return typeof claims === 'object' && claims !== null ? (claims as Claims) : {};
}

/** Nobody has issued it yet: a clock is wrong, or a token was made up. */
function isInFuture(iat: unknown, { clockToleranceSeconds }: TokenRules, nowMs: number): boolean {
  return typeof iat === 'number' && iat > nowMs / 1000 + clockToleranceSeconds;
}

/** The latest moment that it may be, by clocks that differ. */
function issuedAtMs(iat: unknown, { clockToleranceSeconds }: TokenRules): number {
  return typeof iat === 'number' ? (iat + clockToleranceSeconds) * 1000 : 0;
}

/** Milliseconds since 1970 from which a token is expired. */
export function expiresAtMs({ exp }: Claims, { clockToleranceSeconds }: TokenRules): number {
  return Math.ceil(Number(exp) + clockToleranceSeconds) * 1000;
}
