/**
 * Every document of the indices beside the ids that the log has. A document of a record that was read has been compared
 * already, so that here only its place counts; one without a record is surplus if the log would still have its record.
 */

import { ENVELOPE_FIELDS, indexMonth, isEventId, writtenIndex, writtenMonth } from '@auditbox/fhir-core';
import { LOOKED_AT, RECORDED } from './id-table.ts';
import type { Horizon } from './log-horizon.ts';
import type { Known, VerifyOptions } from './options.ts';
import { unreadIndices } from './read-months.ts';
import type { RecordJudge } from './record-judge.ts';
import {
  countDocuments,
  type DocumentKey,
  fetchDocuments,
  refreshEvents,
  scanDocuments,
} from './stored-documents.ts';
import type { Tally } from './tally.ts';

/** Documents without a record that are looked at together. */
const UNKNOWN_AT_ONCE = 1_000;
/** Documents without a record that are kept until the log is read to its end; beyond this many they count as they are. */
const UNKNOWN_MAX = 100_000;

export type JudgedDocuments = Unknown & { readonly count: number };

export async function judgeDocuments(
  options: VerifyOptions,
  known: Known,
  judge: RecordJudge,
  tally: Tally,
  horizon: () => Promise<Horizon>,
): Promise<JudgedDocuments> {
  const { client, onProgress, signal } = options;
  const { looking } = known;
  await refreshEvents(client, looking);
  const total = await countDocuments(client, looking);
  let unknown: DocumentKey[] = [];
  let count = 0;
  let beyondLog = 0;
  let doubtful = 0;
  const judgeThose = async () => {
    const judged = await judgeUnknown(unknown, options, judge, tally, horizon);
    beyondLog += judged.beyondLog;
    doubtful += judged.doubtful;
    unknown = [];
  };
  const byIndex = new Map<string, number>();
  for await (const page of scanDocuments(client, looking, signal)) {
    for (const document of page) {
      byIndex.set(document.index, (byIndex.get(document.index) ?? 0) + 1);
      const isUnknown = judgePlace(document, options, known, judge, tally);
      if (isUnknown && known.isWhole) unknown.push(document);
    }
    count += page.length;
    onProgress?.({ phase: 'indices', done: count, total });
    if (unknown.length > UNKNOWN_MAX) await judgeThose();
  }
  if (unknown.length > 0) await judgeThose();
  // Looked at last: an index has its alias before its first event.
  const unread = looking.isRead ? await unreadIndices(client, options.indexPrefix) : new Set<string>();
  for (const [index, documents] of byIndex) {
    if (unread.has(index)) tally.add({ verdict: 'unread', index }, documents);
  }
  return { count, beyondLog, doubtful };
}

/** Judges a document by where it is. Whether it is one that no record accounts for. */
function judgePlace(
  { index, id }: DocumentKey,
  { indexPrefix }: VerifyOptions,
  { dropped }: Known,
  judge: RecordJudge,
  tally: Tally,
): boolean {
  if (!isEventId(id) || dropped.has(writtenMonth(index, indexPrefix)?.month ?? '')) {
    tally.add({ verdict: 'surplus', index, ...(isEventId(id) && { id }) });
    return false;
  }
  const bits = judge.ids.get(id);
  if ((bits & RECORDED) === 0) return true;
  const isWhereItBelongs = index === writtenIndex(indexMonth(id), indexPrefix);
  // One that is in the wrong place alone has been found misplaced with its record.
  if (!isWhereItBelongs && (bits & LOOKED_AT) !== 0) tally.add({ verdict: 'doubled', id, index });
  return false;
}

/** How many of these the log may have had, and of how many nobody can tell. */
type Unknown = { readonly beyondLog: number; readonly doubtful: number };

async function judgeUnknown(
  unknown: readonly DocumentKey[],
  options: VerifyOptions,
  judge: RecordJudge,
  tally: Tally,
  horizon: () => Promise<Horizon>,
): Promise<Unknown> {
  await judge.tail.readOn();
  const left = unknown.filter(({ id }) => judge.ids.get(id) === 0);
  const judged = { beyondLog: 0, doubtful: 0 };
  if (left.length === 0) return judged;
  const { goneMs, doubtfulMs } = await horizon();
  for (let at = 0; at < left.length; at += UNKNOWN_AT_ONCE) {
    const keys = left.slice(at, at + UNKNOWN_AT_ONCE);
    const isDecided = goneMs === Number.NEGATIVE_INFINITY && doubtfulMs === goneMs;
    const documents = isDecided
      ? []
      : await fetchDocuments(options.client, keys, options.signal, [ENVELOPE_FIELDS.received]);
    for (const [i, { index, id }] of keys.entries()) {
      const received = Date.parse(String(documents[i]?.source[ENVELOPE_FIELDS.received]));
      if (received < goneMs) judged.beyondLog += 1;
      else if (received < doubtfulMs) judged.doubtful += 1;
      else tally.add({ verdict: 'surplus', id, index });
    }
  }
  return judged;
}
