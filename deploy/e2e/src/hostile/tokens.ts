/** Tokens that are to be refused, each changed in one thing from a good one, and the like of them that are to be taken. */
import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';
import { part, type SigningKey, signed, signedWithSecret } from '../signing-key.ts';
import type { World } from './world.ts';

export type TokenRow = readonly [name: string, token: (world: World) => string];

type Change = NonNullable<Parameters<World['token']>[0]>;

const changed = (name: string, change: (world: World) => Change): TokenRow => [
  name,
  (world) => world.token(change(world)),
];
const withHeader = (name: string, header: object): TokenRow => changed(name, () => ({ header }));
const withClaims = (name: string, claims: object): TokenRow => changed(name, () => ({ claims }));
/** Signed by a key of the JWKS, and named after it. */
const signedBy = (name: string, keyOf: (keys: World['keys']) => SigningKey, header: object = {}): TokenRow =>
  changed(name, ({ keys }) => {
    const key = keyOf(keys);
    return { key, header: { kid: key.kid, alg: key.alg, ...header } };
  });
/** With another text in the place of the claims. */
const withPayload = (name: string, payload: (claims: object) => string): TokenRow => [
  name,
  (world) => {
    const { header, claims, key } = world.good();
    return signed(header, payload(claims), key);
  },
];
const unsigned = (name: string, alg: string, signature = ''): TokenRow => [
  name,
  (world) => {
    const { header, claims } = world.good();
    return `${part({ ...header, alg })}.${part(claims)}.${signature}`;
  },
];
const underSecret = (
  name: string,
  secret: (world: World) => string | Buffer,
  header: object = {},
): TokenRow => [
  name,
  (world) => {
    const parts = world.good();
    return signedWithSecret({ ...parts.header, alg: 'HS256', ...header }, parts.claims, secret(world));
  },
];
/** A good token, taken apart and put together anew. */
const mended = (name: string, mend: (parts: readonly string[]) => readonly string[]): TokenRow => [
  name,
  (world) => mend(world.token().split('.')).join('.'),
];

const pem = ({ jwk }: SigningKey) => createPublicKey({ key: jwk, format: 'jwk' });

const SIGNATURES: readonly TokenRow[] = [
  unsigned('without a signature, alg none', 'none'),
  unsigned('without a signature, alg None', 'None'),
  unsigned('without a signature, alg nOnE', 'nOnE'),
  unsigned('without a signature, alg empty', ''),
  unsigned('alg none with some signature', 'none', 'c2lnbmF0dXJl'),
  mended('with an empty signature', ([header = '', claims = '']) => [header, claims, '']),
  mended('with the signature cut off', ([header = '', claims = '']) => [header, claims]),
  mended('with half a signature', ([header = '', claims = '', sig = '']) => [
    header,
    claims,
    sig.slice(0, 100),
  ]),
  mended('with a fourth part', (parts) => [...parts, 'AAAA']),
  mended('with claims of another token', ([header = '', , sig = '']) => [header, part({ sub: 'x' }), sig]),
  mended('with a header that is not the signed one', ([, claims = '', sig = '']) => [
    part({ alg: 'RS256', kid: 'rsa', typ: 'at+jwt' }),
    claims,
    sig,
  ]),
  mended('of dots alone', () => ['', '', '']),
  mended('that is no token at all', () => ['sekret']),
  underSecret('HS256 with the public key as PEM', ({ keys }) =>
    pem(keys.rsa).export({ format: 'pem', type: 'spki' }),
  ),
  underSecret('HS256 with the public key as PKCS #1', ({ keys }) =>
    pem(keys.rsa).export({ format: 'pem', type: 'pkcs1' }),
  ),
  underSecret('HS256 with the public key as DER', ({ keys }) =>
    pem(keys.rsa).export({ format: 'der', type: 'spki' }),
  ),
  underSecret('HS256 with the modulus as text', ({ keys }) => String(keys.rsa.jwk.n)),
  underSecret('HS256 with the modulus', ({ keys }) => Buffer.from(String(keys.rsa.jwk.n), 'base64url')),
  underSecret('HS256 with the JWK', ({ keys }) => JSON.stringify(keys.rsa.jwk)),
  underSecret('HS256 with an empty secret', () => ''),
  underSecret("HS256 with the secret in the issuer's JWKS", ({ secret }) => secret, { kid: 'symmetric' }),
  underSecret('RS256 that is HS256', ({ keys }) => JSON.stringify(keys.rsa.jwk), { alg: 'RS256' }),
];

