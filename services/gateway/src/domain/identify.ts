/**
 * Identity: which id an event gets. One that carries its sender's id, or comes under an Idempotency-Key, gets a
 * derived id, so that the same request sent again, through any gateway and on any day, lands on the same ids and
 * is stored once. Without either, two equal events are two.
 *
 * The form of what is digested is a contract: another form would store a resend again.
 */
import { EVENT_ID_REST_BYTES, eventId, startMsOf } from '@auditbox/fhir-core';

/** Who sends, and under which key: what all events of one request share. */
export type Sending = {
  /** Issuer and client, or `anonymous` where authentication is off. */
  readonly sender: string;
  /** `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header). */
  readonly idempotencyKey?: string;
};

export type IdentityDependencies = {
  readonly randomBytes: (length: number) => Uint8Array;
  /** The digest for derived ids: keyed where the site has a key. */
  readonly keyedDigest: (text: string) => Uint8Array;
};

export type ToIdentify = {
  /** The id that the sender gave it. */
  readonly ownId: string | undefined;
  /** SHA-256 of what makes it this event and no other, hexadecimal. */
  readonly contentDigest: string;
  /** Its place among the entries of its request; 0 where it is alone. */
  readonly index: number;
  /** `AuditEvent.recorded` as sent, whether or not it is a time. */
  readonly recorded: unknown;
};

/** The id of an event, or of what is set aside in its place. */
export function identify(
  { ownId, contentDigest, index, recorded }: ToIdentify,
  { sender, idempotencyKey }: Sending,
  { randomBytes, keyedDigest }: IdentityDependencies,
): string {
  const derived = (...parts: (string | number)[]) => keyedDigest(JSON.stringify(parts));
  let rest: Uint8Array;
  if (ownId !== undefined) rest = derived(sender, ownId, contentDigest);
  else if (idempotencyKey !== undefined)
    rest = derived(sender, 'Idempotency-Key', idempotencyKey, index, contentDigest);
  else rest = randomBytes(EVENT_ID_REST_BYTES);
  return eventId(millisecondOf(recorded), rest);
}

/** Never the clock: an id that is derived is the same at every sending. */
function millisecondOf(recorded: unknown): number {
  return (typeof recorded === 'string' ? startMsOf(recorded) : undefined) ?? 0;
}
