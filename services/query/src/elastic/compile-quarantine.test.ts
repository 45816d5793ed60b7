import { parseDate } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { compileQuarantine } from './compile-quarantine.ts';

const THERE = { exists: { field: 'received' } };

function compiled(text: string) {
  const parsed = parseDate(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return compileQuarantine([{ type: 'received', values: [parsed.value] }]).bool?.filter;
}

describe('compileQuarantine', () => {
  it('never finds a release without its item', () => {
    expect(compileQuarantine([])).toEqual({ bool: { filter: [THERE] } });
  });

  const FIRST = Date.UTC(2026, 0, 1);
  const LAST = Date.UTC(2026, 0, 2) - 1;
  it.each([
    ['2026-01-01', { gte: FIRST, lte: LAST }],
    ['eq2026-01-01', { gte: FIRST, lte: LAST }],
    ['gt2026-01-01', { gt: LAST }],
    ['sa2026-01-01', { gt: LAST }],
    ['ge2026-01-01', { gte: FIRST }],
    ['lt2026-01-01', { lt: FIRST }],
    ['eb2026-01-01', { lt: FIRST }],
    ['le2026-01-01', { lte: LAST }],
    ['ap2026-01-02', { gte: LAST + 1, lte: Date.UTC(2026, 0, 3) - 1 }],
    ['2026-01-01T01:00:00.000+01:00', { gte: FIRST, lte: FIRST }],
  ])('%s is a range of milliseconds', (text, received) => {
    expect(compiled(text)).toEqual([
      THERE,
      { bool: { should: [{ range: { received } }], minimum_should_match: 1 } },
    ]);
  });

  it('finds all but the range with ne', () => {
    expect(JSON.stringify(compiled('ne2026'))).toContain('"must_not":[{"range":{"received":{"gte":');
  });

  it('has what a client wrote in terms only', () => {
    const sender = '"} OR *:* {"';
    expect(compileQuarantine([{ type: 'sender', values: [sender] }]).bool?.filter).toEqual([
      THERE,
      { terms: { sender: [sender] } },
    ]);
  });

  it('finds what is held by the absence of a release', () => {
    const released = { exists: { field: 'released_at' } };
    expect(compileQuarantine([{ type: 'state', values: ['held', 'released'] }]).bool?.filter).toEqual([
      THERE,
      { bool: { should: [{ bool: { must_not: [released] } }, released], minimum_should_match: 1 } },
    ]);
  });
});
