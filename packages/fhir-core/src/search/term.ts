/**
 * Terms of bounded length. Lucene refuses terms over 32,766 bytes and a client decides how long a code or a
 * URL is, so a long term becomes its beginning and a digest: still equal exactly when the whole is equal.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** UTF-16 code units that a term keeps as they are; at most three times as many bytes, far below Lucene's 32,766. */
export const TERM_CHARS_MAX = 2048;

/** A term for comparing whole values (codes, systems, references, URIs). */
export function exactTerm(value: string): string {
  if (value.length <= TERM_CHARS_MAX) return value;
  return `${prefixTerm(value)}\u0000${textDigest(value)}`;
}

/** A term for comparing beginnings. Exact as long as what is searched for is no longer than the bound. */
export function prefixTerm(value: string): string {
  return beginning(value, TERM_CHARS_MAX);
}

/** At most `charsMax` UTF-16 code units; never ends within a character: half of a surrogate pair is no UTF-8. */
export function beginning(value: string, charsMax: number): string {
  if (value.length <= charsMax) return value;
  const cut = value.slice(0, charsMax);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** SHA-256 of a text in UTF-8, hexadecimal. */
export function textDigest(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}
