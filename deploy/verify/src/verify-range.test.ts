import { expect, it } from 'vitest';
import { type LogView, rangeWithin, UnknownPartitionError, type VerifyRange } from './verify-range.ts';

/** Partition 0 has never had a record, 1 has deleted its first ten of thirty. */
const LOG: LogView = {
  bounds: [
    { partition: 0, start: 0n, end: 0n },
    { partition: 1, start: 10n, end: 30n },
  ],
  written: new Map([
    [0, 0n],
    [1, 30n],
  ]),
};

const inOne = (asked: { from?: bigint; to?: bigint }, log: LogView = LOG, until?: bigint) => {
  const range: VerifyRange = { offsets: new Map([[1, asked]]) };
  const { partitions } = rangeWithin(log, range, until === undefined ? undefined : new Map([[1, until]]));
  const [{ start, end, undecided, gone, notYet }] = partitions as [(typeof partitions)[0]];
  return { read: [start, end], ...{ undecided, gone, notYet } };
};
const none = { undecided: 0n, gone: 0n, notYet: 0n };

it('is all that the log has where nothing is asked', () => {
  const { partitions, isWhole, isLogEmpty } = rangeWithin(LOG, {});
  expect(partitions).toMatchObject([
    { partition: 0, start: 0n, end: 0n, ...none },
    { partition: 1, start: 10n, end: 30n, ...none },
  ]);
  expect({ isWhole, isLogEmpty }).toEqual({ isWhole: true, isLogEmpty: false });
});

it('refuses a partition that is not there, by its number', () => {
  const asked = () =>
    rangeWithin(LOG, {
      offsets: new Map([
        [1, {}],
        [99, { to: 100n }],
      ]),
    });
  expect(asked).toThrow(UnknownPartitionError);
  expect(asked).toThrow('The log of events has no partition 99: it has 2, from 0 on.');
});

it('counts what was asked for by offsets and is not there any more, or not yet', () => {
  expect(inOne({ from: 12n, to: 20n })).toEqual({ read: [12n, 20n], ...none });
  expect(inOne({ from: 0n, to: 20n })).toEqual({ read: [10n, 20n], ...none, gone: 10n });
  expect(inOne({ from: 0n, to: 5n })).toEqual({ read: [5n, 5n], ...none, gone: 5n });
  expect(inOne({ from: 20n, to: 35n })).toEqual({ read: [20n, 30n], ...none, notYet: 5n });
  expect(inOne({ from: 40n, to: 50n })).toEqual({ read: [30n, 30n], ...none, notYet: 10n });
  expect(inOne({ from: 0n, to: 50n })).toEqual({ read: [10n, 30n], ...none, gone: 10n, notYet: 20n });
});

it('is as far as the log goes where a bound is left out', () => {
  expect(inOne({ to: 20n })).toEqual({ read: [10n, 20n], ...none });
  expect(inOne({ from: 20n })).toEqual({ read: [20n, 30n], ...none });
  expect(inOne({ from: 40n })).toEqual({ read: [30n, 30n], ...none });
});

it('counts once what is written and can not be read yet', () => {
  const open: LogView = { ...LOG, written: new Map([[1, 33n]]) };
  expect(inOne({ from: 20n }, open)).toEqual({ read: [20n, 30n], ...none, undecided: 3n });
  expect(inOne({ from: 20n, to: 31n }, open)).toEqual({ read: [20n, 30n], ...none, undecided: 1n });
  expect(inOne({ from: 20n, to: 40n }, open)).toEqual({
    read: [20n, 30n],
    ...{ undecided: 3n, gone: 0n, notYet: 7n },
  });
});

it('does not count as read what came after the end that was waited for', () => {
  expect(inOne({ from: 20n }, LOG, 25n)).toEqual({ read: [20n, 25n], ...none });
  expect(inOne({ from: 20n, to: 28n }, LOG, 25n)).toEqual({ read: [20n, 25n], ...none, notYet: 3n });
});

it('is bounded by time beside offsets, and that is no part of the log that is lacking', () => {
  const timed: LogView = { ...LOG, from: new Map([[1, 15n]]), to: new Map([[1, 22n]]) };
  expect(inOne({ from: 12n, to: 30n }, timed)).toEqual({ read: [15n, 22n], ...none });
});
