/**
 * The indexing of one batch of one partition. Every record ends in exactly one way (stored now, stored before,
 * quarantined) and is confirmed only then; what fails for a passing reason is tried again, that alone, until it
 * succeeds or the partition is taken away.
 */
import type { IndexerReports } from '../events.ts';
import { chunksOf } from './chunk.ts';
import { dispositionOf, type ItemResult, type QuarantineReason } from './disposition.ts';
import type { QuarantinePort } from './quarantine-record.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type EventDocument, type IndexableRecord, toDocument } from './to-document.ts';

/** A batch of one partition, in the order of the log. */
export type IndexableBatch = {
  readonly partition: number;
  readonly records: readonly IndexableRecord[];
  /** Says that a record needs no second delivery. */
  readonly confirm: (offset: bigint) => void;
  /** Aborts when the batch is another's now. */
  readonly signal: AbortSignal;
};

/** Writes documents that must not exist yet; one result each, in their order. Rejects where nothing is known of any. */
export type CreatePort = (documents: readonly EventDocument[], signal: AbortSignal) => Promise<ItemResult[]>;

/**
 * The content digests of documents that exist, in their order; undefined where there is none after all. Rejects
 * as above.
 */
export type StoredDigestsPort = (
  documents: readonly EventDocument[],
  signal: AbortSignal,
) => Promise<(string | undefined)[]>;

export type IndexDependencies = {
  readonly indexPrefix: string;
  readonly limits: { readonly countMax: number; readonly bytesMax: number };
  readonly create: CreatePort;
  readonly storedDigests: StoredDigestsPort;
  /** Resolves once the records are durable; rejects otherwise. */
  readonly quarantine: QuarantinePort;
  /** The hexadecimal SHA-256. */
  readonly sha256: (bytes: Buffer) => string;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Rejects when `signal` aborts. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly reports: IndexerReports;
};

/** What `create` rejects with where a request is larger than Elasticsearch, or what is before it, takes. */
const TOO_LARGE = 'elasticsearch-413';

/** What is remembered from batch to batch, of all partitions together. */
type Memory = { refusedInARow: number };

type Pending = { readonly record: IndexableRecord; readonly document: EventDocument };
type Refused = { readonly record: IndexableRecord; readonly reason: QuarantineReason };

/** Resolves when every record of the batch is confirmed, or when its signal aborts. */
export function indexRecords(dependencies: IndexDependencies): (batch: IndexableBatch) => Promise<void> {
  const { indexPrefix, limits, sha256 } = dependencies;
  const memory: Memory = { refusedInARow: 0 };
  return async (batch) => {
    const pending: Pending[] = [];
    const refused: Refused[] = [];
    for (const record of batch.records) {
      const made = toDocument(record, indexPrefix, sha256);
      if ('document' in made) pending.push({ record, document: made.document });
      else refused.push({ record, reason: made.unindexable });
    }
    try {
      await quarantineAll(refused, batch, dependencies);
      for (const chunk of chunksOf(pending, ({ document }) => document.bytes, limits)) {
        await indexChunk(chunk, batch, memory, dependencies);
      }
    } catch (error) {
      if (!batch.signal.aborted) throw error;
    }
  };
}

/** Writes one chunk, and what is left of it, until nothing is left. */
async function indexChunk(
  chunk: readonly Pending[],
  batch: IndexableBatch,
  memory: Memory,
  dependencies: IndexDependencies,
): Promise<void> {
  const { random, delay, reports } = dependencies;
  const { partition, signal } = batch;
  let left = chunk;
  for (let attempt = 1; left.length > 0; attempt++) {
    const { again, mappingBehind, reason } = await tryChunk(left, batch, memory, dependencies);
    left = again;
    if (left.length === 0) return;
    if (reason === TOO_LARGE) {
      const half = Math.ceil(left.length / 2);
      await indexChunk(left.slice(0, half), batch, memory, dependencies);
      return indexChunk(left.slice(half), batch, memory, dependencies);
    }
    const delayMs = retryDelayMs(attempt, random);
    if (mappingBehind) reports.mappingBehind(partition, delayMs);
    else reports.retrying({ partition, reason, events: left.length, delayMs, attempt });
    await delay(delayMs, signal);
  }
}

type Tried = { readonly again: readonly Pending[]; readonly mappingBehind: boolean; readonly reason: string };

/** One try. What has its final disposition is confirmed; the rest comes back. */
async function tryChunk(
  chunk: readonly Pending[],
  batch: IndexableBatch,
  memory: Memory,
  dependencies: IndexDependencies,
): Promise<Tried> {
  const { create, reports } = dependencies;
  const failed = (reason: string): Tried => ({ again: chunk, mappingBehind: false, reason });
  let results: ItemResult[];
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
        break;
      case 'exists':
        existing.push(item);
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
  reports.indexed(batch.partition, { created, alreadyStored: compared.same });
  const status = results.find((result) => dispositionOf(result).kind === 'retry')?.status;
  return { again: [...again, ...compared.unknown], mappingBehind, reason: `status ${status ?? 'unknown'}` };
}

type Compared = {
  readonly same: number;
  readonly conflicting: readonly Refused[];
  readonly unknown: readonly Pending[];
};

/** Of events whose id is taken: the same event sent twice is stored, another one with its id is a conflict. */
async function compareExisting(
  existing: readonly Pending[],
  batch: IndexableBatch,
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
  batch: IndexableBatch,
  { quarantine, random, delay, reports }: IndexDependencies,
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
    reports.quarantined(record, reason);
  }
}

function documentsOf(items: readonly Pending[]): EventDocument[] {
  return items.map(({ document }) => document);
}

/** The code of an operational failure. A foreign error is a programmer's: it goes on up and ends the process. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') throw error;
  return code;
}
