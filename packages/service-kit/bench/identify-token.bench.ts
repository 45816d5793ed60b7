/**
 * What it costs to know a caller by its token: `node packages/service-kit/bench/identify-token.bench.ts` prints one JSON
 * line. A token like Keycloak's, verified anew and known from a moment ago, beside the hash that both begin with; in
 * alternating rounds, and the median round counts.
 */
import { createHash } from 'node:crypto';
import { cpus } from 'node:os';
import { generateKeyPair, SignJWT } from 'jose';
import { identifyToken } from '../src/auth/identify-token.ts';

const ROUNDS = 15;
const WARM_UP = 5;
const CALLS = { hash: 20_000, known: 20_000, verified: 500 };
const ISSUER = 'https://idp.example.org/realms/auditbox';

const { publicKey, privateKey } = await generateKeyPair('RS256');
const token = await new SignJWT({
  iss: ISSUER,
  aud: ['auditbox', 'account'],
  sub: crypto.randomUUID(),
  jti: crypto.randomUUID(),
  typ: 'Bearer',
  azp: 'auditbox',
  scope: 'openid profile email system/AuditEvent.c user/AuditEvent.rs',
  realm_access: { roles: Array.from({ length: 20 }, (_, at) => `role-${at}`) },
})
  .setProtectedHeader({ alg: 'RS256', kid: 'k', typ: 'JWT' })
  .setIssuedAt()
  .setExpirationTime('1h')
  .sign(privateKey);

const keys = {
  find: async () => ({ kind: 'found', key: { id: 'k', key: publicKey } }) as const,
  has: () => true,
};
const options = {
  rules: {
    issuer: ISSUER,
    audiences: ['auditbox'],
    algorithms: ['RS256'],
    types: ['jwt'],
    requiredClaims: ['sub'],
    clockToleranceSeconds: 10,
  },
  callers: {
    roles: { claims: ['/realm_access/roles'], scopes: new Map<string, string>() },
    clientClaims: ['azp'],
  },
  clients: [],
  now: Date.now,
};
const known = identifyToken(keys, { ...options, rememberMs: 300_000 });
const verified = identifyToken(keys, { ...options, rememberMs: 0 });
const hash = () => createHash('sha256').update(token).digest('hex');

const kinds = {
  hash: async () => hash(),
  known: async () => await known(token, hash()),
  verified: async () => await verified(token, hash()),
};
const micros: Record<keyof typeof kinds, number[]> = { hash: [], known: [], verified: [] };
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [kind, call] of Object.entries(kinds) as [keyof typeof kinds, () => Promise<unknown>][]) {
    const start = performance.now();
    for (let at = 0; at < CALLS[kind]; at += 1) await call();
    micros[kind].push(((performance.now() - start) * 1000) / CALLS[kind]);
  }
}
const caller = await verified(token, hash());
if ('refused' in caller) throw new Error('the token must be good');

const median = (values: readonly number[]): number => {
  const counted = values.slice(WARM_UP).toSorted((a, b) => a - b);
  return Number((counted[Math.floor(counted.length / 2)] ?? 0).toFixed(1));
};
const figures = { hash: median(micros.hash), known: median(micros.known), verified: median(micros.verified) };
process.stdout.write(
  `${JSON.stringify({
    benchmark: 'identify-token',
    tokenChars: token.length,
    microsPerCall: figures,
    verifiedToKnown: Number((figures.verified / figures.known).toFixed(1)),
    node: process.version,
    cpu: cpus()[0]?.model,
  })}\n`,
);
