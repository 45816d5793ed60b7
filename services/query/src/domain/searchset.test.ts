import type { Search } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { PAGE_TOO_LARGE } from './found.ts';
import { searchsetText } from './searchset.ts';

const BASE = 'http://localhost:3002';
const search = (part: Partial<Search> = {}): Search => ({
  criteria: [],
  count: 10,
  offset: 0,
  presentation: { pretty: false, subset: undefined },
  applied: [['type', 'urn:x|a b']],
  ignored: [],
  ...part,
});
const relations = (text: string) =>
  (JSON.parse(text) as { link: { relation: string; url: string }[] }).link.map(({ relation }) => relation);

describe('searchsetText', () => {
  it('puts events in as the text they were stored with', () => {
    const text = searchsetText(search(), { total: 1, events: [{ id: '1', text: '{"a":1.10}' }] }, BASE);
    expect(text).toContain(
      `"entry":[{"fullUrl":"${BASE}/AuditEvent/1","resource":{"a":1.10},"search":{"mode":"match"}}]`,
    );
  });

  it('writes events as the search asks for them', () => {
    const found = { total: 1, events: [{ id: '1', text: '{"id":"1","n":1.10,"text":{}}' }] };
    const written = (presentation: Search['presentation']) =>
      searchsetText(search({ presentation }), found, BASE);
    expect(written({ pretty: true, subset: undefined })).toContain(
      '      "resource": {\n        "id": "1",\n        "n": 1.10,\n        "text": {}\n      },\n',
    );
    expect(written({ pretty: false, subset: 'data' })).toContain(
      '"resource":{"id":"1","n":1.10,"meta":{"tag":[',
    );
  });

  it('is too large where laying it out makes it so', () => {
    const text = `${'['.repeat(60)}${Array(600_000).fill('1').join(',')}${']'.repeat(60)}`;
    const found = { total: 1, events: [{ id: '1', text }] };
    const pretty = search({ presentation: { pretty: true, subset: undefined } });
    expect(searchsetText(pretty, found, BASE)).toBe(PAGE_TOO_LARGE);
    expect(searchsetText(search(), found, BASE)).toContain(text);
  });

  it('has no entry element where nothing was found', () => {
    expect(JSON.parse(searchsetText(search(), { total: 0, events: [] }, BASE))).toEqual({
      resourceType: 'Bundle',
      type: 'searchset',
      total: 0,
      link: [
        { relation: 'self', url: `${BASE}/AuditEvent?type=urn%3Ax%7Ca+b&_count=10` },
        { relation: 'first', url: `${BASE}/AuditEvent?type=urn%3Ax%7Ca+b&_count=10` },
      ],
    });
  });

  it('links to the pages that there are', () => {
    const none = { events: [] };
    expect(relations(searchsetText(search(), { total: 11, ...none }, BASE))).toEqual([
      'self',
      'first',
      'next',
    ]);
    expect(relations(searchsetText(search({ offset: 10 }), { total: 20, ...none }, BASE))).toEqual([
      'self',
      'first',
      'previous',
    ]);
    expect(relations(searchsetText(search({ count: 0 }), { total: 20, ...none }, BASE))).toEqual(['self']);
  });

  it('leads back from past the end to the last events', () => {
    const text = searchsetText(search({ offset: 5000 }), { total: 25, events: [] }, BASE);
    const { link } = JSON.parse(text) as { link: { relation: string; url: string }[] };
    expect(link.find(({ relation }) => relation === 'previous')?.url).toMatch(/_count=10&_offset=15$/);
  });

  it('names what was ignored', () => {
    const text = searchsetText(search({ ignored: ['"x"'] }), { total: 0, events: [] }, BASE);
    expect(JSON.parse(text)).toMatchObject({
      entry: [
        {
          resource: {
            resourceType: 'OperationOutcome',
            issue: [{ severity: 'warning', code: 'not-supported' }],
          },
          search: { mode: 'outcome' },
        },
      ],
    });
  });
});
