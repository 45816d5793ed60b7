/**
 * Who reads which partition, so that as few as can be change hands: everyone's share is the same to ±1, and within
 * that whoever had a partition keeps it. The same question has the same answer, in whatever order it is put (KIP-54
 * without its many topics: a group here reads one).
 */
import type { Claim } from './claim.ts';

export type ClaimingMember = { readonly id: string; readonly claim: Claim };

/** Each partition goes to exactly one member; there is at least one. */
export function assignStickily(
  partitions: readonly number[],
  members: readonly ClaimingMember[],
): Map<string, number[]> {
  const owners = ownersOf(partitions, members);
  const shares = new Map(
    members.map(({ id, claim }) => [
      id,
      [...new Set(claim.partitions)].filter((had) => owners.get(had) === id),
    ]),
  );

  // Who had most may have one more than the others: it would be one more to move.
  const byShare = [...shares].sort(
    ([a, those], [b, these]) => these.length - those.length || (a < b ? -1 : 1),
  );
  const smallest = Math.floor(partitions.length / members.length);
  const larger = partitions.length % members.length;
  const sizes = new Map(byShare.map(([id], place) => [id, smallest + (place < larger ? 1 : 0)]));

  const kept = new Set<number>();
  for (const [id, share] of shares) {
    // What it had longest comes first: whoever stood in for a member that restarts gives back what was that one's.
    share.length = Math.min(share.length, sizes.get(id)!);
    for (const partition of share) kept.add(partition);
  }
  const free = partitions.filter((partition) => !kept.has(partition)).sort(descending);
  for (const [id] of byShare) {
    const share = shares.get(id)!;
    while (share.length < sizes.get(id)!) share.push(free.pop()!);
    share.sort(ascending);
  }
  return shares;
}

/** Of two that say they have a partition, the later generation is right: the other one has missed a rebalance. */
function ownersOf(
  partitions: readonly number[],
  members: readonly ClaimingMember[],
): ReadonlyMap<number, string> {
  const known = new Set(partitions);
  const owners = new Map<number, ClaimingMember>();
  for (const member of members) {
    for (const partition of member.claim.partitions) {
      if (known.has(partition) && isBetter(member, owners.get(partition))) owners.set(partition, member);
    }
  }
  return new Map([...owners].map(([partition, { id }]) => [partition, id]));
}

function isBetter(member: ClaimingMember, other: ClaimingMember | undefined): boolean {
  if (other === undefined) return true;
  const later = member.claim.generation - other.claim.generation;
  return later > 0 || (later === 0 && member.id < other.id);
}

const ascending = (a: number, b: number) => a - b;
const descending = (a: number, b: number) => b - a;
