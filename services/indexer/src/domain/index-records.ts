/**
 * The indexing of one batch of one partition. Every record ends in exactly one way (stored now, stored before,
 * quarantined, of a dropped month) and is confirmed only then; what fails for a passing reason is tried again, that
 * alone, until it succeeds or the partition is taken away.
 *
 * A batch goes in steps, as many at a time as there is room for. A document is several times as large as its event, so it
 * is made when there is room, and made again for another try: what waits for Elasticsearch is held as it was read.
 */
import type { IndexerReports } from '../events.ts';
import { type ChunkLimits, chunksOf } from './chunk.ts';
import {
  type Disposition,
  dispositionOf,
  type ItemResult,
  MONTH_DROPPED,
  type QuarantineReason,
  TOO_MANY_REQUESTS,
} from './disposition.ts';
import type { LoggedRecord, QuarantinePort } from './quarantine-record.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { Room } from './room.ts';
import { type EventDocument, toDocument } from './to-document.ts';
import { type Batch, codeOf, type RetryDependencies, type Tried, untilWritten } from './until-written.ts';

/** Writes documents that must not exist yet; one result each, in their order. Rejects where nothing is known of any. */
export type CreatePort = (
  documents: readonly EventDocument[],
  signal: AbortSignal,
) => Promise<CreateResult[]>;

export type CreateResult = ItemResult | typeof MONTH_DROPPED;

/**
 * The content digests of documents that exist, in their order; undefined where there is none after all. Rejects
 * as above.
 */
export type StoredDigestsPort = (
  documents: readonly EventDocument[],
  signal: AbortSignal,
) => Promise<(string | undefined)[]>;

/** What is counted of the fates of events, each once. */
export type IndexCounts = {
  /** Called when Elasticsearch has confirmed the write; `received` is when the gateway received it. */
  readonly created: (received: string) => void;
  readonly alreadyStored: (events: number) => void;
  /** Not written: its month was dropped when its retention ended. */
  readonly droppedMonth: () => void;
  readonly quarantined: () => void;
};

export type IndexDependencies = RetryDependencies & {
  /** For the documents that are being written. */
  readonly room: Room;
  readonly create: CreatePort;
  readonly storedDigests: StoredDigestsPort;
  /** Resolves once the records are durable; rejects otherwise. */
  readonly quarantine: QuarantinePort;
  /** The hexadecimal SHA-256. */
  readonly sha256: (bytes: Buffer) => string;
  readonly reports: IndexerReports;
  readonly counts: IndexCounts;
};

/** Of a step: what is made in one turn of the event loop, some 20 ms of work. A larger event goes alone. */
const STEP: ChunkLimits = { countMax: 100, bytesMax: 512 * 1024 };

/** How much larger than its event a document is, and a little more. */
const DOCUMENT_BYTES_PER_BYTE = 5;

/**
 * Elasticsearch takes one operation only up to some hundredth of its heap, and says of a larger one what it says when
 * it is busy: 429, for ever. An event over these bytes that was rejected this often, others being taken in between, is held
 * to be that.
 */
const LARGE_BYTES = 1024 * 1024;
export const REJECTIONS_MAX = 8;

/** What is remembered from batch to batch, of all partitions together. */
type Memory = { refusedInARow: number; created: number };

type Pending = {
  readonly record: LoggedRecord;
  /** How often it was rejected while others were taken, and how many had been taken at the last time. */
  readonly rejections: number;
  readonly createdBefore: number;
};

type Made = { readonly pending: Pending; readonly document: EventDocument };
type Refused = { readonly record: LoggedRecord; readonly reason: QuarantineReason };

/** Resolves when every record of the batch is confirmed, or when its signal aborts. */
export function indexRecords(dependencies: IndexDependencies): (batch: Batch<LoggedRecord>) => Promise<void> {
  const memory: Memory = { refusedInARow: 0, created: 0 };
  return async (batch) => {
    const pending = batch.records.map((record) => ({ record, rejections: 0, createdBefore: 0 }));
    const steps = [...chunksOf(pending, bytesOf, STEP)].map((step) =>
      untilWritten(step, (left) => tryStep(left, batch, memory, dependencies), batch, dependencies),
    );
    // All are waited for, also where one fails: nothing goes on behind the back of who has ended.
    for (const ended of await Promise.allSettled(steps)) {
      if (ended.status === 'rejected' && !batch.signal.aborted) throw ended.reason;
    }
  };
}

/** One try. What has its final disposition is confirmed; the rest comes back. */
async function tryStep(
  step: readonly Pending[],
  batch: Batch<LoggedRecord>,
  memory: Memory,
  dependencies: IndexDependencies,
): Promise<Tried<Pending>> {
  const { room, reports, counts } = dependencies;
  const bytes = DOCUMENT_BYTES_PER_BYTE * step.reduce((sum, each) => sum + bytesOf(each), 0);
  const written = await room.with(bytes, batch.signal, () => write(step, batch, memory, dependencies));
  const { again, existing, refused } = written;
  const compared = await compareExisting(existing, batch, dependencies);
  await quarantineAll([...refused, ...compared.conflicting], batch, dependencies);
  counts.alreadyStored(compared.same);
  reports.indexed(batch.partition, { created: written.created, alreadyStored: compared.same });
  return { ...written, again: [...again, ...compared.unknown] };
}

