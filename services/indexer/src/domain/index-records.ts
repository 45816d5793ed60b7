/**
 * The indexing of one batch of one partition. Every record ends in exactly one way (stored now, stored before,
 * quarantined) and is confirmed only then; what fails for a passing reason is tried again, that alone, until it
 * succeeds or the partition is taken away.
 */
import type { IndexerReports } from '../events.ts';
import { chunksOf } from './chunk.ts';
import { dispositionOf, type ItemResult, MONTH_DROPPED, type QuarantineReason } from './disposition.ts';
import type { LoggedRecord, QuarantinePort } from './quarantine-record.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type EventDocument, toDocument } from './to-document.ts';
import {
  type Batch,
  codeOf,
  type RetryDependencies,
  TOO_LARGE,
  type Tried,
  untilWritten,
} from './until-written.ts';

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
  readonly limits: { readonly countMax: number; readonly bytesMax: number };
  readonly create: CreatePort;
  readonly storedDigests: StoredDigestsPort;
  /** Resolves once the records are durable; rejects otherwise. */
  readonly quarantine: QuarantinePort;
  /** The hexadecimal SHA-256. */
  readonly sha256: (bytes: Buffer) => string;
  readonly reports: IndexerReports;
  readonly counts: IndexCounts;
};

/** What is remembered from batch to batch, of all partitions together. */
type Memory = { refusedInARow: number };

type Pending = { readonly record: LoggedRecord; readonly document: EventDocument };
type Refused = { readonly record: LoggedRecord; readonly reason: QuarantineReason };

/** Resolves when every record of the batch is confirmed, or when its signal aborts. */
export function indexRecords(dependencies: IndexDependencies): (batch: Batch<LoggedRecord>) => Promise<void> {
  const { limits, sha256 } = dependencies;
  const memory: Memory = { refusedInARow: 0 };
  return async (batch) => {
    const pending: Pending[] = [];
    const refused: Refused[] = [];
    for (const record of batch.records) {
      const made = toDocument(record, sha256);
      if ('document' in made) pending.push({ record, document: made.document });
      else refused.push({ record, reason: made.unindexable });
    }
    try {
      await quarantineAll(refused, batch, dependencies);
      for (const chunk of chunksOf(pending, ({ document }) => document.bytes, limits)) {
        await untilWritten(chunk, (left) => tryChunk(left, batch, memory, dependencies), batch, dependencies);
      }
    } catch (error) {
      if (!batch.signal.aborted) throw error;
    }
  };
}

/** One try. What has its final disposition is confirmed; the rest comes back. */
async function tryChunk(
  chunk: readonly Pending[],
  batch: Batch<LoggedRecord>,
  memory: Memory,
  dependencies: IndexDependencies,
): Promise<Tried<Pending>> {
  const { create, reports, counts } = dependencies;
  const failed = (reason: string): Tried<Pending> => ({ again: chunk, mappingBehind: false, reason });
  let results: CreateResult[];
  try {
    results = await create(documentsOf(chunk), batch.signal);
  } catch (error) {
    batch.signal.throwIfAborted();
    const [only] = chunk;
    if (codeOf(error) !== TOO_LARGE || only === undefined || chunk.length > 1) return failed(codeOf(error));
    await quarantineAll([{ record: only.record, reason: 'too-large-for-index' }], batch, dependencies);
    return { again: [], mappingBehind: false, reason: TOO_LARGE };
  }
  const again: Pending[] = [];
  const existing: Pending[] = [];
  const refused: Refused[] = [];
  let mappingBehind = false;
  let created = 0;
  for (const [i, item] of chunk.entries()) {
    const disposition = dispositionOf(results[i] ?? { status: 0 }, memory.refusedInARow);
    switch (disposition.kind) {
      case 'created':
        created++;
        memory.refusedInARow = 0;
        batch.confirm(item.record.offset);
        counts.created(item.document.received);
        break;
      case 'exists':
        existing.push(item);
        break;
      case 'dropped-month':
        batch.confirm(item.record.offset);
        counts.droppedMonth();
        break;
      case 'quarantine':
        memory.refusedInARow++;
        refused.push({ record: item.record, reason: disposition.reason });
        break;
      case 'mapping-behind':
        mappingBehind = true;
        again.push(item);
        break;
      case 'retry':
        again.push(item);
        break;
    }
  }
  const compared = await compareExisting(existing, batch, dependencies);
  await quarantineAll([...refused, ...compared.conflicting], batch, dependencies);
  counts.alreadyStored(compared.same);
  reports.indexed(batch.partition, { created, alreadyStored: compared.same });
  return { again: [...again, ...compared.unknown], mappingBehind, reason: reasonOf(results) };
}

type Compared = {
  readonly same: number;
  readonly conflicting: readonly Refused[];
  readonly unknown: readonly Pending[];
};

/** Of events whose id is taken: the same event sent twice is stored, another one with its id is a conflict. */
async function compareExisting(
  existing: readonly Pending[],
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
    return { same: 0, conflicting: [], unknown: existing };
  }
  let same = 0;
  const conflicting: Refused[] = [];
  const unknown: Pending[] = [];
  for (const [i, item] of existing.entries()) {
    const digest = digests[i];
    if (digest === item.document.digest) {
      same++;
      batch.confirm(item.record.offset);
    } else if (digest === undefined) unknown.push(item);
    else conflicting.push({ record: item.record, reason: 'other-event-with-this-id' });
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

function reasonOf(results: readonly CreateResult[]): string {
  for (const result of results) {
    if (result !== MONTH_DROPPED && dispositionOf(result).kind === 'retry') return `status ${result.status}`;
  }
  return 'status unknown';
}

function documentsOf(items: readonly Pending[]): EventDocument[] {
  return items.map(({ document }) => document);
}
