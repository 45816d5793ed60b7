import { generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import type { KeyLookUp } from './issuer-keys.ts';
import { expiresAtMs, type TokenRules, verifyToken } from './verify-token.ts';

const NOW_MS = 1_800_000_000_500;
const NOW = 1_800_000_000;
const RULES: TokenRules = {
  issuer: 'https://idp.example.org',
  audiences: ['auditbox'],
  algorithms: ['ES256'],
  types: ['jwt', 'at+jwt'],
  requiredClaims: ['sub'],
  clockToleranceSeconds: 10,
};
const GOOD = { iss: RULES.issuer, aud: 'auditbox', sub: 'u', exp: NOW + 60 };

let pair: Awaited<ReturnType<typeof generateKeyPair>>;
beforeAll(async () => {
  pair = await generateKeyPair('ES256');
});

async function verified(claims: JWTPayload, header: object = {}, rules: Partial<TokenRules> = {}) {
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', kid: 'k', typ: 'JWT', ...header })
    .sign(pair.privateKey);
  return await verifyToken(token, { ...RULES, ...rules }, { findKey, now: () => NOW_MS });
}

async function findKey(kid: string): Promise<KeyLookUp> {
  if (kid === 'away') return { kind: 'unavailable' };
  return kid === 'k' ? { kind: 'found', key: { id: 'id of k', key: pair.publicKey } } : { kind: 'unknown' };
}

const INVALID = { kind: 'refused', reason: 'invalid' };
const EXPIRED = { kind: 'refused', reason: 'expired' };

describe('verifyToken', () => {
  it('gives the claims and the key', async () =>
    expect(await verified(GOOD)).toEqual({ kind: 'verified', claims: GOOD, keyId: 'id of k' }));

  it('takes an end that is not longer past than the clocks may differ, to the second', async () => {
    expect(await verified({ ...GOOD, exp: NOW - 9 })).toMatchObject({ kind: 'verified' });
    expect(await verified({ ...GOOD, exp: NOW - 10 })).toEqual(EXPIRED);
    expect(await verified({ ...GOOD, exp: NOW }, {}, { clockToleranceSeconds: 0 })).toEqual(EXPIRED);
    expect(await verified({ ...GOOD, exp: NOW + 1 }, {}, { clockToleranceSeconds: 0 })).toMatchObject({
      kind: 'verified',
    });
  });

  it('ends a token in the millisecond in which it would not be taken any more', () => {
    const claims = { ...GOOD, exp: NOW };
    expect(expiresAtMs(claims, RULES)).toBe((NOW + 10) * 1000);
    expect(expiresAtMs({ ...claims, exp: NOW + 0.5 }, RULES)).toBe((NOW + 11) * 1000);
  });

  it('takes a beginning that is not farther ahead than the clocks may differ', async () => {
    expect(await verified({ ...GOOD, nbf: NOW + 10 })).toMatchObject({ kind: 'verified' });
    expect(await verified({ ...GOOD, nbf: NOW + 11 })).toEqual(INVALID);
  });

  it('takes no token that is not issued yet', async () => {
    expect(await verified({ ...GOOD, iat: NOW + 10 })).toMatchObject({ kind: 'verified' });
    expect(await verified({ ...GOOD, iat: NOW + 11 })).toEqual(INVALID);
  });

  it.each<[string, Record<string, unknown>]>([
    ['without exp', { ...GOOD, exp: undefined }],
    ['without iss', { ...GOOD, iss: undefined }],
    ['of an issuer with one slash more', { ...GOOD, iss: `${RULES.issuer}/` }],
    ['without aud', { ...GOOD, aud: undefined }],
    ['for others', { ...GOOD, aud: ['account', 'auditbox2'] }],
    ['without a claim that the site requires', { ...GOOD, sub: undefined }],
    ['of another kind', { ...GOOD, typ: 'ID' }],
  ])('refuses one %s', async (_what, claims) =>
    expect(await verified(JSON.parse(JSON.stringify(claims)))).toEqual(INVALID),
  );

  it('takes one of several audiences, and any where none is looked at', async () => {
    expect(await verified({ ...GOOD, aud: ['account', 'auditbox'] })).toMatchObject({ kind: 'verified' });
    const off = { audiences: undefined };
    expect(await verified({ ...GOOD, aud: 'account' }, {}, off)).toMatchObject({ kind: 'verified' });
  });

  it.each([
    ['an unknown key', { kid: 'other' }],
    ['no key', { kid: undefined }],
    ['another type', { typ: 'logout+jwt' }],
    ['no type', { typ: undefined }],
  ])('refuses a header with %s', async (_what, header) =>
    expect(await verified(GOOD, header)).toEqual(INVALID),
  );

  it('takes no type where the site says that its issuer writes none', async () =>
    expect(await verified(GOOD, { typ: undefined }, { types: ['none'] })).toMatchObject({
      kind: 'verified',
    }));

  it('refuses an algorithm that is not on the list', async () =>
    expect(await verified(GOOD, {}, { algorithms: ['RS256'] })).toEqual(INVALID));

  it('does not judge where the key can not be had', async () =>
    expect(await verified(GOOD, { kid: 'away' })).toEqual({ kind: 'refused', reason: 'unavailable' }));

  it.each(['', 'a', 'a.b', 'a.b.c', 'a.b.c.d.e', '..', 'e30.e30.'])(
    'refuses what is no token: %j',
    async (text) => expect(await verifyToken(text, RULES, { findKey, now: () => NOW_MS })).toEqual(INVALID),
  );
});
