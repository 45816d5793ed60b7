/**
 * R4's parameters that say which part of what was found, and in which order: `_count`, `_offset`, `_sort`, `_total`
 * (search.html#count, #sort, #total), and our own `_cursor`, which only links have. A value that can't be read is
 * refused.
 */
import { type Issue, issue } from '../outcome/operation-outcome.ts';
import type { Search, SortKey } from './criteria.ts';
import { sortField } from './document.ts';
import { SEARCH_PARAMETER_CODES, searchParameter, searchParameterCode } from './parameters.ts';

/** Entries a page where the client does not say. */
export const COUNT_DEFAULT = 100;
/** Entries a page at most; a larger `_count` gets this many, as R4 allows (search.html#count). */
export const COUNT_MAX = 1000;
/** `_offset` and `_count` together: how deep Elasticsearch pages by position (index.max_result_window). */
export const RESULT_WINDOW_MAX = 10_000;
/** Keys to sort by, one after the other. */
export const SORT_KEYS_MAX = 8;
/** UTF-16 code units of a cursor: more than a link has room for. */
const CURSOR_CHARS_MAX = 65_536;

const NAMES: readonly string[] = ['_count', '_offset', '_sort', '_total', '_cursor'];
const TOTALS = ['none', 'estimate', 'accurate'] as const;

/** How Aidbox's users name the time at which an event was stored. */
const SORT_ALIASES: Readonly<Record<string, string>> = { createdAt: '_lastUpdated' };

export type PageParameters = Pick<Search, 'count' | 'offset' | 'cursor' | 'sort' | 'total'>;

export function isPageParameter(name: string): boolean {
  return NAMES.includes(name);
}

/** Parses those of the decoded `parameters` that say the page, or says all that is wrong with them. */
export function parsePageParameters(
  parameters: Iterable<readonly [string, string]>,
): PageParameters | { readonly issues: readonly Issue[] } {
  const given = new Map<string, string>();
  const issues: Issue[] = [];
  const refuse = (diagnostics: string, code: Issue['code'] = 'value') =>
    void issues.push(issue({ severity: 'error', code, diagnostics }));

  for (const [name, value] of parameters) {
    if (!isPageParameter(name) || value === '') continue;
    if (given.has(name)) refuse(`${name} is given more than once.`);
    given.set(name, value);
  }
  const whole = (name: string): number | undefined => {
    const text = given.get(name);
    if (text !== undefined && !/^\d+$/.test(text)) refuse(`${name} is a whole number.`);
    return text === undefined ? undefined : Number(text);
  };
  const count = Math.min(whole('_count') ?? COUNT_DEFAULT, COUNT_MAX);
  const offset = whole('_offset') ?? 0;
  if (offset + count > RESULT_WINDOW_MAX) {
    const advice = 'The next links of a search have no such limit.';
    refuse(`_offset and _count reach at most ${RESULT_WINDOW_MAX} together. ${advice}`, 'too-costly');
  }
  const total = TOTALS.find((known) => known === given.get('_total'));
  if (given.has('_total') && total === undefined) refuse(`_total is one of ${TOTALS.join(', ')}.`);
  const cursor = given.get('_cursor');
  if (cursor !== undefined && given.has('_offset')) refuse('_cursor and _offset exclude each other.');
  if (cursor !== undefined && cursor.length > CURSOR_CHARS_MAX) refuse('_cursor is none of this server.');
  const sort = parseSort(given.get('_sort'), refuse);
  return issues.length > 0
    ? { issues }
    : { count, offset, sort, total, ...(cursor !== undefined && { cursor }) };
}

function parseSort(text: string | undefined, refuse: (diagnostics: string) => void): SortKey[] {
  const names = (text ?? '').split(',').filter((name) => name !== '');
  if (names.length > SORT_KEYS_MAX) {
    refuse(`_sort has at most ${SORT_KEYS_MAX} keys.`);
    return [];
  }
  const keys: SortKey[] = [];
  for (const signed of names) {
    const descending = signed.startsWith('-');
    const name = descending ? signed.slice(1) : signed;
    const code = searchParameterCode(SORT_ALIASES[name] ?? name);
    if (code === undefined || sortField(searchParameter(code)) === undefined) {
      refuse(`_sort is by ${SORT_CODES.join(', ')}.`);
    } else keys.push({ code, descending });
  }
  return keys;
}

const SORT_CODES = SEARCH_PARAMETER_CODES.filter((code) => sortField(searchParameter(code)) !== undefined);
