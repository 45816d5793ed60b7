/**
 * From an event about ourselves to the record of the log, by the contract that the gateway keeps for everyone's events:
 * stamped, keyed with its id, with the headers that say who, when and what. The indexer refuses anything else.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { LogRecord } from '@auditbox/event-log';
import {
  type AuditEvent,
  canonicalForm,
  EVENT_ID_REST_BYTES,
  encodeHeaders,
  eventId,
  stampedBytes,
} from '@auditbox/fhir-core';
import { OWN_ISSUER, senderOf } from '@auditbox/service-kit';
import type { AuditedService } from './events/origin.ts';

export type RecordDependencies = {
  readonly now: () => Date;
  readonly randomBytes: (bytes: number) => Uint8Array;
};

export const REAL_CLOCK_AND_CHANCE: RecordDependencies = { now: () => new Date(), randomBytes };

export function eventRecord(
  event: AuditEvent,
  service: AuditedService,
  dependencies: RecordDependencies,
): LogRecord {
  const received = dependencies.now().toISOString();
  // Two equal events are two events: the rest of the id is chance.
  const rest = dependencies.randomBytes(EVENT_ID_REST_BYTES);
  const id = eventId(Date.parse(event.recorded ?? received), rest);
  const value = stampedBytes(event, { id, lastUpdated: received });
  const headers = encodeHeaders({
    sender: senderOf({ issuer: OWN_ISSUER, client: service }),
    received,
    sha256: sha256(value),
    contentDigest: sha256(canonicalForm(event)),
    senderValues: {},
  });
  return { key: id, value, headers };
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
