/**
 * The indexing of one batch of one partition. Every record ends in exactly one way (stored now, stored before,
 * quarantined, of a dropped month) and is confirmed only then; what fails for a passing reason is tried again, that
 * alone, until it succeeds or the partition is taken away.
 *
 * A batch goes in steps, as many at a time as there is room for. A document is several times as large as its event, so it
 * is made when there is room, and made again for another try: what waits for Elasticsearch is held as it was read.
 */
import type { IndexerReports } from '../events.ts';
import { chunksOf, DOCUMENT_BYTES_PER_BYTE, STEP } from './chunk.ts';
import {
  dispositionOf,
  type ItemResult,
  type NotWritten,
  type QuarantineReason,
  TOO_MANY_REQUESTS,
} from './disposition.ts';
import { DocumentMemory, PIECE_BYTES } from './document-memory.ts';
import type { LoggedRecord, QuarantinePort } from './quarantine-record.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { Room } from './room.ts';
import { type EventDocument, LARGE_DOCUMENT_BYTES, toDocument } from './to-document.ts';
import { type Batch, codeOf, type RetryDependencies, type Tried, untilWritten } from './until-written.ts';

/**
 * Writes documents that must not exist yet; one result each, in their order. Rejects where nothing is known of any. Once it has
 * ended it reads none of their sources any more, unless `signal` ended it.
 */
export type CreatePort = (
  documents: readonly EventDocument[],
  signal: AbortSignal,
) => Promise<CreateResult[]>;

export type CreateResult = ItemResult | NotWritten;

/**
 * The content digests of documents that exist, in their order; undefined where there is none after all. Rejects
 * as above.
 */
export type StoredDigestsPort = (
  documents: readonly Pick<EventDocument, 'id' | 'month'>[],
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
  /** Milliseconds of a clock that only goes on. */
  readonly now: () => number;
  readonly reports: IndexerReports;
  readonly counts: IndexCounts;
};

/**
 * Elasticsearch takes one operation only up to some hundredth of its heap, and says of a larger one what it says when
 * it is busy: 429, for ever. A large document that was rejected for so many milliseconds, others being taken all the
 * while, is held to be that.
 */
export const REJECTED_MS_MAX = 600_000;
const REJECTIONS_MIN = 8;

/** What is remembered from batch to batch, of all partitions together. */
type Remembered = { refusedInARow: number; created: number };

type Pending = {
  readonly record: LoggedRecord;
  /** How it was rejected, being large, while others were taken. */
  readonly rejected?: {
    readonly sinceMs: number;
    readonly times: number;
    /** How many had been taken at the last time. */
    readonly created: number;
  };
};

type Made = { readonly pending: Pending; readonly document: EventDocument };
/** What is compared of a document that exists; the rest of it is let go. */
type Existing = { readonly pending: Pending } & Pick<EventDocument, 'id' | 'month' | 'digest'>;
type Refused = { readonly record: LoggedRecord; readonly reason: QuarantineReason };

/** Resolves when every record of the batch is confirmed, or when its signal aborts. */
export function indexRecords(dependencies: IndexDependencies): (batch: Batch<LoggedRecord>) => Promise<void> {
  const remembered: Remembered = { refusedInARow: 0, created: 0 };
  return async (batch) => {
    const pending = batch.records.map((record): Pending => ({ record }));
    const steps = [...chunksOf(pending, bytesOf, STEP)].map((step) =>
      untilWritten(step, (left) => tryStep(left, batch, remembered, dependencies), batch, dependencies),
    );
    try {
      await Promise.all(steps);
    } catch (error) {
      // Whoever hears of it ends the batch, and so the steps that go on.
      if (!batch.signal.aborted) throw error;
    }
  };
}

/** One try. What has its final disposition is confirmed; the rest comes back. */
async function tryStep(
  step: readonly Pending[],
  batch: Batch<LoggedRecord>,
  remembered: Remembered,
  dependencies: IndexDependencies,
): Promise<Tried<Pending>> {
  const { room, reports, counts } = dependencies;
  const bytes = DOCUMENT_BYTES_PER_BYTE * step.reduce((sum, each) => sum + bytesOf(each), 0);
  // Of a step that has no room for a piece of its own the documents share those of others.
  const memory = bytes >= PIECE_BYTES ? new DocumentMemory({ isReturned: true }) : undefined;
  // The last of its pieces may be left all but empty.
  const held = memory === undefined ? bytes : bytes + PIECE_BYTES;
  const written = await room.with(held, batch.signal, async () => {
    const ended = await write(step, memory, batch, remembered, dependencies);
    // Not where the signal ended a request of it: that rejects, and its documents may still be on their way.
    memory?.giveBack();
    return ended;
  });
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
  readonly existing: readonly Existing[];
  readonly refused: readonly Refused[];
};

