/**
 * One search value, by the type of its parameter. A value that its type can't read is a problem in words; the
 * words never repeat the value, which may be patient data.
 */
import { type DateValue, PREFIXES, type Prefix, type ReferenceValue, type TokenValue } from './criteria.ts';
import { splitEscaped, unescaped } from './escaped.ts';
import { type Folded, foldText } from './fold.ts';
import { parseDateTime } from './instant.ts';
import type { ReferenceParameter, StringParameter } from './parameters.ts';
import { foldString } from './project-strings.ts';
import { isLogicalId, parseReferenceUrl } from './reference-url.ts';
import { isUrl } from './url-ancestors.ts';
import { wordsOf } from './words.ts';

/**
 * UTF-16 code units of what is looked for as a beginning, once it is folded: what Elasticsearch prepares for one grows with
 * them. Its own bound, index.max_regex_length, is set to take them behind the name of their field.
 */
export const SEARCH_STRING_CHARS_MAX = 1000;
/** The same of what is looked for within: each character is a word of a phrase, whose cost grows with its length. */
export const SEARCH_CONTAINED_CHARS_MAX = 100;

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

/** `target` is the type of a `:[type]` modifier; where the parameter has but one, it says nothing new. */
export function parseReference(
  text: string,
  { onlyType }: ReferenceParameter,
  target: string | undefined,
): Parsed<ReferenceValue> {
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
  if (target !== undefined && target !== onlyType)
    return { problem: 'with a type as modifier the value is an id' };
  return { value: { match: 'url', url: url.url } };
}

export function parseString(
  text: string,
  parameter: StringParameter,
  match: 'starts' | 'exact' | 'contains',
): Parsed<string> {
  const value = unescaped(text);
  if (match === 'exact') return { value };
  const charsMax = match === 'contains' ? SEARCH_CONTAINED_CHARS_MAX : SEARCH_STRING_CHARS_MAX;
  return folds(value, foldString(parameter, value), charsMax);
}

/** The value of `:text`. */
export function parseText(text: string): Parsed<string> {
  const value = unescaped(text);
  return folds(value, foldText(value), SEARCH_STRING_CHARS_MAX);
}

function folds(value: string, { spaced, solid }: Folded, charsMax: number): Parsed<string> {
  if (solid === '') return { problem: 'a string has something beside punctuation' };
  if (Math.max(spaced.length, solid.length) <= charsMax) return { value };
  return { problem: `this has at most ${charsMax} characters, case and accents aside`, tooLong: true };
}

export function parseUri(text: string, match: 'equal' | 'below' | 'above'): Parsed<string> {
  const value = unescaped(text);
  if (match !== 'equal' && !isUrl(value)) return { problem: `:${match} is of URLs alone` };
  if (match === 'below' && value.length > SEARCH_STRING_CHARS_MAX) {
    return {
      problem: `the beginning of a URL has at most ${SEARCH_STRING_CHARS_MAX} characters`,
      tooLong: true,
    };
  }
  return { value };
}

/** R4 has ids as tokens: `|id` is the id, which has no system. */
export function parseId(text: string): Parsed<string> {
  const parsed = parseToken(text);
  if ('problem' in parsed) return parsed;
  const { value } = parsed;
  if (value.match === 'system' || (value.match === 'token' && value.system !== undefined)) {
    return { problem: 'an id has no system' };
  }
  return { value: value.code };
}

export function parseWords(text: string): Parsed<string> {
  const value = unescaped(text);
  return wordsOf(value).length === 0 ? { problem: 'there is no word to look for' } : { value };
}

function isPrefix(text: string): text is Prefix {
  return (PREFIXES as readonly string[]).includes(text);
}
