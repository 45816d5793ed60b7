/**
 * One search value, by the type of its parameter. A value that its type can't read is a problem in words; the
 * words never repeat the value, which may be patient data.
 */
import { type DateValue, PREFIXES, type Prefix, type ReferenceValue, type TokenValue } from './criteria.ts';
import { splitEscaped, unescaped } from './escaped.ts';
import { type MicrosRange, parseDateTime } from './instant.ts';
import type { ReferenceParameter } from './parameters.ts';
import { parseReferenceUrl } from './reference-url.ts';

/** What can't be a logical id alone. */
const NO_ID = /[/?#]|^urn:/i;

export type Parsed<Value> =
  | { readonly value: Value }
  | { readonly problem: string; readonly tooLong?: boolean };

export function parseToken(text: string): Parsed<TokenValue> {
  const parts = splitEscaped(text, '|').map(unescaped);
  const [first = '', code] = parts;
  if (parts.length > 2) return { problem: 'a token is code, system|code, |code or system|' };
  if (code === undefined) return { value: { match: 'code', code: first } };
  if (code === '') {
    if (first === '') return { problem: 'a token has a system, a code or both' };
    return { value: { match: 'system', system: first } };
  }
  return { value: { match: 'token', ...(first !== '' && { system: first }), code } };
}

/** `now` (milliseconds since 1970) is what `ap` measures its tenth of the distance from (R4 search.html#prefix). */
export function parseDate(text: string, now: number): Parsed<DateValue> {
  const prefixed = /^([a-z]{2})(?=\d)(.*)$/s.exec(text);
  const prefix = prefixed?.[1] ?? 'eq';
  if (!isPrefix(prefix)) return { problem: `a prefix is one of ${PREFIXES.join(', ')}` };
  // A plus sign that was not percent-encoded arrives as a space; before a zone it can mean nothing else.
  const range = parseDateTime((prefixed?.[2] ?? text).replace(/ (?=\d\d:\d\d$)/, '+'));
  if (range === undefined) {
    return { problem: 'a date is YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss[.sss]] with Z or +hh:mm' };
  }
  return { value: { prefix, range: prefix === 'ap' ? approximately(range, now) : range } };
}

/** `type` is that of a `:Type` modifier. */
export function parseReference(
  text: string,
  parameter: ReferenceParameter,
  type: string | undefined,
): Parsed<ReferenceValue> {
  const url = parseReferenceUrl(unescaped(text));
  if (url.kind === 'contained')
    return { problem: 'a reference to a contained resource names nothing outside its event' };
  if (url.kind === 'resource') {
    if (type !== undefined && type !== url.type)
      return { problem: 'the modifier names another type than the value' };
    const { kind: _kind, ...target } = url;
    return { value: { match: 'resource', ...target } };
  }
  if (url.url === '') return { problem: 'a reference is not empty' };
  if (!NO_ID.test(url.url)) {
    const only = type ?? parameter.onlyType;
    const id = unescaped(text).trim();
    return { value: { match: 'id', id, url: url.url, ...(only !== undefined && { type: only }) } };
  }
  if (type !== undefined) return { problem: 'with a type as modifier the value is an id' };
  return { value: { match: 'url', url: url.url } };
}

function isPrefix(text: string): text is Prefix {
  return (PREFIXES as readonly string[]).includes(text);
}

function approximately(range: MicrosRange, now: number): MicrosRange {
  const nowMicros = BigInt(Math.floor(now)) * 1000n;
  const gap = nowMicros > range.to ? nowMicros - range.to : range.from - nowMicros;
  const margin = gap > 0n ? gap / 10n : 0n;
  return { from: range.from - margin, to: range.to + margin };
}
