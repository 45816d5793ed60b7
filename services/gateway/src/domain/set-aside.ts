/**
 * Setting aside: what is not valid is kept verbatim in quarantine instead of being refused, so that no forwarder
 * has to send it for ever and nothing of it is lost. Its id is made as an event's is, so a resend is the same item.
 */
import {
  canonicalForm,
  encodeQuarantine,
  type Issue,
  type QuarantinedItem,
  type QuarantineReason,
} from '@auditbox/fhir-core';
import type { AcceptDependencies, EventRecord } from './accept-events.ts';
import { identify, type Sending, type ToIdentify } from './identify.ts';

/** What is not valid, as it came. */
export type Original = {
  /** Verbatim. */
  readonly bytes: Buffer;
  readonly reason: QuarantineReason;
  readonly issues: readonly Issue[];
  /** Its place among the entries of its request; 0 where it is alone. */
  readonly index: number;
  /** FHIRPath in the request; left out where it is the whole body. */
  readonly place?: string;
  /** As parsed exactly, where it could be and its JSON lost nothing: then spelling makes no other item of it. */
  readonly exact?: unknown;
  /** Of a body that did not inflate. */
  readonly contentEncoding?: string;
};

/** About the request that it came in. */
export type RequestAbout = { readonly requestId: string; readonly mediaType?: string };

export type SetAside = {
  readonly id: string;
  readonly reason: QuarantineReason;
  readonly issues: readonly Issue[];
  readonly record: EventRecord;
};

export function setAside(
  original: Original,
  sending: Sending,
  received: Date,
  about: RequestAbout,
  dependencies: AcceptDependencies,
): SetAside {
  const { bytes, reason, issues, place, contentEncoding } = original;
  const sha256 = dependencies.sha256(bytes);
  const toIdentify = identityOf(original, sha256, dependencies);
  const id = identify(toIdentify, sending, dependencies);
  const item: QuarantinedItem = {
    id,
    eventId: id,
    origin: 'gateway',
    reason,
    sender: sending.sender,
    received: received.toISOString(),
    sha256,
    issues,
    requestId: about.requestId,
    ...(about.mediaType !== undefined && { mediaType: about.mediaType }),
    ...(place !== undefined && { place }),
    ...(contentEncoding !== undefined && { contentEncoding }),
    ...(isOwnId(toIdentify.ownId, original) && { senderId: toIdentify.ownId }),
  };
  return { id, reason, issues, record: { key: id, value: bytes, headers: encodeQuarantine(item) } };
}

/** In the place of a sender's id where there is none to read: the same bytes at the same place are the same item. */
const UNREADABLE = 'unreadable';

/**
 * Of an event, or what stands for one in a Bundle, its own id and content count. What can't be read, and a body that is
 * no event at all, is known by its bytes: nobody means two by sending them twice.
 */
function identityOf(
  { exact, index, place }: Original,
  sha256: string,
  dependencies: AcceptDependencies,
): ToIdentify {
  const isEvent = isObject(exact) && (place !== undefined || exact.resourceType === 'AuditEvent');
  if (isEvent) {
    const { id, recorded } = exact;
    const contentDigest = dependencies.sha256(canonicalForm(exact));
    return { ownId: typeof id === 'string' ? id : undefined, contentDigest, index, recorded };
  }
  if (exact !== undefined && place !== undefined) {
    return { ownId: undefined, contentDigest: sha256, index, recorded: undefined };
  }
  return { ownId: `${UNREADABLE} ${index}`, contentDigest: sha256, index, recorded: undefined };
}

function isOwnId(ownId: string | undefined, { exact }: Original): ownId is string {
  return ownId !== undefined && isObject(exact) && exact.id === ownId;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
}
