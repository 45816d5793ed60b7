/**
 * What is in quarantine, as it is listed and read. A value is given as it was taken, to the byte; what was left out of
 * the index is said to be elsewhere, never given as empty.
 */
import type { ContentOmitted, QuarantineDocument } from '@auditbox/fhir-core';
import { cursorText, type QuarantineSearch } from './quarantine-search.ts';

/** A document without its content. */
export type QuarantineFields = Omit<QuarantineDocument, 'content'>;

export type QuarantineFound = {
  readonly total: number;
  readonly items: readonly QuarantineFields[];
  /** Whether there are more after these. */
  readonly hasMore: boolean;
};

export type QuarantineContent = { readonly bytes: Buffer } | { readonly omitted: ContentOmitted };

/** The items together are more than an answer may have: a smaller page is not. */
export const LIST_TOO_LARGE = 'list-too-large';

/** Each rejects with a coded, possibly retryable error, and gives undefined where there is no such item. */
export type QuarantinePorts = {
  readonly search: (
    search: QuarantineSearch,
    signal: AbortSignal,
  ) => Promise<QuarantineFound | typeof LIST_TOO_LARGE>;
  readonly read: (id: string, signal: AbortSignal) => Promise<QuarantineFields | undefined>;
  readonly content: (id: string, signal: AbortSignal) => Promise<QuarantineContent | undefined>;
};

/** The answer to a search. `baseUrl` has no slash at its end. */
export function quarantineList(search: QuarantineSearch, found: QuarantineFound, baseUrl: string) {
  const last = found.items.at(-1);
  return {
    total: found.total,
    items: found.items.map((item) => quarantinedItem(item, baseUrl)),
    ...(found.hasMore && last !== undefined && { next: nextUrl(search, last, baseUrl) }),
  };
}

/** One item, as it is listed and as it is read. */
export function quarantinedItem(item: QuarantineFields, baseUrl: string) {
  const self = `${baseUrl}/quarantine/${item.id}`;
  return {
    id: item.id,
    eventId: item.event_id,
    origin: item.origin,
    reason: item.reason,
    sender: item.sender,
    received: new Date(item.received).toISOString(),
    place: item.place,
    mediaType: item.media_type,
    contentEncoding: item.content_encoding,
    bytes: item.bytes,
    sha256: item.sha256,
    senderId: item.sender_id,
    requestId: item.request_id,
    issues: JSON.parse(item.issues) as unknown,
    ...stateOf(item),
    log: item.log,
    links: { self, content: `${self}/content` },
  };
}

/** Whether the bytes are JSON: of what was taken, only that is given a type. */
export function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function stateOf({ released_at: at, released_by, corrected }: QuarantineFields) {
  if (at === undefined) return { state: 'held' };
  return {
    state: 'released',
    released: { at: new Date(at).toISOString(), by: released_by, corrected },
  };
}

function nextUrl({ applied, count }: QuarantineSearch, last: QuarantineFields, baseUrl: string): string {
  const parameters = new URLSearchParams(applied);
  parameters.append('_count', String(count));
  parameters.append('after', cursorText({ receivedMs: last.received, id: last.id }));
  return `${baseUrl}/quarantine?${parameters}`;
}
