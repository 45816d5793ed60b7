/**
 * The document of an event, by the indexer's own code: stamped as the gateway stamps it, put into a record of the
 * log, made a document. What it would not index is a fault of the generator.
 */
import { createHash } from 'node:crypto';
import { canonicalForm, encodeHeaders, stampedBytes } from '@auditbox/fhir-core';
import { type EventDocument, toDocument } from '@auditbox/indexer/to-document';
import { eventOf } from './event.ts';
import { type DataSet, factsOf, idOf } from './facts.ts';

export const INDEX_PREFIX = 'auditbox-events';

/** As on one node; nobody searches while it is filled. */
export const INDEX_SETTINGS = {
  indexPrefix: INDEX_PREFIX,
  indexShards: 1,
  indexReplicas: 0,
  refreshIntervalMs: 30_000,
};

/** Milliseconds from `recorded` to `meta.lastUpdated`: a sender sends in batches. */
const SENT_AFTER_MS = 700;

export function documentOf(data: DataSet, n: number): EventDocument {
  const facts = factsOf(data, n);
  const event = eventOf(data.seed, facts);
  const id = idOf(data, n);
  const received = new Date(receivedMs(facts.recordedMs)).toISOString();
  const value = stampedBytes(event, { id, lastUpdated: received });
  const headers = encodeHeaders({
    sender: 'anonymous',
    received,
    sha256: sha256(value),
    contentDigest: sha256(canonicalForm(event)),
    senderValues: {},
  });
  const made = toDocument({ key: id, value, headers }, sha256);
  if ('unindexable' in made) throw new Error(`bench: event ${n} can not be indexed: ${made.unindexable}`);
  return made.document;
}

/** The `meta.lastUpdated` of an event. */
export function receivedMs(recordedMs: number): number {
  return recordedMs + SENT_AFTER_MS;
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