/** Makes the documents of a step and writes them: a large one alone, so that the others are not refused with it. */
async function write(
  step: readonly Pending[],
  memory: DocumentMemory | undefined,
  batch: Batch<LoggedRecord>,
  remembered: Remembered,
  dependencies: IndexDependencies,
): Promise<Written> {
  const small: Made[] = [];
  const large: Made[] = [];
  const refused: Refused[] = [];
  for (const pending of step) {
    const result = toDocument(pending.record, dependencies.sha256, memory);
    if ('unindexable' in result) refused.push({ record: pending.record, reason: result.unindexable });
    else {
      const { document } = result;
      (document.bytes > LARGE_DOCUMENT_BYTES ? large : small).push({ pending, document });
    }
  }
  const requests = [small, ...large.map((made) => [made])].filter((made) => made.length > 0);
  const written = await Promise.all(requests.map((made) => send(made, batch, remembered, dependencies)));
  return {
    again: written.flatMap(({ again }) => again),
    existing: written.flatMap(({ existing }) => existing),
    refused: [...refused, ...written.flatMap((each) => each.refused)],
    created: written.reduce((sum, { created }) => sum + created, 0),
    mappingBehind: written.some(({ mappingBehind }) => mappingBehind),
    reason: written.find(({ again }) => again.length > 0)?.reason ?? '',
  };
}

/** Writes documents, and sorts them by what became of each. */
async function send(
  made: readonly Made[],
  { confirm, signal }: Batch<LoggedRecord>,
  remembered: Remembered,
  { create, counts, now }: IndexDependencies,
): Promise<Written> {
  let results: CreateResult[];
  try {
    results = await create(
      made.map(({ document }) => document),
      signal,
    );
  } catch (error) {
    signal.throwIfAborted();
    const again = made.map(({ pending }) => pending);
    return { again, mappingBehind: false, reason: codeOf(error), created: 0, existing: [], refused: [] };
  }
  const again: Pending[] = [];
  const existing: Existing[] = [];
  const refused: Refused[] = [];
  let mappingBehind = false;
  let reason: string | undefined;
  let created = 0;
  for (const [i, { pending, document }] of made.entries()) {
    const { record } = pending;
    const result = results[i] ?? { status: 0 };
    const disposition = dispositionOf(result, remembered.refusedInARow);
    switch (disposition.kind) {
      case 'created':
        created++;
        remembered.created++;
        remembered.refusedInARow = 0;
        confirm(record.offset);
        counts.created(document.received);
        break;
      case 'exists':
        existing.push({ pending, id: document.id, month: document.month, digest: document.digest });
        break;
      case 'dropped-month':
        confirm(record.offset);
        counts.droppedMonth();
        break;
      case 'quarantine':
        if (disposition.reason === 'refused-by-index') remembered.refusedInARow++;
        refused.push({ record, reason: disposition.reason });
        break;
      case 'mapping-behind':
        mappingBehind = true;
        again.push(pending);
        break;
      case 'retry': {
        const { status, unsent } = result as ItemResult;
        reason ??= unsent ?? `status ${status}`;
        const isRejected = status === TOO_MANY_REQUESTS && document.bytes > LARGE_DOCUMENT_BYTES;
        const left = isRejected ? rejected(pending, remembered, now()) : pending;
        if (isRejected && isTooLarge(left, now())) refused.push({ record, reason: 'too-large-for-index' });
        else again.push(left);
        break;
      }
    }
  }
  return { again, mappingBehind, reason: reason ?? 'status unknown', created, existing, refused };
}

/** Counts a rejection where something else was taken since the one before. */
function rejected(pending: Pending, { created }: Remembered, nowMs: number): Pending {
  const { sinceMs, times, created: before } = pending.rejected ?? { sinceMs: nowMs, times: 0, created: -1 };
  if (created === before) return pending;
  return { ...pending, rejected: { sinceMs, times: times + 1, created } };
}

function isTooLarge({ rejected }: Pending, nowMs: number): boolean {
  return (
    rejected !== undefined && rejected.times > REJECTIONS_MIN && nowMs - rejected.sinceMs >= REJECTED_MS_MAX
  );
}

type Compared = {
  readonly same: number;
  readonly conflicting: readonly Refused[];
  readonly unknown: readonly Pending[];
};

/** Of events whose id is taken: the same event sent twice is stored, another one with its id is a conflict. */
async function compareExisting(
  existing: readonly Existing[],
  batch: Batch<LoggedRecord>,
  { storedDigests }: IndexDependencies,
): Promise<Compared> {
  if (existing.length === 0) return { same: 0, conflicting: [], unknown: [] };
  let digests: (string | undefined)[];
  try {
    digests = await storedDigests(existing, batch.signal);
  } catch (error) {
    batch.signal.throwIfAborted();
    codeOf(error);
    return { same: 0, conflicting: [], unknown: existing.map(({ pending }) => pending) };
  }
  let same = 0;
  const conflicting: Refused[] = [];
  const unknown: Pending[] = [];
  for (const [i, { pending, digest: own }] of existing.entries()) {
    const digest = digests[i];
    if (digest === own) {
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

function bytesOf({ record }: Pending): number {
  return record.value?.length ?? 0;
}
