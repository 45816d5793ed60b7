/** The reading of all records of the range, and what of it could not be read: that is said, counted, and never passed over. */
import { committedOffsets, readLog } from '@auditbox/event-log';
import type { Known, VerifyOptions } from './options.ts';
import { placeText } from './read-quarantine.ts';
import type { RecordJudge } from './record-judge.ts';
import type { Tally } from './tally.ts';

/** @returns offsets that were not read */
export async function readRecords(
  options: VerifyOptions,
  { partitions }: Known,
  judge: RecordJudge,
  tally: Tally,
  notes: string[],
): Promise<number> {
  const { kafka, eventsTopic, groups, onProgress, signal } = options;
  const ends = new Map(partitions.map(({ partition, end }) => [partition, end]));
  const total = partitions.reduce((sum, { start, end }) => sum + Number(end - start), 0);
  let done = 0;
  let unread = 0n;
  for (const { partition, end, undecided, gone, notYet } of partitions) {
    unread += undecided + gone + notYet;
    const place = placeText(eventsTopic, partition, end);
    if (undecided > 0n) notes.push(`${place}: a transaction is open, what follows it is not verified.`);
    const ofPartition = `offsets that were asked for of ${eventsTopic}/${partition}`;
    if (gone > 0n) notes.push(`${gone} ${ofPartition} are no longer in the log.`);
    if (notYet > 0n) notes.push(`${notYet} ${ofPartition} are not in the log yet.`);
  }
  const ranges = { topic: eventsTopic, ranges: partitions, ...(signal && { signal }) };
  for await (const { partition, records, next, deletedFrom, isUndecided } of readLog(kafka, ranges)) {
    await judge.take(records);
    done += records.length;
    onProgress?.({ phase: 'log', done, total });
    if (deletedFrom !== undefined) {
      unread += next - deletedFrom;
      const place = placeText(eventsTopic, partition, deletedFrom);
      notes.push(`From ${place} to ${next} the log deleted records before they were verified.`);
      // As it is now: what the indexer had by then is not lost.
      const committed = groups && (await committedOffsets(kafka, eventsTopic, groups.events)).get(partition);
      const lost = lostOf({ deletedFrom, next, committed });
      if (lost > 0n) tally.add({ verdict: 'deleted-unread', place }, Number(lost));
    }
    if (isUndecided) {
      unread += (ends.get(partition) ?? next) - next;
      const place = placeText(eventsTopic, partition, next);
      notes.push(`${place}: a transaction is open, what follows it is not verified.`);
    }
  }
  await judge.settle();
  return Number(unread);
}

/** Of records that were deleted those that the indexer had not committed; none where nobody says what it has. */
export function lostOf({
  deletedFrom,
  next,
  committed,
}: {
  readonly deletedFrom: bigint;
  readonly next: bigint;
  readonly committed: bigint | undefined;
}): bigint {
  if (committed === undefined || committed >= next) return 0n;
  return next - (committed > deletedFrom ? committed : deletedFrom);
}
