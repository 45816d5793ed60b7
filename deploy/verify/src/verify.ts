/**
 * The proof: every record of the log, or of a part of it, beside what is stored, and every document beside the log.
 *
 * The order is what makes it right while events arrive: first where the log ends, then what the indexer has committed, then
 * quarantine, then the records up to that end, then the documents, then what the log got meanwhile. So whatever was committed
 * has to be found, and whatever is found has to have a record.
 */
import { committedOffsets, logBounds } from '@auditbox/event-log';
import { PROJECTION_VERSION } from '@auditbox/fhir-core';
import { INCOMPLETE, type Incomplete } from './incomplete.ts';
import { judgeDocuments } from './judge-documents.ts';
import { judgeQuarantine } from './judge-quarantine.ts';
import { lackingOffsets } from './lacking-offsets.ts';
import { type Horizon, logHorizon } from './log-horizon.ts';
import type { Known, VerifyOptions } from './options.ts';
import { readMonths } from './read-months.ts';
import { placeText, readQuarantine } from './read-quarantine.ts';
import { readRecords } from './read-records.ts';
import { RecordJudge } from './record-judge.ts';
import type { Report } from './report.ts';
import { refreshEvents } from './stored-documents.ts';
import { Tally } from './tally.ts';
import { untilCommitted } from './until-committed.ts';
import { type Resolved, resolveRange } from './verify-range.ts';

/**
 * @throws EventLogError or ElasticError where Kafka or Elasticsearch can't be read, UnknownPartitionError where there is no
 * such partition: nothing is proven then
 */
export async function verify(options: VerifyOptions): Promise<Report> {
  const startedAtMs = performance.now();
  const tally = new Tally();
  const notes: string[] = [];
  const known = await prepare(options, tally, notes);
  const judge = new RecordJudge(options, known, tally);
  const unread = await readRecords(options, known, judge, tally, notes);
  let asked: Promise<Horizon> | undefined;
  const horizon = () => (asked ??= logHorizon(options));
  const { dropped } = await readMonths(options.client, options.indexPrefix);
  await judge.conclude({ dropped, horizon });
  const items = await judgeQuarantine(options, known, tally);
  const documents = await judgeDocuments(options, known, judge, tally, horizon);
  const withoutOffsets = known.committed
    ? lackingOffsets(options.eventsTopic, known.committed, known.partitions)
    : [];
  notes.push(...withoutOffsets);
  const incomplete = incompleteOf({
    waiting: tally.verdicts.waiting + items.waiting > 0,
    'no-offsets': withoutOffsets.length > 0 || items.hasNoOffsets,
    unread: unread > 0,
    empty: !known.isWhole && !known.isLogEmpty && tally.records === 0,
    unproven: (tally.verdicts.unproven > 0 && known.looking.isRead) || documents.doubtful > 0,
    'other-generation': !known.looking.isRead,
  });
  if (tally.verdicts.waiting > 0)
    notes.push(`${tally.verdicts.waiting} records are not committed by the indexer, and not stored.`);
  if (items.waiting > 0) notes.push(`${items.waiting} items of quarantine are not listed yet.`);
  if (items.hasNoOffsets)
    notes.push('The group of quarantine has committed nothing: what is listed of it is not known.');
  if (documents.doubtful > 0)
    notes.push(
      `${documents.doubtful} documents have no record, and a partition that is empty may have had it: they may be surplus.`,
    );
  return {
    isClean: tally.differencesTotal === 0,
    isComplete: incomplete.length === 0,
    incomplete,
    unread,
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
  const resolved = await resolveAndWait(options);
  const committed = groups && (await committedOffsets(kafka, eventsTopic, groups.events));
  const [quarantineRanges, { dropped, generation, isRead }] = await Promise.all([
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
  if (!isRead)
    notes.push(
      `Searches read generation ${generation ?? 'before'}; verified is that of this release, ${PROJECTION_VERSION}, and what it lacks it may still get.`,
    );
  const looking = { indexPrefix, isRead };
  await refreshEvents(client, looking);
  return { ...resolved, ...{ committed, quarantine, dropped, looking } };
}

/** Up to the log's end of the beginning, and from where it begins after waiting. */
async function resolveAndWait(options: VerifyOptions): Promise<Resolved> {
  const { kafka, eventsTopic, quarantineTopic, groups, range, waitMs = 0, signal } = options;
  const asked = await resolveRange(kafka, eventsTopic, range);
  if (groups === undefined || waitMs === 0) return asked;
  const ranges = asked.partitions;
  await untilCommitted(kafka, { eventsTopic, ranges, quarantineTopic, groups, waitMs, signal });
  return resolveRange(
    kafka,
    eventsTopic,
    range,
    new Map(ranges.map(({ partition, end }) => [partition, end])),
  );
}

function incompleteOf(is: Readonly<Record<Incomplete, boolean>>): Incomplete[] {
  return (Object.keys(INCOMPLETE) as Incomplete[]).filter((reason) => is[reason]);
}
