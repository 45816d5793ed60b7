/**
 * One search value, by the type of its parameter. A value that its type can't read is a problem in words; the
 * words never repeat the value, which may be patient data.
 */
import { type DateValue, PREFIXES, type Prefix, type ReferenceValue, type TokenValue } from './criteria.ts';
import { splitEscaped, unescaped } from './escaped.ts';
import { foldText } from './fold.ts';
import { parseDateTime } from './instant.ts';
import type { StringParameter } from './parameters.ts';
import { foldString } from './project.ts';
import { isLogicalId, parseReferenceUrl } from './reference-url.ts';
import { wordsOf } from './words.ts';

/**
 * UTF-16 code units of what is looked for as a beginning or within, once it is folded: Elasticsearch refuses a
 * longer prefix query (index.max_regex_length, which bounds prefixes too).
 */
export const SEARCH_STRING_CHARS_MAX = 1000;

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

export function parseDate(text: string): Parsed<DateValue> {
  const prefixed = /^([a-z]{2})(?=\d)(.*)$/s.exec(text);
  const prefix = prefixed?.[1] ?? 'eq';
  if (!isPrefix(prefix)) return { problem: `a prefix is one of ${PREFIXES.join(', ')}` };
  // A plus sign that was not percent-encoded arrives as a space; before a zone it can mean nothing else.
  const date = (prefixed?.[2] ?? text).replace(/ (?=\d\d:\d\d$)/, '+');
  const range = parseDateTime(date);
  if (range === undefined) {
    return { problem: 'a date is YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss[.sss]] with Z or +hh:mm' };
  }
  return { value: { prefix, date, range } };
}

/** `target` is the type of a `:[type]` modifier. */
export function parseReference(text: string, target: string | undefined): Parsed<ReferenceValue> {
  const url = parseReferenceUrl(unescaped(text));
  if (url.kind === 'contained')
    return { problem: 'a reference to a contained resource names nothing outside its event' };
  if (url.kind === 'resource') {
    if (target !== undefined && target !== url.type)
      return { problem: 'the modifier names another type than the value' };
    const { kind: _kind, ...resource } = url;
    return { value: { match: 'resource', ...resource } };
  }
  if (url.url === '') return { problem: 'a reference is not empty' };
  if (isLogicalId(url.url)) return { value: { match: 'id', id: url.url } };
  if (target !== undefined) return { problem: 'with a type as modifier the value is an id' };
  return { value: { match: 'url', url: url.url } };
}

export function parseString(
  text: string,
  parameter: StringParameter,
  match: 'starts' | 'exact' | 'contains',
): Parsed<string> {
  const value = unescaped(text);
  return match === 'exact' ? { value } : folds(value, foldString(parameter, value));
}

/** The value of `:text`. */
export function parseText(text: string): Parsed<string> {
  const value = unescaped(text);
  return folds(value, foldText(value));
}

function folds(value: string, folded: string): Parsed<string> {
  if (folded === '') return { problem: 'a string has at least one letter or digit' };
  if (folded.length <= SEARCH_STRING_CHARS_MAX) return { value };
  return {
    problem: `a string has at most ${SEARCH_STRING_CHARS_MAX} characters, case and accents aside`,
    tooLong: true,
  };
}

/** `:above` and `:below` are of URLs (R4 search.html#uri): URNs have no hierarchy. */
export function parseUri(text: string, match: 'equal' | 'below' | 'above'): Parsed<string> {
  const value = unescaped(text);
  if (match !== 'equal' && /^urn:/i.test(value)) return { problem: `:${match} is of URLs, a URN has none` };
  if (match === 'below' && value.length > SEARCH_STRING_CHARS_MAX) {
    return {
      problem: `the beginning of a URL has at most ${SEARCH_STRING_CHARS_MAX} characters`,
      tooLong: true,
    };
  }
  return { value };
}

export function parseId(text: string): Parsed<string> {
  return { value: unescaped(text) };
}

export function parseWords(text: string): Parsed<string> {
  const value = unescaped(text);
  return wordsOf(value).length === 0 ? { problem: 'there is no word to look for' } : { value };
}

function isPrefix(text: string): text is Prefix {
  return (PREFIXES as readonly string[]).includes(text);
}
