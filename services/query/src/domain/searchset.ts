/**
 * A search's answer as a Bundle. It is built of texts around the stored events, not parsed and written again: what
 * comes back is what was sent, to the letter.
 */
import {
  formatPresentation,
  formatSearch,
  issue,
  operationOutcome,
  prettyText,
  type Search,
  subsetText,
} from '@auditbox/fhir-core';
import { encodeCursor, type Page } from './cursor.ts';
import { type Found, PAGE_TOO_LARGE } from './found.ts';
import type { ReaderSearch } from './restriction.ts';

export type Searchset = { readonly search: ReaderSearch; readonly page: Page; readonly found: Found };

/** The Bundle, as the search asks for it to be written; too large where laying it out makes it so. */
export function searchsetBytes(set: Searchset, baseUrl: string): Buffer<ArrayBuffer> | typeof PAGE_TOO_LARGE {
  const texts = bundleTexts(set, baseUrl);
  // Each by itself: as one text they would all take two bytes a character where one of them does.
  if (!set.search.presentation.pretty) return Buffer.concat(texts.map((text) => Buffer.from(text)));
  const pretty = prettyText(texts.join(''));
  return pretty === undefined ? PAGE_TOO_LARGE : Buffer.from(pretty);
}

/**
 * The search as text, to which its cursors are bound; in which order its parameters stand makes no difference. What the
 * reader may see is part of it: a cursor holds a total, which is not to be told to one who may see something else.
 */
export function searchKey({ compartment, criteria, sort, restriction }: ReaderSearch): string {
  const [asked, within] = [criteria, restriction].map((all) =>
    formatSearch({ criteria: all, sort: [] })
      .map((parameter) => JSON.stringify(parameter))
      .toSorted(),
  );
  return JSON.stringify([compartment?.type, compartment?.id, asked, sort, within]);
}

/** Without events the total is all there is to say. */
export function wantsTotal({ total, count }: Pick<Search, 'total' | 'count'>): boolean {
  return total !== 'none' || count === 0;
}

/** What the Bundle is written of, in its order. */
function bundleTexts(set: Searchset, baseUrl: string): string[] {
  const { search, found } = set;
  const { subset } = search.presentation;
  const head = JSON.stringify({
    resourceType: 'Bundle',
    type: 'searchset',
    ...(found.total !== undefined && wantsTotal(search) && { total: found.total }),
    link: pageLinks(set, baseUrl),
  });
  const entries = found.events.map(({ id, text }) => [
    `{"fullUrl":${JSON.stringify(`${baseUrl}/AuditEvent/${id}`)},"resource":`,
    subset === undefined ? text : subsetText(text, subset),
    ',"search":{"mode":"match"}}',
  ]);
  if (search.ignored.length > 0) entries.push([ignoredEntry(search.ignored)]);
  // R4 JSON has no empty arrays: without entries there is no `entry`.
  if (entries.length === 0) return [head];
  const listed = entries.flatMap((entry, i) => (i === 0 ? entry : [',', ...entry]));
  return [`${head.slice(0, -1)},"entry":[`, ...listed, ']}'];
}

const WHY = {
  unknown: 'is unknown and was ignored; see GET /SearchParameter',
  empty: 'has no value and was ignored',
} as const;

function ignoredEntry(ignored: Search['ignored']): string {
  const issues = ignored.map(({ name, why }) =>
    issue({ severity: 'warning', code: 'not-supported', diagnostics: `The parameter ${name} ${WHY[why]}.` }),
  );
  return JSON.stringify({ resource: operationOutcome(issues), search: { mode: 'outcome' } });
}

type Link = { readonly relation: string; readonly url: string };

/**
 * Links forward go on after the last event of this page, links backward before its first, however deep. Only from a
 * page that was asked for by its position does `previous` lead to a position.
 */
function pageLinks({ search, page, found }: Searchset, baseUrl: string): Link[] {
  const url = (extra: readonly (readonly [string, string])[], count = search.count) =>
    pageUrl({ ...search, count }, extra, baseUrl);
  const at = (offset: number, count?: number) =>
    url(offset === 0 ? [] : [['_offset', String(offset)]], count);
  const goOn = (relation: string, from: 'after' | 'before'): void => {
    const cursor = cursorFrom({ search, page, found }, from);
    if (cursor !== undefined) links.push({ relation, url: url([['_cursor', cursor]]) });
  };

  const self = search.cursor === undefined ? at(search.offset) : url([['_cursor', search.cursor]]);
  const links = [{ relation: 'self', url: self }];
  if (search.count === 0) return links;
  links.push({ relation: 'first', url: url([]) });
  if (page.from === 'offset' && page.offset > 0) {
    // From past the end, to the last events; near the beginning, to no more than are before this page.
    const end = Math.min(page.offset, found.total ?? page.offset);
    const from = Math.max(0, end - search.count);
    links.push({ relation: 'previous', url: at(from, Math.min(search.count, Math.max(1, end - from))) });
  } else if (page.from === 'after' || (page.from === 'before' && found.more)) goOn('previous', 'before');
  if (page.from === 'before' || found.more) goOn('next', 'after');
  return links;
}

/** The cursor of the page after this one, or before it; undefined where it has no events to go on from. */
export function cursorFrom({ search, page, found }: Searchset, from: 'after' | 'before'): string | undefined {
  const { edges, horizon, total } = found;
  if (edges === undefined) return undefined;
  const values = from === 'after' ? edges.last : edges.first;
  return encodeCursor({ from, values, moment: page.moment, horizon, total }, searchKey(search));
}

function pageUrl(search: Search, extra: readonly (readonly [string, string])[], baseUrl: string): string {
  const { compartment } = search;
  const path = compartment === undefined ? '' : `/${compartment.type}/${encodeURIComponent(compartment.id)}`;
  const parameters = new URLSearchParams([
    ...formatSearch(search),
    ...formatPresentation(search),
    ['_count', String(search.count)],
    ...extra.map(([name, value]): [string, string] => [name, value]),
  ]);
  return `${baseUrl}${path}/AuditEvent?${parameters}`;
}
