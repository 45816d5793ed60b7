import { parseSearch } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import type { Page } from './cursor.ts';
import { type Found, PAGE_TOO_LARGE } from './found.ts';
import type { ReaderSearch } from './restriction.ts';
import { searchsetBytes } from './searchset.ts';

const BASE = 'http://localhost:3002';
const MOMENT = Date.UTC(2026, 0, 1);

function searchOf(query: string): ReaderSearch {
  const parsed = parseSearch(new URLSearchParams(query), { strict: false });
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
  return { ...parsed.search, restriction: [] };
}

const FIRST: Page = { from: 'offset', offset: 0, moment: MOMENT };
const NOTHING: Found = { total: 0, events: [], more: false, horizon: 0, edges: undefined };
const one = (text: string): Found => ({
  total: 1,
  events: [{ id: '1', text }],
  more: false,
  horizon: 7,
  edges: { first: [1, '1'], last: [1, '1'] },
});

const text = (query: string, found: Found, page: Page = FIRST) =>
  searchsetBytes({ search: searchOf(query), page, found }, BASE).toString();

type Bundle = { readonly link: { readonly relation: string; readonly url: string }[] };

const links = (query: string, found: Found, page: Page = FIRST) =>
  Object.fromEntries(
    (JSON.parse(text(query, found, page)) as Bundle).link.map(({ relation, url }) => [relation, url]),
  );

describe('searchsetBytes', () => {
  it('puts events in as the text they were stored with', () => {
    expect(text('', one('{"a":1.10}'))).toContain(
      `"entry":[{"fullUrl":"${BASE}/AuditEvent/1","resource":{"a":1.10},"search":{"mode":"match"}}]`,
    );
  });

  it('is UTF-8, whatever stands beside what', () => {
    const texts = ['{"a":"é𝔘"}', '{"a":"a"}'];
    const found = { ...one(''), events: texts.map((each, i) => ({ id: String(i), text: each })) };
    const bundle = text('unknown=%C3%A9', found);
    for (const each of texts) expect(bundle).toContain(`"resource":${each},`);
    expect(JSON.parse(text('unknown=%C3%A9&_pretty=true', found))).toEqual(
      JSON.parse(bundle.replaceAll('?_count', '?_pretty=true&_count')),
    );
  });

  it('writes events as the search asks for them', () => {
    const found = one('{"id":"1","n":1.10,"text":{}}');
    expect(text('_pretty=true', found)).toContain(
      '      "resource": {\n        "id": "1",\n        "n": 1.10,\n        "text": {}\n      },\n',
    );
    expect(text('_summary=data', found)).toContain('"resource":{"id":"1","n":1.10,"meta":{"tag":[');
  });

  it('is too large where laying it out makes it so', () => {
    const large = `${'['.repeat(60)}${Array(600_000).fill('1').join(',')}${']'.repeat(60)}`;
    expect(text('_pretty=true', one(large))).toBe(PAGE_TOO_LARGE);
    expect(text('', one(large))).toContain(large);
  });

  it('has no entry element where nothing was found, and links to what was applied', () => {
    expect(JSON.parse(text('type=urn:x|a b&altId=x&unknown=&_count=10', { ...NOTHING }))).toEqual({
      resourceType: 'Bundle',
      type: 'searchset',
      total: 0,
      link: [
        { relation: 'self', url: `${BASE}/AuditEvent?type=urn%3Ax%7Ca+b&altid=x&_count=10` },
        { relation: 'first', url: `${BASE}/AuditEvent?type=urn%3Ax%7Ca+b&altid=x&_count=10` },
      ],
      entry: [expect.anything()],
    });
    expect(JSON.parse(text('', NOTHING))).not.toHaveProperty('entry');
  });

  it('says no total where none is known', () =>
    expect(JSON.parse(text('_total=none', { ...NOTHING, total: undefined }))).not.toHaveProperty('total'));

  it('links to the pages that there are', () => {
    const found = one('{}');
    const relations = (at: Found, page: Page) => Object.keys(links('', at, page));
    const after: Page = { from: 'after', values: [2, '2'], moment: MOMENT, horizon: 7 };
    const before: Page = { ...after, from: 'before' };
    expect(relations(found, FIRST)).toEqual(['self', 'first']);
    expect(relations({ ...found, more: true }, FIRST)).toEqual(['self', 'first', 'next']);
    expect(relations(found, after)).toEqual(['self', 'first', 'previous']);
    expect(relations({ ...found, more: true }, after)).toEqual(['self', 'first', 'previous', 'next']);
    expect(relations(found, before)).toEqual(['self', 'first', 'next']);
    expect(relations({ ...found, more: true }, before)).toEqual(['self', 'first', 'previous', 'next']);
    expect(relations(NOTHING, after)).toEqual(['self', 'first']);
    expect(Object.keys(links('_count=0', { ...NOTHING, total: 20 }))).toEqual(['self']);
  });

  it('leads back from past the end to the last events', () => {
    const page: Page = { from: 'offset', offset: 5000, moment: MOMENT };
    expect(links('_count=10&_offset=5000', { ...NOTHING, total: 25 }, page).previous).toMatch(
      /_count=10&_offset=15$/,
    );
  });

  it('leads back to no more than what is before the page', () => {
    const page: Page = { from: 'offset', offset: 3, moment: MOMENT };
    expect(links('_count=5&_offset=3', { ...one('{}'), total: 9 }, page).previous).toMatch(/\?_count=3$/);
  });

  it('keeps every parameter that was applied in its links', () => {
    const query = '_sort=-action&_total=accurate&_elements=id&_pretty=true&_count=5';
    expect(links(query, one('{"id":"1"}')).first).toBe(
      `${BASE}/AuditEvent?_sort=-action&_total=accurate&_elements=id&_pretty=true&_count=5`,
    );
  });

  it('names what was ignored', () => {
    expect(JSON.parse(text('x=1&patient=', NOTHING))).toMatchObject({
      entry: [
        {
          resource: {
            resourceType: 'OperationOutcome',
            issue: [
              {
                severity: 'warning',
                code: 'not-supported',
                diagnostics: expect.stringContaining('"x" is unknown'),
              },
              { severity: 'warning', diagnostics: expect.stringContaining('"patient" has no value') },
            ],
          },
          search: { mode: 'outcome' },
        },
      ],
    });
  });
});
