import { expect, it } from 'vitest';
import { FetchRoom } from './fetch-room.ts';
import type { ReaderLimits } from './log-reader.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const LIMITS = {
  inHandBytesMax: 8 * MIB,
  fetchBytesMax: 4 * MIB,
  partitionFetchBytesMax: MIB,
} as ReaderLimits;

const request = (partitions: readonly number[]) => ({
  maxWaitTime: 250,
  minBytes: 64 * KIB,
  topics: [
    {
      topic: 't',
      partitions: partitions.map((partition) => ({ partition, fetchOffset: '0', maxBytes: 10 * MIB })),
    },
  ],
});

/** Record batches of these sizes. */
const batchesOf = (...sizes: readonly number[]) =>
  sizes.flatMap((bytes) => {
    const batchContext = {};
    return [0, 1].map(() => ({ key: null, value: Buffer.alloc(bytes / 2), headers: {}, batchContext }));
  });

const answer = (of: Record<number, ReturnType<typeof batchesOf>>) => ({
  responses: [
    {
      topicName: 't',
      partitions: Object.entries(of).map(([partition, messages]) => ({
        partition: Number(partition),
        messages,
      })),
    },
  ],
});

const asked = (inHand: readonly number[], room = new FetchRoom(LIMITS)) =>
  room.begin(request(inHand.map((_, partition) => partition)), new Map(inHand.entries()));

it('asks for each partition until half of its part is in hand, and for the others without waiting for it', () => {
  const bounded = asked([0, 2 * MIB, 2 * MIB + 1, 50 * MIB])!;
  // Two of four have no room; each part is 2 MiB.
  expect(bounded.request.topics[0]!.partitions.map(({ partition }) => partition)).toEqual([0]);
  expect(asked([0, MIB, MIB + 1, 0])?.rooms).toEqual(
    new Map([
      [0, 2 * MIB],
      [1, MIB],
      [3, 2 * MIB],
    ]),
  );
  expect(bounded.request.maxWaitTime).toBeLessThan(50);
  expect(asked([0, 0])?.request.maxWaitTime).toBe(250);
});

it('asks for nothing when every partition is full', () => {
  expect(asked([8 * MIB, 8 * MIB])).toBeUndefined();
});

it('asks for as many packed bytes as the last answer says will fit when unpacked', () => {
  const room = new FetchRoom(LIMITS);
  const first = asked([0, 0], room)!;
  first.budget.spend(Buffer.alloc(KIB), Buffer.alloc(16 * KIB));
  room.end(answer({}), first, () => true);
  const second = asked([0, 0], room)!;
  expect(second.request.topics[0]!.partitions[0]!.maxBytes).toBe(256 * KIB);
  expect(second.request.maxBytes).toBe(512 * KIB);
  // What is not packed is what it takes, up to the limits on one fetch.
  room.end(answer({ 0: batchesOf(KIB) }), second, () => true);
  const third = asked([0, 0], room)!;
  expect(third.request.topics[0]!.partitions[0]!.maxBytes).toBe(MIB);
  expect(third.request.maxBytes).toBe(4 * MIB);
});

it('is answered when one partition has all that is asked of it', () => {
  const room = new FetchRoom(LIMITS);
  const first = asked([0, 0], room)!;
  expect(first.request.minBytes).toBe(64 * KIB);
  first.budget.spend(Buffer.alloc(KIB), Buffer.alloc(100 * KIB));
  room.end(answer({}), first, () => true);
  // The second has half the room.
  const { partitions } = asked([0, MIB, 0], room)!.request.topics[0]!;
  const least = Math.min(...partitions.map(({ maxBytes }) => maxBytes));
  expect(least).toBeLessThan(partitions[0]!.maxBytes);
  expect(asked([0, MIB, 0], room)!.request.minBytes).toBe(least);
});

it('takes whole record batches until a partition’s room is used, one in any case, and leaves the rest', () => {
  const room = new FetchRoom(LIMITS);
  const bounded = asked([0, 0], room)!;
  const small = batchesOf(3 * MIB, 3 * MIB, 3 * MIB);
  const large = batchesOf(9 * MIB, KIB);
  const [taken] = room.end(answer({ 0: small, 1: large }), bounded, () => true).responses;
  expect(taken!.partitions.map(({ messages }) => messages.length)).toEqual([4, 2]);
});

it('drops what was fetched for an assignment that has ended', () => {
  const room = new FetchRoom(LIMITS);
  const bounded = asked([0, 0], room)!;
  const both = answer({ 0: batchesOf(KIB), 1: batchesOf(KIB) });
  const [taken] = room.end(both, bounded, (partition) => partition === 1).responses;
  expect(taken!.partitions.map(({ partition }) => partition)).toEqual([1]);
});