const ALGORITHMS: readonly TokenRow[] = [
  ...['rs256', 'RS1', 'ES256K', 'RSA-OAEP', 'RS256 ', 'sekret', '__proto__', 'constructor'].map((alg) =>
    withHeader(`alg ${alg}`, { alg }),
  ),
  ...[undefined, null, 256, ['RS256'], {}].map((alg) =>
    withHeader(`alg ${JSON.stringify(alg) ?? 'missing'}`, { alg }),
  ),
  signedBy('ES256 under the name of an RSA key', ({ ec }) => ec, { kid: 'rsa' }),
  signedBy('EdDSA under the name of an RSA key', ({ ed }) => ed, { kid: 'rsa' }),
  signedBy('RS256 under the name of an EC key', ({ rsa }) => rsa, { kid: 'ec' }),
  signedBy('ES384 by a key of P-256', ({ ec }) => ec, { alg: 'ES384' }),
  signedBy('PS256 by a key for RS256 alone', ({ rsaForRs256 }) => ({ ...rsaForRs256, alg: 'PS256' })),
  signedBy('RS256 that is PS256', ({ rsa }) => ({ ...rsa, alg: 'PS256' }), { alg: 'RS256' }),
];

const KEYS: readonly TokenRow[] = [
  ...[
    'unknown',
    'RSA',
    'rsa ',
    '',
    '*',
    '__proto__',
    '../../../../dev/null',
    "rsa' OR '1'='1",
    'rsa\u0000',
    'k'.repeat(8000),
  ].map((kid) => withHeader(`kid ${JSON.stringify(kid.slice(0, 30))}`, { kid })),
  ...[undefined, null, 7, true, ['rsa'], { kid: 'rsa' }].map((kid) =>
    withHeader(`kid ${JSON.stringify(kid) ?? 'missing'}`, { kid }),
  ),
  signedBy('by a key of another issuer under the name of ours', ({ foreign }) => foreign),
  signedBy('by an RSA key of 1024 bits', ({ weak }) => weak),
  signedBy('by a key that is for encryption', ({ forEncryption }) => forEncryption),
  signedBy('by a key that is not to verify with', ({ notToVerify }) => notToVerify),
  signedBy('by a key whose private part is in the JWKS', ({ withPrivatePart }) => withPrivatePart),
  signedBy('by one of two keys of one name', ({ twice }) => twice),
  signedBy('by the other of two keys of one name', ({ twin }) => twin),
  ...(['rsa', 'elsewhere', undefined] as const).flatMap((kid) => {
    const own = (name: string, header: (world: World) => object): TokenRow =>
      changed(`${name}, kid ${kid ?? 'missing'}`, (world) => ({
        key: world.keys.foreign,
        header: { kid, ...header(world) },
      }));
    return [
      own('with its own key as jwk', ({ keys }) => ({ jwk: keys.foreign.jwk })),
      own('with its own key at jku', ({ rogue }) => ({ jku: rogue.keysUrl })),
      own('with its own key at x5u', ({ rogue }) => ({ x5u: `${rogue.url}/certificate` })),
      own('with its own key as x5c', ({ keys }) => ({
        x5c: [pem(keys.foreign).export({ format: 'der', type: 'spki' }).toString('base64')],
      })),
    ];
  }),
];

