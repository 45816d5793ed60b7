import fc from 'fast-check';
import { expect, it } from 'vitest';
import { claimAfter, decodeClaim, encodeClaim, NO_CLAIM } from './claim.ts';
import { assignStickily, type ClaimingMember } from './sticky-assignment.ts';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

const claims = fc.record({
  generation: fc.integer({ min: -1, max: 4 }),
  partitions: fc.array(fc.nat(25), { maxLength: 25 }),
});

const groups = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 })
  .chain((ids) =>
    fc
      .tuple(...ids.map(() => claims))
      .map((said) => ids.map((id, i): ClaimingMember => ({ id, claim: said[i]! }))),
  );

/** A group that has had some rebalances: everyone claims what it was given last. */
function after(
  partitions: number,
  ids: readonly string[],
  earlier: ReadonlyMap<string, number[]>,
  generation: number,
) {
  const members = ids.map((id) => {
    const had = earlier.get(id);
    return { id, claim: had === undefined ? NO_CLAIM : { generation, partitions: had } };
  });
  return assignStickily(range(partitions), members);
}

function movedBetween(before: ReadonlyMap<string, number[]>, now: ReadonlyMap<string, number[]>): number[] {
  const had = new Map(
    [...before].flatMap(([id, share]) => share.map((partition) => [partition, id] as const)),
  );
  return [...now].flatMap(([id, share]) => share.filter((partition) => had.get(partition) !== id));
}

it('gives every partition to exactly one member, and everyone the same number to ±1, whatever is claimed', () => {
  fc.assert(
    fc.property(fc.nat(20), groups, (count, members) => {
      const shares = assignStickily(range(count), members);
      expect([...shares.keys()].sort()).toEqual(members.map(({ id }) => id).sort());
      expect([...shares.values()].flat().sort((a, b) => a - b)).toEqual(range(count));
      const sizes = [...shares.values()].map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

it('has one answer, in whatever order partitions and members come', () => {
  const shuffled = fc
    .tuple(fc.nat(20), groups)
    .chain(([count, members]) =>
      fc.tuple(
        fc.constant([range(count), members] as const),
        fc.shuffledSubarray(range(count), { minLength: count }),
        fc.shuffledSubarray(members, { minLength: members.length }),
      ),
    );
  fc.assert(
    fc.property(shuffled, ([asked, partitions, members]) => {
      const one = assignStickily(...asked);
      const other = assignStickily(partitions, members);
      for (const [id, share] of one) expect(other.get(id)).toEqual(share);
    }),
  );
});

it('moves no partition that a balanced assignment could have left where it was', () => {
  fc.assert(
    fc.property(fc.nat(20), groups, (count, members) => {
      const claimed = new Map<number, ClaimingMember>();
      for (const member of members) {
        for (const partition of member.claim.partitions) {
          const other = claimed.get(partition);
          const isLater = other === undefined || member.claim.generation > other.claim.generation;
          const isFirst = member.claim.generation === other?.claim.generation && member.id < other.id;
          if (partition < count && (isLater || isFirst)) claimed.set(partition, member);
        }
      }
      const kept = [...assignStickily(range(count), members)].reduce(
        (sum, [id, share]) => sum + share.filter((partition) => claimed.get(partition)?.id === id).length,
        0,
      );
      // Every way to say who gets one more than the others, tried.
      const had = members.map(({ id }) => [...claimed.values()].filter((member) => member.id === id).length);
      const smallest = Math.floor(count / members.length);
      let bestKept = 0;
      for (let larger = 0; larger < 2 ** members.length; larger++) {
        const isLarger = members.map((_, i) => (larger >> i) & 1);
        if (isLarger.reduce((sum, one) => sum + one, 0) !== count % members.length) continue;
        const keeps = had.reduce((sum, own, i) => sum + Math.min(own, smallest + isLarger[i]!), 0);
        bestKept = Math.max(bestKept, keeps);
      }
      expect(kept).toBe(bestKept);
    }),
  );
});

it('moves only what a joining member has to get, and only what a leaving one had', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 6 }));
  fc.assert(
    fc.property(sizes, fc.nat(5), ([count, size], who) => {
      const ids = range(size).map((i) => `member-${i}`);
      const before = after(count, ids, new Map(), 0);
      const joined = after(count, [...ids, 'a-new-one'], before, 1);
      expect(movedBetween(before, joined)).toHaveLength(joined.get('a-new-one')!.length);
      if (size === 1) return;
      const leaving = ids[who % size]!;
      const left = after(
        count,
        ids.filter((id) => id !== leaving),
        before,
        1,
      );
      expect(movedBetween(before, left).sort()).toEqual([...before.get(leaving)!].sort());
    }),
  );
});

it('gives a member that restarts exactly what it had, in a rolling restart of all', () => {
  let ids = ['a', 'b', 'c'];
  let generation = 0;
  let claims = new Map(ids.map((id) => [id, NO_CLAIM]));
  const rebalance = () => {
    const shares = assignStickily(
      range(12),
      ids.map((id) => ({ id, claim: claims.get(id) ?? NO_CLAIM })),
    );
    generation += 1;
    claims = new Map(
      [...shares].map(([id, share]) => [id, claimAfter(claims.get(id) ?? NO_CLAIM, generation, share)]),
    );
    return shares;
  };
  let before = rebalance();
  for (const [leaving, joining] of [
    ['a', 'x'],
    ['b', 'y'],
    ['c', 'z'],
  ] as const) {
    ids = ids.filter((id) => id !== leaving);
    rebalance();
    ids = [...ids, joining];
    const now = rebalance();
    expect(now.get(joining)).toEqual(before.get(leaving));
    for (const id of ids) if (id !== joining) expect(now.get(id)).toEqual(before.get(id));
    before = now;
  }
});

it('spreads partitions that were added, and moves no other', () => {
  const before = after(6, ['a', 'b', 'c'], new Map(), 0);
  const now = after(10, ['a', 'b', 'c'], before, 1);
  expect(movedBetween(before, now).sort()).toEqual([6, 7, 8, 9]);
});

it('believes the later generation where two claim the same', () => {
  const members = [
    { id: 'a', claim: { generation: 3, partitions: [0, 1] } },
    { id: 'b', claim: { generation: 4, partitions: [0, 1] } },
    { id: 'c', claim: { generation: 4, partitions: [2, 3] } },
  ];
  expect(assignStickily(range(6), members)).toEqual(
    new Map([
      ['a', [4, 5]],
      ['b', [0, 1]],
      ['c', [2, 3]],
    ]),
  );
});

it('reads its own claims, and takes garbage and other versions for no claim', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.nat(1_000)), (generation, partitions) => {
      expect(decodeClaim(encodeClaim({ generation, partitions }))).toEqual({ generation, partitions });
    }),
  );
  const other = { version: 1, generation: 5, partitions: [0] };
  const garbage = [
    ...['', '{', 'null', '7', '[]', '"x"'],
    ...[
      { version: 2 },
      { generation: -1 },
      { generation: 'x' },
      { partitions: {} },
      { partitions: [-1] },
    ].map((change) => JSON.stringify({ ...other, ...change })),
    JSON.stringify({ ...other, partitions: [0.5] }),
    JSON.stringify({ ...other, padding: 'x'.repeat(64 * 1024) }),
  ];
  for (const text of garbage) expect(decodeClaim(Buffer.from(text)), text.slice(0, 40)).toEqual(NO_CLAIM);
  for (const none of [null, undefined]) expect(decodeClaim(none)).toEqual(NO_CLAIM);
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      decodeClaim(Buffer.from(bytes));
    }),
  );
});
