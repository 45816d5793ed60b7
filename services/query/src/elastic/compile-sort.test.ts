import { describe, expect, it } from 'vitest';
import { compileSort } from './compile-sort.ts';

describe('compileSort', () => {
  it('is newest first, and then by id, as the index is', () =>
    expect(compileSort([], false)).toEqual([
      { 'date.micros': { order: 'desc' } },
      { id: { order: 'desc' } },
    ]));

  it('ends with the id, once', () => {
    expect(compileSort([{ code: 'action', descending: false }], false)).toEqual([
      { action: { order: 'asc' } },
      { id: { order: 'desc' } },
    ]);
    const keys = [
      { code: '_id', descending: false },
      { code: 'action', descending: false },
    ] as const;
    expect(compileSort(keys, false)).toEqual([{ id: { order: 'asc' } }]);
  });

  it('is its exact reverse backwards: the same value counts, what has none comes first', () =>
    expect(compileSort([{ code: 'agent-name', descending: false }], true)).toEqual([
      { agent_name: { order: 'desc', mode: 'min', missing: '_first' } },
      { id: { order: 'asc', mode: 'max', missing: '_first' } },
    ]));
});