const HEADERS: readonly TokenRow[] = [
  withHeader('crit of what nobody knows', { crit: ['sekret'], sekret: true }),
  withHeader('crit of what is not there', { crit: ['exp'] }),
  withHeader('crit that is empty', { crit: [] }),
  withHeader('crit that is no list', { crit: 'b64', b64: true }),
  withHeader('b64 false', { crit: ['b64'], b64: false }),
  ...['JWE', 'logout+jwt', 'secevent+jwt', 'dpop+jwt', 'application/logout+jwt', 'jwt ', '', 'none'].map(
    (typ) => withHeader(`typ ${JSON.stringify(typ)}`, { typ }),
  ),
  ...[undefined, null, 1, ['JWT']].map((typ) =>
    withHeader(`typ ${JSON.stringify(typ) ?? 'missing'}`, { typ }),
  ),
  ...['', '[]', 'null', '"RS256"', '{', '{"alg":"RS256"'].map(
    (header): TokenRow => [
      `header ${JSON.stringify(header)}`,
      (world) => signed(header, world.good().claims, world.keys.rsa),
    ],
  ),
  [
    'with a nested token as its claims',
    (world) => signed({ ...world.good().header, cty: 'JWT' }, world.token(), world.keys.rsa),
  ],
  ['JWE of five parts', (world) => encrypted(world.token(), world.keys.forEncryption)],
  [
    'of the JSON serialization',
    (world) => {
      const [header, payload, signature] = world.token().split('.');
      return part({ protected: header, payload, signature });
    },
  ],
];

const CLAIMS: readonly TokenRow[] = [
  ...['', 'https://idp.example.org', 'sekret', null, 7, {}].map((iss) =>
    withClaims(`iss ${JSON.stringify(iss)}`, { iss }),
  ),
  withClaims('iss missing', { iss: undefined }),
  changed('iss of another issuer', ({ rogue }) => ({ claims: { iss: rogue.url } })),
  changed('iss with a slash more', ({ issuer }) => ({ claims: { iss: `${issuer.url}/` } })),
  changed('iss in other case', ({ issuer }) => ({ claims: { iss: issuer.url.toUpperCase() } })),
  changed('iss with more behind it', ({ issuer }) => ({ claims: { iss: `${issuer.url}.example.org` } })),
  changed('iss as a list', ({ issuer }) => ({ claims: { iss: [issuer.url] } })),
  ...[
    'account',
    'auditbo',
    'auditbox2',
    'auditbox other',
    'Auditbox',
    ' auditbox',
    '',
    'off',
    null,
    7,
    [],
    ['account', 'auditbox2'],
    [['auditbox']],
    { auditbox: true },
    { 0: 'auditbox', length: 1 },
  ].map((aud) => withClaims(`aud ${JSON.stringify(aud)}`, { aud })),
  withClaims('aud missing', { aud: undefined }),
  withClaims('exp missing', { exp: undefined }),
  ...['2999-01-01', '9999999999', null, [9_999_999_999], true].map((exp) =>
    withClaims(`exp ${JSON.stringify(exp)}`, { exp }),
  ),
  changed('nbf in a minute', ({ nowSeconds }) => ({ claims: { nbf: nowSeconds() + 60 } })),
  withClaims('nbf as text', { nbf: '0' }),
  withClaims('iat missing', { iat: undefined }),
  withClaims('iat as text', { iat: '0' }),
  withClaims('sub missing', { sub: undefined }),
  ...['not json', '', '[]', 'null', '"text"', '7', '{"a":'].map((payload) =>
    withPayload(`claims ${JSON.stringify(payload)}`, () => payload),
  ),
  withPayload('claims as a list of themselves', (claims) => JSON.stringify([claims])),
  withPayload('claims with aud twice, the last of them wrong', (claims) =>
    JSON.stringify(claims).replace(/\}$/, ',"aud":"account"}'),
  ),
  ...['client|other', 'line\nbreak', 'ü', 'c'.repeat(201), '', 7, ['ward-7'], { id: 'ward-7' }].map((azp) =>
    withClaims(`client ${JSON.stringify(azp).slice(0, 30)}`, { azp }),
  ),
  withClaims('client missing', { azp: undefined }),
  withClaims('client that is null', { azp: null }),
];

/** What an issuer signs with the same keys, for other purposes. */
const KINDS: readonly TokenRow[] = [
  withClaims('ID token by its at_hash', { at_hash: 'x' }),
  withClaims('ID token by its c_hash', { c_hash: 'x' }),
  withClaims('ID token by its s_hash', { s_hash: 'x' }),
  withClaims('ID token by its nonce', { nonce: 'x' }),
  withClaims('ID token of Cognito', { token_use: 'id' }),
  ...['ID', 'Refresh', 'Offline', 'Logout', 'Bearer ', '', null, 1, ['Bearer']].map((typ) =>
    withClaims(`token of Keycloak of typ ${JSON.stringify(typ)}`, { typ }),
  ),
  withClaims('logout token by its events', {
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  }),
  withClaims('token bound to a key by DPoP', { cnf: { jkt: 'x' } }),
  withClaims('token bound to a certificate', { cnf: { 'x5t#S256': 'x' } }),
];

