/**
 * The copying of stored events into this generation: each becomes the record that it was, and from that the document that
 * this release writes. What is there already is left, if it is the same event; what can't be copied is named and counted,
 * never left out in silence. Documents are some times larger than their events, so they are made step by step.
 */
import { EVENT_FIELD, isEventId } from '@auditbox/fhir-core';
import type { RebuildReports } from '../rebuild-events.ts';
import { type ChunkLimits, chunksOf, DOCUMENT_BYTES_PER_BYTE, STEP } from './chunk.ts';
import { dispositionOf, type QuarantineReason } from './disposition.ts';
import type { CreatePort, CreateResult, IndexDependencies } from './index-records.ts';
import { type DamagedDocument, recordOfStored, type StoredDocument } from './stored-record.ts';
import { type EventDocument, toDocumentAgain } from './to-document.ts';
import { codeOf, type RetryDependencies, type Tried, untilWritten } from './until-written.ts';

export type UncopiedReason = DamagedDocument | QuarantineReason;

/** How stored events ended; together they are all that were read. */
export type Copied = {
  readonly created: number;
  readonly alreadyStored: number;
  /** Their month was dropped in the meantime. */
  readonly dropped: number;
  readonly damaged: number;
};

export type CopyDependencies = Pick<IndexDependencies, 'storedDigests' | 'sha256'> &
  Pick<RetryDependencies, 'random' | 'delay'> & {
    /** Of one bulk request. */
    readonly limits: ChunkLimits;
    readonly create: CreatePort;
    readonly reports: Pick<RebuildReports, 'uncopied' | 'copyWaits'>;
    readonly copied: (events: number, outcome: keyof Copied) => void;
  };

/** Resolves when each of the documents has ended in one way. Rejects where the signal aborts. */
export async function copyDocuments(
  index: string,
  documents: readonly StoredDocument[],
  signal: AbortSignal,
  dependencies: CopyDependencies,
): Promise<Copied> {
  const { limits, sha256, storedDigests, create, reports, copied, random, delay } = dependencies;
  const ended = { created: 0, alreadyStored: 0, dropped: 0, damaged: 0 };
  const end = (outcome: keyof Copied, events = 1): void => {
    ended[outcome] += events;
    copied(events, outcome);
  };
  const damaged = (id: string, reason: UncopiedReason): void => {
    // An id of another form is somebody else's text.
    reports.uncopied(index, isEventId(id) ? id : undefined, reason);
    end('damaged');
  };

  /** Those whose id is taken: by the same event, or by another. */
  const compare = async (existing: readonly EventDocument[]): Promise<readonly EventDocument[]> => {
    if (existing.length === 0) return [];
    const digests = await storedDigests(existing, signal);
    return existing.filter(({ id, digest }, i) => {
      if (digests[i] === undefined) return true;
      if (digests[i] === digest) end('alreadyStored');
      else damaged(id, 'other-event-with-this-id');
      return false;
    });
  };

  const tryOnce = async (chunk: readonly EventDocument[]): Promise<Tried<EventDocument>> => {
    const again: EventDocument[] = [];
    const existing: EventDocument[] = [];
    let results: CreateResult[];
    try {
      results = await create(chunk, signal);
    } catch (error) {
      signal.throwIfAborted();
      return { again: chunk, mappingBehind: false, reason: codeOf(error) };
    }
    let reason = 'status unknown';
    for (const [i, document] of chunk.entries()) {
      const result = results[i] ?? { status: 0 };
      const disposition = dispositionOf(result);
      switch (disposition.kind) {
        case 'created':
          end('created');
          break;
        case 'exists':
          existing.push(document);
          break;
        case 'dropped-month':
          end('dropped');
          break;
        case 'quarantine':
          damaged(document.id, disposition.reason);
          break;
        case 'mapping-behind':
        case 'retry':
          if (typeof result === 'object') reason = result.unsent ?? `status ${result.status}`;
          again.push(document);
          break;
      }
    }
    try {
      again.push(...(await compare(existing)));
    } catch (error) {
      signal.throwIfAborted();
      reason = codeOf(error);
      again.push(...existing);
    }
    return { again, mappingBehind: false, reason };
  };

  const make = (step: readonly StoredDocument[]): readonly EventDocument[] =>
    step.flatMap((document) => {
      const was = recordOfStored(document, sha256);
      const becomes = 'damaged' in was ? was : toDocumentAgain(was.record, sha256);
      if ('document' in becomes) return [becomes.document];
      damaged(document.id, 'damaged' in becomes ? becomes.damaged : becomes.unindexable);
      return [];
    });
  const waits = {
    retrying: reports.copyWaits,
    mappingBehind: () => {},
  };
  const stepMax: ChunkLimits = {
    countMax: Math.min(limits.countMax, STEP.countMax),
    bytesMax: Math.min(limits.bytesMax, STEP.bytesMax * DOCUMENT_BYTES_PER_BYTE),
  };
  for (const step of chunksOf(documents, bytesAsDocument, stepMax)) {
    // A turn of the event loop each, also where nothing of it is written.
    await delay(0, signal);
    await untilWritten(make(step), tryOnce, { partition: 0, signal }, { random, delay, reports: waits });
  }
  return ended;
}

/** What is made of it may be as large. */
function bytesAsDocument({ source }: StoredDocument): number {
  const text = source[EVENT_FIELD];
  return typeof text === 'string' ? Buffer.byteLength(text) * DOCUMENT_BYTES_PER_BYTE : 0;
}
