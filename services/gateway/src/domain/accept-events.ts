/**
 * Accepting: from valid events to the records that are published, answered and read back. Pure but for what it
 * is given: the clock, randomness and the digests.
 */
import {
  type AuditEvent,
  contentForm,
  type EventSource,
  encodeHeaders,
  type SenderValues,
  senderValues,
  stampedText,
} from '@auditbox/fhir-core';
import { type IdentityDependencies, identify, type Sending } from './identify.ts';

export type AcceptDependencies = IdentityDependencies & {
  /** SHA-256 of the bytes, or of the text in UTF-8, hexadecimal. */
  readonly sha256: (data: string | Buffer) => string;
};

/** A valid event: `value` plainly parsed, `exact` with its numbers as they were written. */
export type ValidEvent = {
  readonly value: AuditEvent;
  readonly exact: Readonly<Record<string, unknown>>;
  /** Its place among the entries of its request; 0 where it is alone. */
  readonly index: number;
  /** What its content digest is of, where that is not all of the event. */
  readonly content?: string;
  /** Where it stands in a text that is written as JSON is written here. */
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
  /** The stamped event: what is stored and answered. */
  readonly text: string;
  readonly record: EventRecord;
};

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
  const contentDigest = sha256(content ?? contentForm({ value, exact }));
  const { recorded } = value;
  const given =
    released?.id ?? identify({ ownId: own.id, contentDigest, index, recorded }, sending, dependencies);
  const receivedAt = received.toISOString();
  const text = stampedText(exact, { id: given, lastUpdated: receivedAt }, source);
  const bytes = Buffer.from(text);
  const headers = encodeHeaders({
    sender: sending.sender,
    received: receivedAt,
    sha256: sha256(bytes),
    contentDigest,
    senderValues: own,
  });
  return {
    ...{ id: given, contentDigest, lastUpdated: received, text },
    record: { key: given, value: bytes, headers },
  };
}

function valuesOf({ senderId }: Released): SenderValues {
  return senderId === undefined ? {} : { id: senderId };
}
