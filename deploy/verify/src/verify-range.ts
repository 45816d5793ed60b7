/**
 * Which records are verified: all that the log has, or a part of it by offsets or by the log's time. What is asked for by
 * its offsets and is not there is said: nothing is quietly left out.
 */
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
  /** Offsets that were asked for and that the log has deleted, or has not reached. */
  readonly gone: bigint;
  readonly notYet: bigint;
};

export type Resolved = {
  readonly partitions: readonly VerifiedPartition[];
  readonly isWhole: boolean;
  /** No partition has a record, also of those that were not asked for. */
  readonly isLogEmpty: boolean;
};

type Offsets = ReadonlyMap<number, bigint>;

/** What the log says, by partition. */
export type LogView = {
  readonly bounds: readonly PartitionRange[];
  /** One past what is written, whether or not it can be read yet. */
  readonly written: Offsets;
  /** Where the times that bound the range begin. */
  readonly from?: Offsets | undefined;
  readonly to?: Offsets | undefined;
};

export class UnknownPartitionError extends Error {
  override readonly name = 'UnknownPartitionError';
}

/**
 * @param until verified up to these ends, where the log has more
 * @throws UnknownPartitionError, and EventLogError where Kafka can't be read
 */
export async function resolveRange(
  kafka: KafkaConnection,
  topic: string,
  range: VerifyRange = {},
  until?: Offsets,
): Promise<Resolved> {
  // In this order: what is above the end afterwards was there before, so it is not merely newer.
  const written = await writtenEnds(kafka, topic);
  const bounds = await logBounds(kafka, topic);
  const { fromMs, toMs } = range;
  const [from, to] = await Promise.all([
    fromMs === undefined ? undefined : offsetsAt(kafka, topic, fromMs),
    toMs === undefined ? undefined : offsetsAt(kafka, topic, toMs),
  ]);
  return rangeWithin({ bounds, written, from, to }, range, until);
}

export function rangeWithin(
  { bounds, written, from, to }: LogView,
  { fromMs, toMs, offsets }: VerifyRange,
  until?: Offsets,
): Resolved {
  const unknown = [...(offsets?.keys() ?? [])].filter((asked) =>
    bounds.every(({ partition }) => partition !== asked),
  );
  if (unknown.length > 0)
    throw new UnknownPartitionError(
      `The log of events has no partition ${unknown.join(', ')}: it has ${bounds.length}, from 0 on.`,
    );
  const partitions = bounds.flatMap(({ partition, start, end }): VerifiedPartition[] => {
    const asked = offsets?.get(partition);
    if (offsets !== undefined && asked === undefined) return [];
    const first = highest(start, from?.get(partition), asked?.from);
    const last = lowest(end, to?.get(partition), asked?.to, until?.get(partition));
    const writtenEnd = highest(end, written.get(partition));
    const undecided = last === end ? lowest(writtenEnd, asked?.to) - end : 0n;
    // What is there by now and was not when it was asked for is not verified either.
    const limit = until?.get(partition) ?? end;
    const reached = limit < end ? limit : writtenEnd;
    const gone = offsetsBetween(asked?.from ?? start, lowest(start, asked?.to));
    const notYet = offsetsBetween(highest(reached, asked?.from), asked?.to ?? reached);
    const verified = { partition, start: lowest(first, last), end: last, logStart: start, logEnd: end };
    return [{ ...verified, undecided, gone, notYet }];
  });
  return {
    partitions,
    isWhole: fromMs === undefined && toMs === undefined && offsets === undefined,
    isLogEmpty: bounds.every(({ start, end }) => start === end),
  };
}

function offsetsBetween(from: bigint, to: bigint): bigint {
  return to > from ? to - from : 0n;
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
