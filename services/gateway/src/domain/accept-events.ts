/**
 * Accepting: from valid events to the records that are published, answered and read back. Pure but for what it
 * is given: the clock, randomness and the digests.
 */
import {
  type AuditEvent,
  canonicalForm,
  EVENT_ID_REST_BYTES,
  encodeHeaders,
  eventId,
  parseDateTime,
  senderValues,
  stampedText,
  startMs,
} from '@auditbox/fhir-core';

export type AcceptDependencies = {
  readonly now: () => Date;
  readonly randomBytes: (length: number) => Uint8Array;
  /** SHA-256 of the bytes, or of the text in UTF-8. */
  readonly sha256: (data: string | Buffer) => Buffer;
  /** The digest for derived ids: keyed where the site has a key. */
  readonly keyedDigest: (text: string) => Uint8Array;
};

/** A valid event: `value` plainly parsed, `exact` with its numbers as they were written. */
export type ValidEvent = { readonly value: AuditEvent; readonly exact: Readonly<Record<string, unknown>> };

export type AcceptedEvent = {
  readonly id: string;
  /** `meta.lastUpdated`. */
  readonly lastUpdated: Date;
  /** The stamped event: what is stored and answered. */
  readonly text: string;
  readonly record: {
    readonly key: string;
    readonly value: Buffer;
    readonly headers: Readonly<Record<string, string>>;
  };
};

/** Stamps the events of one request from `sender`; all get one time. */
export type Accept = (events: readonly ValidEvent[], sender: string) => AcceptedEvent[];

export function acceptEvents(dependencies: AcceptDependencies): Accept {
  return (events, sender) => {
    const received = dependencies.now();
    return events.map((event) => acceptEvent(event, sender, received, dependencies));
  };
}

function acceptEvent(
  { value, exact }: ValidEvent,
  sender: string,
  received: Date,
  { randomBytes, sha256, keyedDigest }: AcceptDependencies,
): AcceptedEvent {
  const own = senderValues(exact);
  const contentDigest = sha256(canonicalForm(exact)).toString('hex');
  // Sent again after a lost answer, an event with its sender's id lands on the same id and is stored once; the
  // same id from another sender or with other content is another event. Without an id, equal events are two.
  const rest =
    own.id === undefined
      ? randomBytes(EVENT_ID_REST_BYTES)
      : keyedDigest(JSON.stringify([sender, own.id, contentDigest]));
  const id = eventId(recordedMs(value), rest);
  const text = stampedText(exact, { id, lastUpdated: received.toISOString() });
  const bytes = Buffer.from(text);
  const headers = encodeHeaders({
    sender,
    received: received.toISOString(),
    sha256: sha256(bytes).toString('hex'),
    contentDigest,
    senderValues: own,
  });
  return { id, lastUpdated: received, text, record: { key: id, value: bytes, headers } };
}

function recordedMs(event: AuditEvent): number {
  const range = event.recorded === undefined ? undefined : parseDateTime(event.recorded);
  return range === undefined ? 0 : startMs(range);
}
