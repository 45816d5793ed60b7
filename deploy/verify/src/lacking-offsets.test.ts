import { expect, it } from 'vitest';
import { lackingOffsets } from './lacking-offsets.ts';

const partitions = [
  { partition: 0, end: 0n },
  { partition: 1, end: 7n },
  { partition: 2, end: 9n },
];

it('is said of each partition that has a record, also where the log has deleted none', () => {
  const committed = new Map([[1, 7n]]);
  expect(lackingOffsets('t', committed, partitions)).toEqual([
    'Of t/2 the group has no offset: nobody can say what of it was read.',
  ]);
});

it('is not said of one that never had a record', () => {
  const committed = new Map([
    [1, 7n],
    [2, 0n],
  ]);
  expect(lackingOffsets('t', committed, partitions)).toEqual([]);
  expect(lackingOffsets('t', new Map(), [{ partition: 0, end: 0n }])).toEqual([]);
});

it('is said once where the group has committed nothing at all', () => {
  expect(lackingOffsets('t', new Map(), partitions)).toEqual([
    "The group has committed nothing of t: is it the indexer's?",
  ]);
});
