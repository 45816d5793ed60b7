/**
 * The listing of what is in quarantine: every record of its topic is confirmed once Elasticsearch has what it says.
 * What the index refuses is listed without its content, which the topic keeps; nothing here stops the log but an index
 * that takes nothing, or an Elasticsearch that is away.
 */
import type { IndexerReports } from '../events.ts';
import { type ChunkLimits, chunksOf } from './chunk.ts';
import { dispositionOf, type ItemResult, TOO_MANY_REQUESTS } from './disposition.ts';
import {
  type QuarantineWrite,
  quarantineWrite,
  withoutContent,
  writtenBytes,
} from './quarantine-document.ts';
import type { LoggedRecord } from './quarantine-record.ts';
import { type Batch, codeOf, type RetryDependencies, type Tried, untilWritten } from './until-written.ts';

/** Writes each one's fields into its document; one result each, in their order. Rejects where nothing is known of any. */
export type UpsertPort = (writes: readonly QuarantineWrite[], signal: AbortSignal) => Promise<ItemResult[]>;

export type QuarantineDependencies = RetryDependencies & {
  readonly limits: ChunkLimits;
  readonly upsert: UpsertPort;
  /** The hexadecimal SHA-256. */
  readonly sha256: (bytes: Buffer) => string;
  readonly reports: IndexerReports;
};

/**
 * Elasticsearch takes one operation only up to some hundredth of its heap, and says of a larger one what it says when
 * it is busy: 429, for ever. Content over these bytes that was rejected this often in a row, which takes a quarter of
 * a minute and more, is held to be that.
 */
const LARGE_BYTES = 1024 * 1024;
export const REJECTIONS_MAX = 8;

type Pending = {
  readonly record: LoggedRecord;
  readonly write: QuarantineWrite;
  /** How often it was rejected, as large as it is. */
  readonly rejections: number;
};

/** Resolves when every record of the batch is confirmed, or when its signal aborts. */
export function indexQuarantine(
  dependencies: QuarantineDependencies,
): (batch: Batch<LoggedRecord>) => Promise<void> {
  const { limits, sha256, reports } = dependencies;
  return async (batch) => {
    const pending = batch.records.map((record) => ({
      record,
      write: quarantineWrite(record, sha256),
      rejections: 0,
    }));
    for (const { record, write } of pending) if (write.kind === 'unreadable') reports.unreadable(record);
    try {
      for (const chunk of chunksOf(pending, ({ write }) => writtenBytes(write), limits)) {
        await untilWritten(chunk, (left) => tryChunk(left, batch, dependencies), batch, dependencies);
      }
    } catch (error) {
      if (!batch.signal.aborted) throw error;
    }
  };
}

/** One try. What is written is confirmed; the rest comes back, without its content where that was refused. */
async function tryChunk(
  chunk: readonly Pending[],
  batch: Batch<LoggedRecord>,
  { upsert, reports }: QuarantineDependencies,
): Promise<Tried<Pending>> {
  let results: ItemResult[];
  try {
    results = await upsert(
      chunk.map(({ write }) => write),
      batch.signal,
    );
  } catch (error) {
    batch.signal.throwIfAborted();
    return { again: chunk, mappingBehind: false, reason: codeOf(error) };
  }
  const again: Pending[] = [];
  let mappingBehind = false;
  for (const [i, item] of chunk.entries()) {
    const result = results[i] ?? { status: 0 };
    const { kind } = dispositionOf(result);
    if (kind === 'created') {
      batch.confirm(item.record.offset);
      if (isOmitted(item)) reports.contentOmitted(item.record);
    } else if (kind === 'quarantine' && item.write.content !== undefined) again.push(omitted(item));
    else if (kind === 'retry' && result.status === TOO_MANY_REQUESTS) again.push(rejected(item));
    else {
      mappingBehind ||= kind === 'mapping-behind' || kind === 'quarantine';
      again.push(item);
    }
  }
  return { again, mappingBehind, reason: `status ${results.find(({ status }) => status >= 300)?.status}` };
}

function omitted({ record, write }: Pending): Pending {
  return { record, write: withoutContent(write), rejections: 0 };
}

function rejected(item: Pending): Pending {
  if ((item.write.content?.length ?? 0) <= LARGE_BYTES) return item;
  const rejections = item.rejections + 1;
  return rejections < REJECTIONS_MAX ? { ...item, rejections } : omitted(item);
}

function isOmitted({ write: { fields } }: Pending): boolean {
  return 'content_omitted' in fields && fields.content_omitted === 'refused-by-index';
}
