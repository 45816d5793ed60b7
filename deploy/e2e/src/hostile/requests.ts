/** Requests around a token: where it stands, in how many places, and in what dress. */
import { INVALID, LOGIN, MALFORMED, OVERSIZED, type Refusal } from './answers.ts';
import type { World } from './world.ts';

/** What stands in for the `Authorization: Bearer …` of a good request, and what is added to its query. */
type Dress = {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly search?: string;
};

export type RequestRow = readonly [
  name: string,
  dress: (token: string, world: World) => Dress,
  expected: Refusal | 'let in',
];

/** Characters of a header. */
const TOKEN_HEADER_CHARS_MAX = 16 * 1024;

const authorized = (
  name: string,
  value: (token: string, world: World) => string | readonly string[],
  expected: RequestRow[2],
): RequestRow => [name, (token, world) => ({ headers: { authorization: value(token, world) } }), expected];

const elsewhere = (
  name: string,
  headers: (token: string) => Readonly<Record<string, string>>,
): RequestRow => [name, (token) => ({ headers: headers(token) }), LOGIN];

const inUrl = (name: string, search: (token: string) => string, alone: Refusal, beside: RequestRow[2]) =>
  [
    [`${name}, alone`, (token) => ({ search: search(token) }), alone],
    [
      `${name}, beside a header`,
      (token) => ({ search: search(token), headers: { authorization: `Bearer ${token}` } }),
      beside,
    ],
  ] satisfies RequestRow[];