export const INVALID_TOKENS: readonly TokenRow[] = [
  ...SIGNATURES,
  ...ALGORITHMS,
  ...KEYS,
  ...HEADERS,
  ...CLAIMS,
  ...KINDS,
];

/** Beyond the tolerance of ten seconds, by more than a test may take. */
export const EXPIRED_TOKENS: readonly TokenRow[] = [
  changed('over a minute ago', ({ nowSeconds }) => ({ claims: { exp: nowSeconds() - 60 } })),
  changed('over, by a fraction', ({ nowSeconds }) => ({ claims: { exp: nowSeconds() - 60.5 } })),
  withClaims('over since 1970', { exp: 0 }),
  withClaims('over since before 1970', { exp: -1 }),
  withClaims('over for ever', { exp: -1e300 }),
];

/** So that no row above is refused for another reason than its own. */
export const ACCEPTED_TOKENS: readonly TokenRow[] = [
  changed('a good one', () => ({})),
  signedBy('PS256', ({ rsa }) => ({ ...rsa, alg: 'PS256' })),
  signedBy('RS256 by a key for it alone', ({ rsaForRs256 }) => rsaForRs256),
  signedBy('ES256', ({ ec }) => ec),
  signedBy('EdDSA', ({ ed }) => ed),
  signedBy('Ed25519, its new name', ({ ed }) => ed, { alg: 'Ed25519' }),
  ...['jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'application/JWT'].map((typ) =>
    withHeader(`typ ${typ}`, { typ }),
  ),
  withHeader('with headers that say nothing', { cty: 'x', jku: 'https://x.example', x5t: 'x' }),
  withHeader('crit of b64, which is as always', { crit: ['b64'], b64: true }),
  withClaims('aud as a list of one', { aud: ['auditbox'] }),
  withClaims('aud among others', { aud: ['account', 'auditbox', 7] }),
  changed('over for five seconds', ({ nowSeconds }) => ({ claims: { exp: nowSeconds() - 5 } })),
  changed('over in a fraction of a second', ({ nowSeconds }) => ({ claims: { exp: nowSeconds() + 0.5 } })),
  withClaims('good for ever', { exp: 1e300 }),
  changed('good in five seconds', ({ nowSeconds }) => ({ claims: { nbf: nowSeconds() + 5 } })),
  changed('good for an hour', ({ nowSeconds }) => ({ claims: { nbf: nowSeconds() - 3600, iat: 1 } })),
  withClaims('of Keycloak', { typ: 'Bearer', acr: '1', allowed_origins: ['*'] }),
  withClaims('of Cognito', { token_use: 'access' }),
  withClaims('of Keycloak with a nonce', { typ: 'Bearer', nonce: 'x' }),
  changed('of RFC 9068 with a nonce', () => ({ header: { typ: 'at+jwt' }, claims: { nonce: 'x' } })),
  ...['client_id', 'cid', 'appid'].map((name) =>
    withClaims(`client by ${name}`, { azp: undefined, [name]: 'ward-7' }),
  ),
  withClaims('client of 200 characters', { azp: 'c'.repeat(200) }),
  withPayload('aud twice, the last of them right', (claims) =>
    JSON.stringify(claims).replace(/^\{/, '{"aud":"account",'),
  ),
  withClaims('with names of what every object has', JSON.parse('{"__proto__":{"x":1},"constructor":"x"}')),
];

/** RFC 7516: a key for each message, encrypted for the key of the other side. */
function encrypted(text: string, { jwk }: SigningKey): string {
  const header = part({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT', kid: jwk.kid });
  const [key, iv] = [randomBytes(32), randomBytes(12)];
  const wrapped = publicEncrypt(
    {
      key: createPublicKey({ key: jwk, format: 'jwk' }),
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256',
    },
    key,
  );
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(header));
  const content = Buffer.concat([cipher.update(text), cipher.final()]);
  return [
    header,
    ...[wrapped, iv, content, cipher.getAuthTag()].map((bytes) => bytes.toString('base64url')),
  ].join('.');
}
