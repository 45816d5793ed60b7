/**
 * The bulk bodies of all events in a file, made before anything is measured, and where each begins: what the indexer
 * writes, without the index, which is in the request's path. They are cut by the indexer's own limits.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { EventRecord } from '@auditbox/gateway/accept-events';
import { type EventDocument, toDocument } from '@auditbox/indexer/to-document';

/** A piece of the file. */
export type Body = { readonly offset: number; readonly bytes: number; readonly events: number };

export type BulkLimits = { readonly countMax: number; readonly bytesMax: number };

/** Documents that stand for all where what is stored is compared. */
const SAMPLE_EVERY = 400;

export type Bodies = Disposable & {
  readonly path: string;
  readonly bodies: readonly Body[];
  readonly sample: readonly EventDocument[];
  readonly add: (record: EventRecord, n: number) => void;
  /** Writes what is left; the last body. */
  readonly finish: () => void;
};

export function writeBodies(path: string, { countMax, bytesMax }: BulkLimits): Bodies {
  const file = openSync(path, 'w');
  const bodies: Body[] = [];
  const sample: EventDocument[] = [];
  let lines: string[] = [];
  let sourceBytes = 0;
  let offset = 0;
  const finish = (): void => {
    if (lines.length === 0) return;
    const body = Buffer.from(lines.join(''));
    for (let written = 0; written < body.length; ) written += writeSync(file, body, written);
    bodies.push({ offset, bytes: body.length, events: lines.length });
    offset += body.length;
    lines = [];
    sourceBytes = 0;
  };
  return {
    path,
    bodies,
    sample,
    add: (record, n) => {
      const made = toDocument(record, sha256);
      if ('unindexable' in made) throw new Error(`bench: event ${n} can not be indexed: ${made.unindexable}`);
      const { document } = made;
      if (lines.length === countMax || sourceBytes + document.bytes > bytesMax) finish();
      lines.push(`{"create":{"_id":"${document.id}"}}\n${document.source.toString()}\n`);
      sourceBytes += document.bytes;
      if (n % SAMPLE_EVERY === 0) sample.push(document);
    },
    finish,
    [Symbol.dispose]: () => closeSync(file),
  };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
