/** Whether anybody can say what the indexer has read: of a partition that its group has no offset of, nobody can. */
import type { VerifiedPartition } from './verify-range.ts';

/** A sentence each; none where it is known of every partition that has, or had, a record of what is verified. */
export function lackingOffsets(
  topic: string,
  committed: ReadonlyMap<number, bigint>,
  partitions: readonly Pick<VerifiedPartition, 'partition' | 'end'>[],
): string[] {
  const lacking = partitions.filter(({ partition, end }) => end > 0n && !committed.has(partition));
  if (lacking.length > 0 && committed.size === 0)
    return [`The group has committed nothing of ${topic}: is it the indexer's?`];
  return lacking.map(
    ({ partition }) =>
      `Of ${topic}/${partition} the group has no offset: nobody can say what of it was read.`,
  );
}
