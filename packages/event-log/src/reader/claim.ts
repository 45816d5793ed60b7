/**
 * What a member says of itself when it joins: the partitions it had last, and the group's generation then. It travels
 * in the metadata of its join, and whoever leads the group reads it. It is a wish: what cannot be read is none.
 */

export type Claim = {
  /** Kafka counts it up with every rebalance of a group. */
  readonly generation: number;
  /** Those it has had longest first. */
  readonly partitions: readonly number[];
};

export const NO_CLAIM: Claim = { generation: -1, partitions: [] };

/** Another version is another's language. */
const VERSION = 1;

/** Some 10,000 partitions: more than a group of one topic has. */
const CLAIM_BYTES_MAX = 64 * 1024;

/** @param assigned in any order */
export function claimAfter(
  { partitions: had }: Claim,
  generation: number,
  assigned: readonly number[],
): Claim {
  const isNew = (partition: number) => !had.includes(partition);
  const kept = had.filter((partition) => assigned.includes(partition));
  return { generation, partitions: [...kept, ...assigned.filter(isNew)] };
}

export function encodeClaim({ generation, partitions }: Claim): Buffer {
  return Buffer.from(JSON.stringify({ version: VERSION, generation, partitions }));
}

/** @param userData of any member, also of one that is not ours */
export function decodeClaim(userData: Buffer | null | undefined): Claim {
  if (!userData || userData.length === 0 || userData.length > CLAIM_BYTES_MAX) return NO_CLAIM;
  let said: unknown;
  try {
    said = JSON.parse(userData.toString());
  } catch {
    return NO_CLAIM;
  }
  if (typeof said !== 'object' || said === null) return NO_CLAIM;
  const { version, generation, partitions } = said as Record<string, unknown>;
  if (version !== VERSION || !isCount(generation)) return NO_CLAIM;
  if (!Array.isArray(partitions) || !partitions.every(isCount)) return NO_CLAIM;
  return { generation, partitions };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
