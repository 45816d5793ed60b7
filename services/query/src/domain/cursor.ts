/**
 * Cursors: where a search goes on. A cursor holds the sort values of an event at the edge of a page, and what was so
 * at the first page: the total, the moment, and the horizon behind which newer events stay. Nothing is kept by the
 * server, so a cursor has no end of life; a check binds it to its search, so that one of another search, or a damaged
 * one, is refused instead of answered wrongly. It is no secret and grants nothing: whoever makes one up can only ask
 * for another part of what the search finds.
 */
import { textDigest } from '@auditbox/fhir-core';

/** Of an event: what it is sorted by, in the order of the keys. A date is a long, as text where it is no safe integer. */
export type SortValues = readonly (string | number | null)[];

export type Page = {
  /** Milliseconds since 1970 of the first page, from which `ap` measures. */
  readonly moment: number;
  /** As the first page said it; undefined where it is not known. */
  readonly total?: number | undefined;
} & (
  | { readonly from: 'offset'; readonly offset: number }
  /**
   * The events after, or before, the one with these values. Those whose `meta.lastUpdated` is beyond the horizon
   * (microseconds since 1970) arrived after all that the first page could see, and are none of its search.
   */
  | { readonly from: 'after' | 'before'; readonly values: SortValues; readonly horizon: number }
);

export type CursorPage = Exclude<Page, { from: 'offset' }>;

/** Raised when what a cursor holds changes: those of before are refused then. */
const VERSION = 1;
/** Hexadecimal digits of the check: a damaged cursor passes once in 2^96. */
const CHECK_CHARS = 24;

const LONG = /^-?\d{1,19}$/;

/** `search` is the search as text, see `searchKey`. Base64url of JSON that begins with the check. */
export function encodeCursor({ from, moment, horizon, total, values }: CursorPage, search: string): string {
  const content = [VERSION, from === 'after', moment, horizon, total ?? null, ...values];
  return Buffer.from(JSON.stringify([checkOf(content, search), ...content])).toString('base64url');
}

/** `kinds` of the sort values, in their order. Undefined where it is no cursor of this search. */
export function decodeCursor(
  cursor: string,
  search: string,
  kinds: readonly ('long' | 'term')[],
): CursorPage | undefined {
  const [check, ...content] = decoded(cursor);
  if (check !== checkOf(content, search)) return undefined;
  const [version, after, moment, horizon, total, ...values] = content;
  if (version !== VERSION || typeof after !== 'boolean') return undefined;
  if (
    !isCount(moment) ||
    !isCount(horizon) ||
    !(total === null || isCount(total)) ||
    values.length !== kinds.length
  )
    return undefined;
  if (!values.every((value, at) => (kinds[at] === 'long' ? isLong(value) : isTerm(value)))) return undefined;
  return {
    from: after ? 'after' : 'before',
    moment,
    horizon,
    ...(total !== null && { total }),
    values: values as (string | number | null)[],
  };
}

function checkOf(content: readonly unknown[], search: string): string {
  return textDigest(JSON.stringify([search, content])).slice(0, CHECK_CHARS);
}

/** What is no base64url of a JSON array is empty. */
function decoded(cursor: string): readonly unknown[] {
  const bytes = Buffer.from(cursor, 'base64url');
  // Only what was given out: base64 has more than one spelling.
  if (bytes.toString('base64url') !== cursor) return [];
  try {
    const parts: unknown = JSON.parse(bytes.toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isLong(value: unknown): boolean {
  return Number.isSafeInteger(value) || (typeof value === 'string' && LONG.test(value));
}

function isTerm(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
