/** The items of quarantine that no record of the log of events accounts for, and those that nobody finds listed. */
import { committedOffsets } from '@auditbox/event-log';
import type { QuarantineDocument } from '@auditbox/fhir-core';
import type { Known, VerifyOptions } from './options.ts';
import { placeText } from './read-quarantine.ts';
import { fetchDocuments } from './stored-documents.ts';
import type { Tally } from './tally.ts';

/** Of one request. */
const ITEMS_AT_ONCE = 1_000;

/**
 * What is left of quarantine when the records have been read: items at places that were read and hold no record. Below
 * the log's start nobody can tell any more, and above its end of the beginning it is too early.
 */
export async function judgeQuarantine(
  options: VerifyOptions,
  known: Known,
  tally: Tally,
): Promise<JudgedQuarantine> {
  const ranges = new Map(known.partitions.map((range) => [range.partition, range]));
  for (const [key, { id, place }] of [...known.quarantine.byPlace, ...known.quarantine.rivals]) {
    const [partition, offset] = key.split('@') as [string, string];
    const range = ranges.get(Number(partition));
    if (range === undefined || BigInt(offset) < range.start || BigInt(offset) >= range.end) continue;
    tally.add({ verdict: 'wrongly-quarantined', place, id });
  }
  return judgeListing(options, known, tally);
}

export type JudgedQuarantine = {
  /** Items that the indexer has not committed and not listed. */
  readonly waiting: number;
  /** There are items, and the group has committed nothing. */
  readonly hasNoOffsets: boolean;
};

/** An item is listed once its document says when it was received. */
const LISTED_FIELD = 'received' satisfies keyof QuarantineDocument;

async function judgeListing(
  { kafka, client, quarantineTopic, quarantineIndex, groups, signal }: VerifyOptions,
  { quarantine }: Known,
  tally: Tally,
): Promise<JudgedQuarantine> {
  if (quarantineIndex === undefined) return { waiting: 0, hasNoOffsets: false };
  const committed = groups && (await committedOffsets(kafka, quarantineTopic, groups.quarantine));
  const items = [...quarantine.places];
  let waiting = 0;
  for (let at = 0; at < items.length; at += ITEMS_AT_ONCE) {
    const some = items.slice(at, at + ITEMS_AT_ONCE);
    const keys = some.map(([id]) => ({ index: quarantineIndex, id }));
    const documents = await fetchDocuments(client, keys, signal, [LISTED_FIELD]);
    for (const [i, [id, { partition, offset }]] of some.entries()) {
      const isListed = documents[i]?.source[LISTED_FIELD] !== undefined;
      const isWaiting = committed !== undefined && offset >= (committed.get(partition) ?? 0n);
      if (isListed) continue;
      if (isWaiting) {
        waiting += 1;
        continue;
      }
      const place = placeText(quarantineTopic, partition, offset);
      tally.add({ verdict: 'unlisted', place, id, index: quarantineIndex });
    }
  }
  return { waiting, hasNoOffsets: committed?.size === 0 && items.length > 0 };
}