export const REQUESTS: readonly RequestRow[] = [
  ['no token', () => ({}), LOGIN],
  authorized('a token', (token) => `Bearer ${token}`, 'let in'),
  authorized('the scheme in lower case', (token) => `bearer ${token}`, 'let in'),
  authorized('the scheme in upper case', (token) => `BEARER ${token}`, 'let in'),
  authorized('spaces between scheme and token', (token) => `Bearer    ${token}`, 'let in'),
  authorized('white space around it', (token) => `  Bearer ${token} \t `, 'let in'),
  ...[
    'Bearer',
    'Bearer ',
    'Bearer ,',
    'Bearer "',
    'Bearer realm="auditbox"',
    'Bearer \u00fc',
    'Basic c2VrcmV0, Bearer',
  ].map((value) => authorized(JSON.stringify(value), () => value, MALFORMED)),
  authorized('a token of two schemes', (token) => `Bearer Bearer ${token}`, MALFORMED),
  // Another scheme is as good as none (RFC 6750, section 3.1).
  ...[
    'Basic d2FyZC03OnNla3JldA==',
    'Digest username="sekret"',
    'Negotiate YII=',
    'AWS4-HMAC-SHA256 Credential=sekret',
    '',
    ' ',
    '=',
    'null',
    'undefined',
  ].map((value) => authorized(JSON.stringify(value), () => value, LOGIN)),
  authorized('a token without a scheme', (token) => token, LOGIN),
  ...['Basic', 'Token', 'JWT', 'DPoP', 'Bearer:', 'Bearer=', 'XBearer'].map((scheme) =>
    authorized(`a token of ${scheme}`, (token) => `${scheme} ${token}`, LOGIN),
  ),
  authorized('a token that follows at once', (token) => `Bearer${token}`, LOGIN),
  authorized('a token behind a tab', (token) => `Bearer\t${token}`, MALFORMED),
  authorized('a token in quotes', (token) => `Bearer "${token}"`, MALFORMED),
  authorized('a token in angle brackets', (token) => `Bearer <${token}>`, MALFORMED),
  authorized('a space in a token', (token) => `Bearer ${token.replace('.', ' .')}`, MALFORMED),
  authorized('a tab in a token', (token) => `Bearer ${token.replace('.', '\t.')}`, MALFORMED),
  authorized('a comma behind a token', (token) => `Bearer ${token},`, MALFORMED),
  authorized('a parameter behind a token', (token) => `Bearer ${token}; charset=utf-8`, MALFORMED),
  authorized('two tokens', (token) => `Bearer ${token} ${token}`, MALFORMED),
  authorized('two tokens with a comma', (token) => `Bearer ${token},${token}`, MALFORMED),
  authorized('two schemes with a comma', (token) => `Basic c2VrcmV0, Bearer ${token}`, MALFORMED),
  authorized('two headers that are the same', (token) => [`Bearer ${token}`, `Bearer ${token}`], MALFORMED),
  authorized('two headers, a bad and a good one', (token) => ['Bearer sekret', `Bearer ${token}`], MALFORMED),
  authorized('two headers, a good and a bad one', (token) => [`Bearer ${token}`, 'Bearer sekret'], MALFORMED),
  authorized('two headers, Basic and Bearer', (token) => ['Basic c2VrcmV0', `Bearer ${token}`], MALFORMED),
  authorized('two headers, an empty one first', (token) => ['', `Bearer ${token}`], MALFORMED),
  authorized('a percent-encoded token', (token) => `Bearer ${token.replaceAll('.', '%2E')}`, MALFORMED),
  authorized('a token in other case', (token) => `Bearer ${token.toLowerCase()}`, INVALID),
  authorized('the longest token', (_token, world) => `Bearer ${ofLength(world, 0)}`, 'let in'),
  authorized('a longer token', (_token, world) => `Bearer ${ofLength(world, 4)}`, MALFORMED),
  authorized('a far longer token', (_token, world) => `Bearer ${ofLength(world, 100_000)}`, MALFORMED),
  authorized(
    'more headers than are read',
    (_token, world) => `Bearer ${ofLength(world, 130_000)}`,
    OVERSIZED,
  ),
  elsewhere('a token in a cookie', (token) => ({
    cookie: `access_token=${token}; Authorization=Bearer ${token}; token=${token}`,
  })),
  ...[
    'X-Authorization',
    'Proxy-Authorization',
    'X-Forwarded-Authorization',
    'X-Original-Authorization',
    'Authentication',
    'Authorization-Bearer',
  ].map((name) => elsewhere(`a token in ${name}`, (token) => ({ [name]: `Bearer ${token}` }))),
  ...['X-Access-Token', 'X-Auth-Token', 'X-Forwarded-Access-Token', 'Access-Token', 'X-Api-Key', 'DPoP'].map(
    (name) => elsewhere(`a token in ${name}`, (token) => ({ [name]: token })),
  ),
  elsewhere('what a proxy would say of who it is', () => ({
    'x-forwarded-user': 'admin',
    'x-auth-request-user': 'admin',
    'x-remote-user': 'admin',
    'x-ssl-client-verify': 'SUCCESS',
    'x-forwarded-for': '127.0.0.1',
    forwarded: 'for=127.0.0.1;by=127.0.0.1',
  })),
  ...inUrl('a token in the URL', (token) => `&access_token=${token}`, MALFORMED, MALFORMED),
  ...inUrl('a name for a token in the URL', () => '&access_token', MALFORMED, MALFORMED),
  ...inUrl('a percent-encoded name', (token) => `&%61ccess%5ftoken=${token}`, MALFORMED, MALFORMED),
  ...inUrl(
    'a name behind another parameter',
    (token) => `&action=E&access_token=${token}`,
    MALFORMED,
    MALFORMED,
  ),
  ...inUrl('two tokens in the URL', (t) => `&access_token=${t}&access_token=${t}`, MALFORMED, MALFORMED),
  ...inUrl('a name in other case', (token) => `&Access_Token=${token}`, LOGIN, 'let in'),
  ...inUrl('another name', (token) => `&token=${token}&authorization=Bearer+${token}`, LOGIN, 'let in'),
  ...inUrl('a name that is encoded twice', (token) => `&%2561ccess_token=${token}`, LOGIN, 'let in'),
];

/** A good token whose header has as many characters as a header may, and so many more. */
function ofLength(world: World, more: number): string {
  const wanted = TOKEN_HEADER_CHARS_MAX - 'Bearer '.length + more;
  let pad = Math.floor(((wanted - world.token().length) * 3) / 4) - 10;
  for (;;) {
    const token = world.token({ claims: { pad: 'x'.repeat(pad) } });
    const next = world.token({ claims: { pad: 'x'.repeat(pad + 1) } });
    if (next.length > wanted) return token;
    pad += 1;
  }
}
