/** An event as a record of the log: stamped and digested by the gateway's own code. */
import { createHash, createHmac } from 'node:crypto';
import type { AuditEvent } from '@auditbox/fhir-core';
import { acceptEvent, type EventRecord } from '@auditbox/gateway/accept-events';

/** `event` is a valid AuditEvent. */
export function acceptedRecord(
  event: object,
  received: Date,
  randomBytes: (length: number) => Uint8Array,
): EventRecord {
  const { record } = acceptEvent(
    { value: event as AuditEvent, exact: event as Readonly<Record<string, unknown>>, index: 0 },
    { sender: 'anonymous' },
    received,
    {
      sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
      randomBytes,
      keyedDigest: (text) => createHmac('sha256', 'bench').update(text).digest(),
    },
  );
  return record;
}
