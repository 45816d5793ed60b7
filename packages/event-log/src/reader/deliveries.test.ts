import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Deliveries } from './deliveries.ts';
import { PartitionRun } from './partition-run.ts';

const HOLD_UP_MS = 20;

/** Batches of one record each; every one is in work until it is said to be done. */
class Bench {
  readonly inWork = new Map<number, () => void>();
  readonly done: string[] = [];
  mayBegin = true;
  readonly deliveries: Deliveries;

  constructor(concurrently: number, holdUpMs = 60_000) {
    this.deliveries = new Deliveries({
      concurrently,
      holdUpMs,
      mayBegin: () => this.mayBegin,
      work: async (run) => {
        const [record] = run.begin(1);
        const { promise, resolve } = Promise.withResolvers<void>();
        expect(this.inWork.has(run.partition), 'one batch of a partition at a time').toBe(false);
        this.inWork.set(run.partition, resolve);
        await promise;
        this.inWork.delete(run.partition);
        this.done.push(`${run.partition}@${record!.offset}`);
        run.finish();
      },
      onDone() {},
    });
  }

  run(partition: number, offsets: readonly bigint[]): PartitionRun {
    const run = new PartitionRun(partition, () => {});
    run.add(
      offsets.map((offset) => ({
        record: { topic: 't', partition, offset, key: null, value: null, headers: {}, timestampMs: 0 },
        bytes: 1,
      })),
    );
    this.deliveries.offer(run);
    return run;
  }

  async finish(partition: number): Promise<void> {
    this.inWork.get(partition)!();
    await turn();
  }
}

it('works on as many partitions as it has places, in the order in which they had something', async () => {
  const bench = new Bench(2);
  for (const partition of [0, 1, 2]) bench.run(partition, [0n, 1n]);
  await turn();
  expect([...bench.inWork.keys()]).toEqual([0, 1]);
  await bench.finish(0);
  expect([...bench.inWork.keys()]).toEqual([1, 2]);
  await bench.finish(1);
  await bench.finish(2);
  await bench.finish(0);
  await bench.finish(1);
  await bench.finish(2);
  expect(bench.done).toEqual(['0@0', '1@0', '2@0', '0@1', '1@1', '2@1']);
});

it('gives the place of a batch that takes long to another partition, and takes it back when it is done', async () => {
  const bench = new Bench(1, HOLD_UP_MS);
  const stuck = bench.run(0, [0n, 1n]);
  const other = bench.run(1, [0n]);
  await expect.poll(() => bench.inWork.has(1)).toBe(true);
  expect(stuck.waitingSinceMs).toBeTypeOf('number');
  await bench.finish(1);
  expect(other.waitingSinceMs).toBeUndefined();
  await bench.finish(0);
  expect(stuck.waitingSinceMs).toBeUndefined();
  expect([...bench.inWork.keys()]).toEqual([0]);
  bench.run(2, [0n]);
  expect([...bench.inWork.keys()]).toEqual([0]);
});

it('begins nothing while it may not, and nothing of a run that has ended', async () => {
  const bench = new Bench(1);
  bench.run(0, [0n, 1n]);
  const ended = bench.run(1, [0n]);
  bench.run(2, [0n]);
  ended.end();
  await bench.finish(0);
  expect([...bench.inWork.keys()]).toEqual([2]);
  bench.mayBegin = false;
  await bench.finish(2);
  expect(bench.inWork.size).toBe(0);
});

it('waits with a partition that came back for the work of its earlier run', async () => {
  const bench = new Bench(2);
  const earlier = bench.run(0, [0n]);
  await turn();
  earlier.end();
  bench.run(0, [0n, 1n]);
  await turn();
  await bench.finish(0);
  expect(bench.done).toEqual(['0@0']);
  await bench.finish(0);
  await bench.finish(0);
  expect(bench.done).toEqual(['0@0', '0@0', '0@1']);
});
