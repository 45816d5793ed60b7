import { QUARANTINE_REASONS, SEARCH_VALUES_MAX } from '@auditbox/fhir-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorText, parseQuarantineSearch, QUARANTINE_COUNT_MAX } from './quarantine-search.ts';

const ID = '019bc78e-2f20-8000-8000-000000000001';

const parsed = (query: string) => parseQuarantineSearch([...new URLSearchParams(query)], 0);
const searchOf = (query: string) => {
  const result = parsed(query);
  if ('issues' in result) throw new Error(JSON.stringify(result.issues));
  return result.search;
};
const problemsOf = (query: string) => {
  const result = parsed(query);
  return 'issues' in result ? result.issues.map(({ diagnostics }) => diagnostics) : [];
};

describe('parseQuarantineSearch', () => {
  it('finds everything, fifty a page, where nothing is asked', () => {
    expect(searchOf('')).toEqual({ criteria: [], count: 50, applied: [] });
  });

  it('takes every parameter, repeated ones and alternatives', () => {
    const { criteria, applied } = searchOf(
      'received=ge2026-01-01&received=lt2026-02-01&sender=a\\,b,c&reason=not-json,invalid-event&origin=gateway&state=held',
    );
    expect(criteria).toMatchObject([
      { type: 'received', values: [{ prefix: 'ge' }] },
      { type: 'received', values: [{ prefix: 'lt' }] },
      { type: 'sender', values: ['a,b', 'c'] },
      { type: 'reason', values: ['invalid-event', 'not-json'] },
      { type: 'origin', values: ['gateway'] },
      { type: 'state', values: ['held'] },
    ]);
    expect(applied[2]).toEqual(['sender', 'a\\,b,c']);
  });

  it.each(QUARANTINE_REASONS)('knows the reason %s', (reason) => {
    expect(searchOf(`reason=${reason}`).criteria).toEqual([{ type: 'reason', values: [reason] }]);
  });

  it.each([
    ['received=yesterday', 'received'],
    ['received=xx2026', 'received'],
    ['sender=', 'sender'],
    ['sender=a,', 'sender'],
    ['reason=secret', 'reason'],
    ['origin=client', 'origin'],
    ['state=gone', 'state'],
    ['_count=-1', '_count'],
    ['_count=1.5', '_count'],
    ['_count=', '_count'],
    ['_count=1&_count=2', '_count'],
    ['after=secret', 'after'],
    ['after=', 'after'],
    ['patient=1', '"patient"'],
    ['reason:not=not-json', '"reason:not"'],
    ['__proto__=1', '"__proto__"'],
  ])('refuses %s, by its name and without its value', (query, name) => {
    const [problem, ...others] = problemsOf(query);
    expect(others).toEqual([]);
    expect(problem).toContain(name);
    expect(problem).not.toMatch(/secret|yesterday|xx2026/);
  });

  it('does not repeat a name that is none', () => {
    expect(problemsOf('Erika%20Mustermann=1').join()).not.toContain('Erika');
  });

  it('names all that is wrong', () => {
    expect(problemsOf('reason=x&state=y&_count=z')).toHaveLength(3);
  });

  it('has bounds: of values, of their length, of parameters, of a page', () => {
    const values = (n: number) => `sender=${Array.from({ length: n }, () => 'a').join(',')}`;
    expect(problemsOf(values(SEARCH_VALUES_MAX))).toEqual([]);
    expect(problemsOf(values(SEARCH_VALUES_MAX + 1))).toHaveLength(1);
    expect(problemsOf(`sender=${'a'.repeat(1024)}`)).toEqual([]);
    expect(problemsOf(`sender=${'a'.repeat(1025)}`)).toHaveLength(1);
    expect(problemsOf('sender=a&'.repeat(100))).toEqual([]);
    expect(problemsOf('sender=a&'.repeat(101))).toHaveLength(1);
    expect(searchOf('_count=0').count).toBe(0);
    expect(searchOf(`_count=${QUARANTINE_COUNT_MAX}`).count).toBe(QUARANTINE_COUNT_MAX);
    expect(searchOf('_count=99999999999999999999999').count).toBe(QUARANTINE_COUNT_MAX);
  });

  it('goes on after what a link says, and after nothing else', () => {
    const cursor = { receivedMs: -62_135_596_800_000, id: ID };
    expect(searchOf(`after=${cursorText(cursor)}`).after).toEqual(cursor);
    for (const other of [
      `${cursorText(cursor)}A`,
      `${cursorText(cursor)}=`,
      cursorText({ receivedMs: 1.5, id: ID }),
      cursorText({ receivedMs: 1, id: 'x' }),
      'A'.repeat(1_000_000),
    ])
      expect(problemsOf(`after=${encodeURIComponent(other)}`)).toHaveLength(1);
  });

  it('is a search or its problems, whatever is asked', () => {
    const names = ['received', 'sender', 'reason', 'origin', 'state', '_count', 'after'];
    const name = fc.oneof(fc.constantFrom(...names), fc.string());
    const parameter = fc.tuple(name, fc.oneof(fc.string(), fc.constantFrom('2026', 'held', '1')));
    fc.assert(
      fc.property(fc.array(parameter), (parameters) => {
        const result = parseQuarantineSearch(parameters, 0);
        expect('search' in result || result.issues.length > 0).toBe(true);
      }),
    );
  });
});
