/**
 * What a request brings to be known by: one bearer token in its `Authorization` (RFC 6750, section 2.1), or nothing.
 * Tokens in a URL end in logs and histories (section 2.3): they are refused, not read.
 */

/**
 * Characters of a token. Keycloak's have some 1,500 and a few thousand with many roles; every request is hashed and, at
 * first, parsed by it.
 */
export const TOKEN_CHARS_MAX = 16 * 1024;

/** The scheme in any case, one space or more, b64token (RFC 6750, section 2.1). */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/** Also beside another scheme. */
const NAMES_BEARER = /(?:^|[,\s])bearer(?:[\s,]|$)/i;

export type Credentials =
  | { readonly kind: 'none' }
  /** As good as none (RFC 6750, section 3.1). */
  | { readonly kind: 'other-scheme' }
  | { readonly kind: 'token'; readonly token: string }
  /** More than one way, more than one header, or no token behind the scheme. */
  | { readonly kind: 'malformed' };

/** Two `Authorization` headers are one here, joined by a comma, which no token has. */
export function credentialsOf({ headers, url }: Pick<Request, 'headers' | 'url'>): Credentials {
  if (hasAccessToken(url)) return { kind: 'malformed' };
  const header = headers.get('authorization');
  if (header === null) return { kind: 'none' };
  if (header.length > TOKEN_CHARS_MAX) return { kind: 'malformed' };
  const token = BEARER.exec(header.trim())?.[1];
  if (token !== undefined) return { kind: 'token', token };
  return NAMES_BEARER.test(header) ? { kind: 'malformed' } : { kind: 'other-scheme' };
}

/** By its name alone: its value is not looked at. */
function hasAccessToken(url: string): boolean {
  return url.includes('?') && new URL(url).searchParams.has('access_token');
}
