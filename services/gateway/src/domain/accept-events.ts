/**
 * Accepting: from valid events to the records that are published, answered and read back. Pure but for what it
 * is given: the clock, randomness and the digests.
 */
import {
  type AuditEvent,
  canonicalBytes,
  canonicalForm,
  EVENT_ID_REST_BYTES,
  type EventSource,
  encodeHeaders,
  eventId,
  type SenderValues,
  STAMPED_ID_AT,
  senderValues,
  sentForm,
  stampedBytes,
} from '@auditbox/fhir-core';
import { type IdentityDependencies, identify, type Sending } from './identify.ts';

export type AcceptDependencies = IdentityDependencies & {
  /** SHA-256 of the bytes, or of the text in UTF-8, hexadecimal. */
  readonly sha256: (data: string | Uint8Array) => string;
};

/** A valid event: `value` plainly parsed, `exact` with its numbers as they were written. */
export type ValidEvent = {
  readonly value: AuditEvent;
  readonly exact: Readonly<Record<string, unknown>>;
  /** Its place among the entries of its request; 0 where it is alone. */
  readonly index: number;
  /** What its content digest is of, where that is not all of the event. */
  readonly content?: string;
  /** Where it stands in a body that is written as JSON is written here. */
  readonly source?: EventSource | undefined;
};

/** Of an event that was set aside and is released: what was known of it then. */
export type Released = {
  /** The id under which it was set aside. */
  readonly id: string;
  /** The id that its sender had given it; the event itself may have another by now, or the server's. */
  readonly senderId?: string;
};

/** What is written to the log for one event. */
export type EventRecord = {
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
};

export type AcceptedEvent = {
  readonly id: string;
  /** SHA-256 of what makes it this event, hexadecimal. */
  readonly contentDigest: string;
  /** `meta.lastUpdated`. */
  readonly lastUpdated: Date;
  /** Its value is the stamped event: what is stored and answered. */
  readonly record: EventRecord;
};

/** In the place of an id until it is known, which takes the content digest: as long as all of them. */
const NO_ID = eventId(0, new Uint8Array(EVENT_ID_REST_BYTES));

/** The stamped event of one sending, received at `received`. */
export function acceptEvent(
  { value, exact, index, content, source }: ValidEvent,
  sending: Sending,
  received: Date,
  dependencies: AcceptDependencies,
  released?: Released,
): AcceptedEvent {
  const { sha256 } = dependencies;
  const own = released === undefined ? senderValues(exact) : valuesOf(released);
  const receivedAt = received.toISOString();
  const bytes = stampedBytes(exact, { id: NO_ID, lastUpdated: receivedAt }, source);
  // Of all that was sent: what is stamped is not in it.
  const form = content ?? sentForm(value) ?? canonicalBytes(bytes) ?? canonicalForm(exact);
  const contentDigest = sha256(form);
  const { recorded } = value;
  const given =
    released?.id ?? identify({ ownId: own.id, contentDigest, index, recorded }, sending, dependencies);
  if (given.length !== NO_ID.length) throw new Error('an id of another length has no place in the event');
  bytes.write(given, STAMPED_ID_AT, 'latin1');
  const headers = encodeHeaders({
    sender: sending.sender,
    received: receivedAt,
    sha256: sha256(bytes),
    contentDigest,
    senderValues: own,
  });
  return {
    id: given,
    contentDigest,
    lastUpdated: received,
    record: { key: given, value: bytes, headers },
  };
}

function valuesOf({ senderId }: Released): SenderValues {
  return senderId === undefined ? {} : { id: senderId };
}
