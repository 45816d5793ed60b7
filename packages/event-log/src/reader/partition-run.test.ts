import { expect, it } from 'vitest';
import { type Fetched, PartitionRun } from './partition-run.ts';

const fetched = (...offsets: readonly bigint[]): Fetched[] =>
  offsets.map((offset) => ({
    record: { topic: 't', partition: 0, offset, key: null, value: null, headers: {}, timestampMs: 0 },
    bytes: 100,
  }));

const offsetsOf = (run: PartitionRun, bytesMax: number) => run.begin(bytesMax).map(({ offset }) => offset);

it('has in hand what was fetched, until it is confirmed and the batch is done', () => {
  const run = new PartitionRun(0, () => {});
  run.add(fetched(1n, 2n, 3n));
  expect(run.inHandBytes).toBe(300);
  expect(offsetsOf(run, 250)).toEqual([1n, 2n]);
  expect(run.inHandBytes).toBe(300);
  run.confirm(1n);
  run.confirm(1n);
  expect(run.inHandBytes).toBe(300);
  run.finish();
  expect(run.inHandBytes).toBe(200);
  run.confirm(2n);
  expect(run.inHandBytes).toBe(100);
  expect(run.isIdle).toBe(true);
  run.end();
  expect([run.inHandBytes, run.hasFetched]).toEqual([0, false]);
});

it('makes batches up to a size, of one record where that alone is larger', () => {
  const run = new PartitionRun(0, () => {});
  run.add(fetched(1n, 2n, 3n, 4n));
  expect(offsetsOf(run, 200)).toEqual([1n, 2n]);
  expect(offsetsOf(run, 1)).toEqual([3n]);
  expect(offsetsOf(run, 1_000)).toEqual([4n]);
});

it('takes what it has had only once', () => {
  const run = new PartitionRun(0, () => {});
  run.add(fetched(1n, 2n));
  run.add(fetched(1n, 2n, 3n));
  expect(offsetsOf(run, 1_000)).toEqual([1n, 2n, 3n]);
});
