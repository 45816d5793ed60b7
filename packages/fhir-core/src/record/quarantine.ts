/**
 * What is quarantined: a value that was taken but is not, or not yet, an event of the repository. The value is kept
 * verbatim; an item is what is about it. Its reason is one of a closed list, its id an event id, so what is taken
 * twice is one item. How an item stands in a record of `auditbox.quarantine`: `quarantine-headers.ts`.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Issue } from '../outcome/operation-outcome.ts';
import { parseDateTime, startMs } from '../search/instant.ts';
import { eventId, isEventId } from './event-id.ts';

export const QUARANTINE_ORIGINS = ['gateway', 'indexer'] as const;
/** Who could not take it: the gateway, at the door, or the indexer, from the log. */
export type QuarantineOrigin = (typeof QUARANTINE_ORIGINS)[number];

export const QUARANTINE_REASONS = [
  // Of the gateway: an event, or an entry's resource, that is not valid; a Bundle whose own shape is wrong; a body.
  'invalid-event',
  'invalid-bundle',
  'not-json',
  'not-utf-8',
  'wrong-json',
  'corrupt-encoding',
  'too-large',
  // Of the gateway too: an event of a month whose retention is over.
  'past-retention',
  // Of the indexer (and `not-json`): a record of the log that can't become a document.
  'no-value',
  'no-headers',
  'not-an-event',
  'wrong-identity',
  'wrong-digest',
  'refused-by-index',
  'too-large-for-index',
  'other-event-with-this-id',
  'dropped-month',
  // A record of the quarantine topic itself that nobody who knows this contract wrote.
  'unreadable',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** Where a record is in a log. */
export type LogPlace = {
  readonly topic: string;
  readonly partition: number;
  /** A whole number, as text: JSON numbers end before offsets do. */
  readonly offset: string;
  /** The record's key. */
  readonly key?: string;
};

/** What is about a quarantined value. */
export type QuarantinedItem = {
  /** What it is known by: an event id. */
  readonly id: string;
  /** The id that the event gets when it is released. */
  readonly eventId: string;
  readonly origin: QuarantineOrigin;
  readonly reason: QuarantineReason;
  /** Who sent it, or `unknown`. */
  readonly sender: string;
  /** When it was taken: an R4 instant. */
  readonly received: string;
  /** SHA-256 of the value, hexadecimal; of what was left out where `omittedBytes` is there. */
  readonly sha256: string;
  /** How long the value was where it was larger than the topic takes: the record's own value is then empty. */
  readonly omittedBytes?: number;
  /** Where in the request it was, as FHIRPath (`Bundle.entry[3].resource`). */
  readonly place?: string;
  readonly mediaType?: string;
  readonly contentEncoding?: string;
  readonly requestId?: string;
  /** The id that the sender had given it. */
  readonly senderId?: string;
  /** The first of its problems. */
  readonly issues: readonly Issue[];
  /** Of the indexer's: the record that it was. */
  readonly log?: LogPlace;
};

/** That an item was released: its event, as it was or corrected, is in the log of events. */
export type QuarantineRelease = {
  /** The item. */
  readonly id: string;
  /** The event. */
  readonly eventId: string;
  /** An R4 instant. */
  readonly releasedAt: string;
  readonly releasedBy: string;
  /** Whether the event differs from what was quarantined. */
  readonly corrected: boolean;
};

/** A record of a log that can't become a document, as the log has it. */
export type LoggedValue = {
  readonly reason: QuarantineReason;
  readonly log: LogPlace;
  /** The record's own (`headers.ts`), where it has them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** SHA-256 of its value, hexadecimal. */
  readonly sha256: string;
  /** When the log took it, in milliseconds since 1970: when it was received, where its headers don't say. */
  readonly timestampMs: number;
  readonly omittedBytes?: number;
};

const UNKNOWN_SENDER = 'unknown';

/** The end of what an R4 instant can say. A foreign producer can give a record any time. */
const LAST_MS = Date.UTC(10_000, 0) - 1;

/** An R4 instant; whether it is a real one is `parseDateTime`'s to say. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** The item that a record of a log is: the same at every redelivery. */
export function loggedItem(value: LoggedValue): QuarantinedItem {
  const { reason, log, headers, omittedBytes } = value;
  const { sender = UNKNOWN_SENDER, 'sender-id': senderId } = headers;
  const received = isInstant(headers.received)
    ? headers.received
    : new Date(Math.min(Math.max(value.timestampMs, 0), LAST_MS)).toISOString();
  const id = placedId(log, received);
  const isItsOwn = reason !== 'other-event-with-this-id' && log.key !== undefined && isEventId(log.key);
  return {
    id,
    eventId: isItsOwn ? log.key : id,
    origin: 'indexer',
    reason,
    sender,
    received,
    sha256: value.sha256,
    ...(omittedBytes !== undefined && { omittedBytes }),
    ...(senderId !== undefined && { senderId }),
    issues: [],
    log,
  };
}

export function isInstant(text: string | undefined): text is string {
  return text !== undefined && INSTANT.test(text) && parseDateTime(text) !== undefined;
}

function placedId({ topic, partition, offset }: LogPlace, received: string): string {
  const range = parseDateTime(received);
  const digest = sha256(utf8ToBytes(JSON.stringify([topic, partition, offset])));
  return eventId(range === undefined ? 0 : startMs(range), digest);
}
