/**
 * Whether a verified token is an access token. An issuer signs ID tokens, logout tokens and others with the same keys:
 * each would pass as an access token where nobody looks (RFC 8725, section 3.11 and 3.12).
 */
import type { Claims } from './caller-of.ts';

/** What only other kinds of token have: an ID token's hashes (OpenID Connect Core 3.3.2.11), a security event's events. */
const OTHER_KINDS = ['at_hash', 'c_hash', 's_hash', 'events'];

/** `typ` of the header in lower case, without `application/` (RFC 7515, section 4.1.9); `none` where there is none. */
export function tokenType(typ: unknown): string | undefined {
  if (typ === undefined) return 'none';
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : undefined;
}

/** `type`: see `tokenType`. */
export function isAccessToken(claims: Claims, type: string): boolean {
  if (OTHER_KINDS.some((name) => Object.hasOwn(claims, name))) return false;
  // It is bound to a key that its holder would have to prove (RFC 7800, 8705, 9449): a bearer has proven nothing.
  if (Object.hasOwn(claims, 'cnf')) return false;
  const { typ, token_use } = claims;
  // Keycloak says the kind in the claims: Bearer, ID, Refresh, Offline, Logout.
  if (typ !== undefined && (typeof typ !== 'string' || typ.toLowerCase() !== 'bearer')) return false;
  // Cognito does in another.
  if (token_use !== undefined && token_use !== 'access') return false;
  // Of an ID token, unless the issuer says otherwise.
  return !Object.hasOwn(claims, 'nonce') || typ !== undefined || type === 'at+jwt';
}
