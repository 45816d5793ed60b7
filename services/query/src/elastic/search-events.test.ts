import { COMPARTMENT_TYPES, type Compartment, parseSearch } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import type { Page } from '../domain/cursor.ts';
import type { Restriction } from '../domain/restriction.ts';
import { horizonIn, searchBody } from './search-events.ts';

const RESTRICTION: Restriction = [
  { code: 'site', type: 'token', not: false, values: [{ match: 'code', code: 'north' }] },
];

const PAGES: readonly Page[] = [
  { from: 'offset', offset: 3, moment: 0 },
  { from: 'after', values: [1, 'a'], horizon: 7, moment: 0, total: 2 },
  { from: 'before', values: [1, 'a'], horizon: 7, moment: 0 },
];

const compartments: readonly (Compartment | undefined)[] = [
  undefined,
  ...COMPARTMENT_TYPES.map((type) => ({ type, id: '1' })),
];

/** The clauses that must all hold. */
function filters(query: unknown): unknown[] {
  const { bool } = query as { bool?: { filter?: unknown[] } };
  return bool?.filter === undefined ? [query] : bool.filter.flatMap(filters);
}

describe('searchBody', () => {
  it.each(['', 'site:not=north', '_id=1,2', 'site=south', 'site:missing=true', '_summary=count', '_count=0'])(
    'asks for %j within what the reader may see, on every page, in every compartment',
    (query) => {
      for (const page of PAGES)
        for (const compartment of compartments) {
          const parsed = parseSearch(new URLSearchParams(query), { strict: true, compartment });
          if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
          const body = (restriction: Restriction) =>
            searchBody({ ...parsed.search, restriction }, page, ['http://h/']);
          const [all, within] = [body([]), body(RESTRICTION)];
          const asked = filters(all.query).filter((clause) => JSON.stringify(clause) !== '{"match_all":{}}');
          expect(filters(within.query)).toEqual(
            expect.arrayContaining([...asked, { term: { terms: 'site.code=north' } }]),
          );
          expect({ ...within, query: undefined }).toEqual({ ...all, query: undefined });
        }
    },
  );
});

describe('horizonIn', () => {
  const moment = Date.UTC(2026, 10, 27);
  const page: Page = { from: 'offset', offset: 0, moment };
  const found = (value: number | null) => ({ recent: { buckets: [{ doc_count: 0, newest: { value } }] } });

  it('is the latest arrival of what is recent', () =>
    expect(horizonIn(found(moment * 1000 + 7), page)).toBe(moment * 1000 + 7));

  it.each([[found(null)], [{}], [undefined]])(
    'is five minutes before the page where nothing is: %j',
    (aggregations) => expect(horizonIn(aggregations, page)).toBe((moment - 300_000) * 1000),
  );

  it('is one that a cursor takes, whatever the clock says', () =>
    expect(horizonIn(undefined, { ...page, moment: 1 })).toBe(0));
});
