import { expect, it } from 'vitest';
import { type Entry, read, summary } from './ledger.ts';

const entry = (kind: Entry['kind'], name: string, of: Partial<Entry>): Entry => ({
  ...{
    at: '2026-01-01T00:00:00.000Z',
    commit: 'abc',
    seed: 1,
    kind,
    verdict: 'held',
    durationMs: 1,
    busy: 1,
  },
  ...{
    faults: [{ name, atMs: 0, forMs: 0, which: 0 }],
    problems: [],
    unacknowledged: 0,
    stored: 10,
    lost: 0,
  },
  ...{ acknowledged: 10, allFoundMs: 1_000, newEventMs: 2_000 },
  ...of,
});

it('is summed up fault by fault, the mixes last', () => {
  const entries = [
    entry('mix', 'query-sigkill', {}),
    entry('alone', 'poison', { allFoundMs: 3_000 }),
    entry('alone', 'poison', { allFoundMs: 9_000, newEventMs: undefined, verdict: 'failed', lost: 2 }),
    entry('alone', 'poison', { allFoundMs: 4_000 }),
    entry('alone', 'poison', {
      allFoundMs: undefined,
      lost: undefined,
      durationMs: 61_000,
      verdict: 'failed',
    }),
  ];
  expect(summary(entries).split('\n').slice(2)).toEqual([
    '| poison | 4 | 0 | 40 | 2 | 2 | 4.0 s, 9.0 s | 2.0 s, 2.0 s |',
    '| query-sigkill | 0 | 1 | 0 | 0 | 0 | – | – |',
    '| mixes |  | 1 | 10 | 0 | 0 | 1.0 s, 1.0 s | 2.0 s, 2.0 s |',
  ]);
});

it('that is kept in the repository can be read', () => {
  expect(() => summary(read())).not.toThrow();
});
