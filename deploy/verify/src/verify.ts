/**
 * The proof: every record of the log, or of a part of it, beside what is stored, and every document beside the log.
 *
 * The order is what makes it right while events arrive: first what the indexer has committed, then quarantine, then the
 * records up to the log's end of the beginning, then the documents, then what the log got meanwhile. So whatever was
 * committed has to be found, and whatever is found has to have a record.
 */
import { committedOffsets, logBounds, readLog } from '@auditbox/event-log';
import { PROJECTION_VERSION } from '@auditbox/fhir-core';
import { judgeDocuments } from './judge-documents.ts';
import { judgeQuarantine } from './judge-quarantine.ts';
import type { Known, VerifyOptions } from './options.ts';
import { readMonths } from './read-months.ts';
import { placeText, readQuarantine } from './read-quarantine.ts';
import { RecordJudge } from './record-judge.ts';
import type { Report } from './report.ts';
import { refreshEvents } from './stored-documents.ts';
import { Tally } from './tally.ts';
import { resolveRange } from './verify-range.ts';

/** @throws EventLogError or ElasticError where Kafka or Elasticsearch can't be read: nothing is proven then */
export async function verify(options: VerifyOptions): Promise<Report> {
  const startedAtMs = performance.now();
  const tally = new Tally();
  const notes: string[] = [];
  const known = await prepare(options, tally, notes);
  const judge = new RecordJudge(options, known, tally);
  await readRecords(options, known, judge, notes);
  judge.conclude();
  await judgeQuarantine(options, known, tally);
  const documents = await judgeDocuments(options, known, judge, tally);
  return {
    isClean: tally.differencesTotal === 0,
    records: tally.records,
    verdicts: tally.verdicts,
    differences: tally.differences,
    differencesTotal: tally.differencesTotal,
    ids: judge.ids.size,
    documents: documents.count,
    documentsBeyondLog: documents.beyondLog,
    quarantineRecords: known.quarantine.records,
    partitions: known.partitions,
    isWhole: known.isWhole,
    repaired: judge.repaired,
    notes: [...notes, ...judge.notes()],
    durationMs: performance.now() - startedAtMs,
  };
}

async function prepare(options: VerifyOptions, tally: Tally, notes: string[]): Promise<Known> {
  const { kafka, client, eventsTopic, quarantineTopic, indexPrefix, groups, onProgress, signal } = options;
  const committed = groups && (await committedOffsets(kafka, eventsTopic, groups.events));
  const [resolved, quarantineRanges, { dropped, generation }] = await Promise.all([
    resolveRange(kafka, eventsTopic, options.range, options.until),
    logBounds(kafka, quarantineTopic),
    readMonths(client, indexPrefix),
  ]);
  for (const { partition, logStart } of resolved.partitions) {
    const offset = committed?.get(partition);
    if (offset === undefined || offset >= logStart) continue;
    const place = placeText(eventsTopic, partition, offset);
    tally.add({ verdict: 'deleted-unread', place }, Number(logStart - offset));
    notes.push(`${place} is committed, but the log begins at ${logStart}: records were deleted unread.`);
  }
  const total = quarantineRanges.reduce((sum, { start, end }) => sum + Number(end - start), 0);
  const quarantine = await readQuarantine(kafka, quarantineTopic, quarantineRanges, {
    eventsTopic,
    onRecords: (done) => onProgress?.({ phase: 'quarantine', done, total }),
    signal,
  });
  const isRead = generation === undefined || generation === PROJECTION_VERSION;
  if (!isRead)
    notes.push(
      `Searches read generation ${generation}; verified is that of this release, ${PROJECTION_VERSION}.`,
    );
  const looking = { indexPrefix, isRead };
  await refreshEvents(client, looking);
  return { ...resolved, ...{ committed, quarantine, dropped, looking } };
}

async function readRecords(
  { kafka, eventsTopic, onProgress, signal }: VerifyOptions,
  { partitions }: Known,
  judge: RecordJudge,
  notes: string[],
): Promise<void> {
  const total = partitions.reduce((sum, { start, end }) => sum + Number(end - start), 0);
  let done = 0;
  const ranges = { topic: eventsTopic, ranges: partitions, ...(signal && { signal }) };
  for await (const batch of readLog(kafka, ranges)) {
    const { partition, records, next, deletedFrom, isUndecided } = batch;
    await judge.take(records);
    done += records.length;
    onProgress?.({ phase: 'log', done, total });
    if (deletedFrom !== undefined) {
      const place = placeText(eventsTopic, partition, deletedFrom);
      notes.push(`From ${place} to ${next} the log deleted records before they were verified.`);
    }
    if (isUndecided) {
      const place = placeText(eventsTopic, partition, next);
      notes.push(`${place}: a transaction is open, what follows it is not verified.`);
    }
  }
  await judge.settle();
}