type Written = Tried<Pending> & {
  readonly created: number;
  /** Their ids are taken. */
  readonly existing: readonly Made[];
  readonly refused: readonly Refused[];
};

/** Makes the documents of a step and writes them. */
async function write(
  step: readonly Pending[],
  { confirm, signal }: Batch<LoggedRecord>,
  memory: Memory,
  { create, sha256, counts }: IndexDependencies,
): Promise<Written> {
  const made: Made[] = [];
  const refused: Refused[] = [];
  for (const pending of step) {
    const result = toDocument(pending.record, sha256);
    if ('document' in result) made.push({ pending, document: result.document });
    else refused.push({ record: pending.record, reason: result.unindexable });
  }
  let results: CreateResult[];
  try {
    results = made.length === 0 ? [] : await create(documentsOf(made), signal);
  } catch (error) {
    signal.throwIfAborted();
    const reason = codeOf(error);
    const again = made.map(({ pending }) => pending);
    return { again, mappingBehind: false, reason, created: 0, existing: [], refused };
  }
  const again: Pending[] = [];
  const existing: Made[] = [];
  let mappingBehind = false;
  let reason: string | undefined;
  let created = 0;
  for (const [i, item] of made.entries()) {
    const { record } = item.pending;
    const result = results[i] ?? { status: 0 };
    const disposition = judge(item.pending, result, memory);
    switch (disposition.kind) {
      case 'created':
        created++;
        memory.created++;
        memory.refusedInARow = 0;
        confirm(record.offset);
        counts.created(item.document.received);
        break;
      case 'exists':
        existing.push(item);
        break;
      case 'dropped-month':
        confirm(record.offset);
        counts.droppedMonth();
        break;
      case 'quarantine':
        if (disposition.reason === 'refused-by-index') memory.refusedInARow++;
        refused.push({ record, reason: disposition.reason });
        break;
      case 'mapping-behind':
        mappingBehind = true;
        again.push(item.pending);
        break;
      case 'retry':
        if (result !== MONTH_DROPPED) reason ??= `status ${result.status}`;
        again.push(rejected(item.pending, result, memory));
        break;
    }
  }
  return { again, mappingBehind, reason: reason ?? 'status unknown', created, existing, refused };
}

function judge(pending: Pending, result: CreateResult, memory: Memory): Disposition {
  const disposition = dispositionOf(result, memory.refusedInARow);
  return disposition.kind === 'retry' && pending.rejections >= REJECTIONS_MAX
    ? { kind: 'quarantine', reason: 'too-large-for-index' }
    : disposition;
}

function rejected(pending: Pending, result: CreateResult, { created }: Memory): Pending {
  const isLarge = bytesOf(pending) > LARGE_BYTES;
  const isRejected = result !== MONTH_DROPPED && result.status === TOO_MANY_REQUESTS;
  if (!isLarge || !isRejected || created === pending.createdBefore) return pending;
  return { ...pending, rejections: pending.rejections + 1, createdBefore: created };
}

type Compared = {
  readonly same: number;
  readonly conflicting: readonly Refused[];
  readonly unknown: readonly Pending[];
};

/** Of events whose id is taken: the same event sent twice is stored, another one with its id is a conflict. */
async function compareExisting(
  existing: readonly Made[],
  batch: Batch<LoggedRecord>,
  { storedDigests }: IndexDependencies,
): Promise<Compared> {
  if (existing.length === 0) return { same: 0, conflicting: [], unknown: [] };
  let digests: (string | undefined)[];
  try {
    digests = await storedDigests(documentsOf(existing), batch.signal);
  } catch (error) {
    batch.signal.throwIfAborted();
    codeOf(error);
    return { same: 0, conflicting: [], unknown: existing.map(({ pending }) => pending) };
  }
  let same = 0;
  const conflicting: Refused[] = [];
  const unknown: Pending[] = [];
  for (const [i, { pending, document }] of existing.entries()) {
    const digest = digests[i];
    if (digest === document.digest) {
      same++;
      batch.confirm(pending.record.offset);
    } else if (digest === undefined) unknown.push(pending);
    else conflicting.push({ record: pending.record, reason: 'other-event-with-this-id' });
  }
  return { same, conflicting, unknown };
}

/** Writes to quarantine, durably, and only then confirms. Tries until it succeeds: the log waits. */
async function quarantineAll(
  refused: readonly Refused[],
  batch: Batch<LoggedRecord>,
  { quarantine, random, delay, reports, counts }: IndexDependencies,
): Promise<void> {
  for (const { record, reason } of refused) {
    for (let attempt = 1; ; attempt++) {
      try {
        await quarantine(record, reason);
        break;
      } catch (error) {
        batch.signal.throwIfAborted();
        const delayMs = retryDelayMs(attempt, random);
        const reason = `quarantine: ${codeOf(error)}`;
        reports.retrying({ partition: batch.partition, reason, events: 1, delayMs, attempt });
        await delay(delayMs, batch.signal);
      }
    }
    batch.confirm(record.offset);
    counts.quarantined();
    reports.quarantined(record, reason);
  }
}

function documentsOf(items: readonly Made[]): EventDocument[] {
  return items.map(({ document }) => document);
}

function bytesOf({ record }: Pending): number {
  return record.value?.length ?? 0;
}
