/** Which records are verified: all that the log has, or a part of it by offsets or by the log's time. */
import {
  type KafkaConnection,
  logBounds,
  offsetsAt,
  type PartitionRange,
  writtenEnds,
} from '@auditbox/event-log';

/** Each bound is optional; all that are given hold together. Times are those at which the log took a record. */
export type VerifyRange = {
  readonly fromMs?: number;
  /** Exclusive. */
  readonly toMs?: number;
  /** By partition, the first offset, and the one after the last; partitions that are not named are left out. */
  readonly offsets?: ReadonlyMap<number, { readonly from?: bigint; readonly to?: bigint }>;
};

export type VerifiedPartition = PartitionRange & {
  /** Where the log begins and ends; `start` and `end` are what is verified. */
  readonly logStart: bigint;
  readonly logEnd: bigint;
  /** Written behind `logEnd`, where a transaction is open: nobody can read it yet. */
  readonly undecided: bigint;
};

export type Resolved = { readonly partitions: readonly VerifiedPartition[]; readonly isWhole: boolean };

/** @param until verified up to these ends, where the log has more */
export async function resolveRange(
  kafka: KafkaConnection,
  topic: string,
  range: VerifyRange = {},
  until?: ReadonlyMap<number, bigint>,
): Promise<Resolved> {
  // In this order: what is above the end afterwards was there before, so it is not merely newer.
  const written = await writtenEnds(kafka, topic);
  const bounds = await logBounds(kafka, topic);
  const { fromMs, toMs, offsets } = range;
  const [from, to] = await Promise.all([
    fromMs === undefined ? undefined : offsetsAt(kafka, topic, fromMs),
    toMs === undefined ? undefined : offsetsAt(kafka, topic, toMs),
  ]);
  const partitions = bounds.flatMap(({ partition, start, end }): VerifiedPartition[] => {
    const asked = offsets?.get(partition);
    if (offsets !== undefined && asked === undefined) return [];
    const first = highest(start, from?.get(partition), asked?.from);
    const last = lowest(end, to?.get(partition), asked?.to, until?.get(partition));
    const behind = (written.get(partition) ?? end) - end;
    const undecided = last === end && behind > 0n ? behind : 0n;
    return [{ partition, start: lowest(first, last), end: last, logStart: start, logEnd: end, undecided }];
  });
  const isWhole = fromMs === undefined && toMs === undefined && offsets === undefined;
  return { partitions, isWhole };
}

function highest(bound: bigint, ...others: readonly (bigint | undefined)[]): bigint {
  return others.reduce(
    (found: bigint, other) => (other !== undefined && other > found ? other : found),
    bound,
  );
}

function lowest(bound: bigint, ...others: readonly (bigint | undefined)[]): bigint {
  return others.reduce(
    (found: bigint, other) => (other !== undefined && other < found ? other : found),
    bound,
  );
}
