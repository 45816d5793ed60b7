/** What searching and reading give, as the domain sees it: events as the text they were stored with. */
import type { Search } from '@auditbox/fhir-core';

export type FoundEvent = { readonly id: string; readonly text: string };
export type Found = { readonly total: number; readonly events: readonly FoundEvent[] };

/** The page that was asked for has more bytes than a page may have: a smaller one has not. */
export const PAGE_TOO_LARGE = 'page-too-large';

/** Rejects with a coded, possibly retryable error; never with a partial answer. */
export type SearchPort = (search: Search, signal: AbortSignal) => Promise<Found | typeof PAGE_TOO_LARGE>;

export type StoredEvent = { readonly text: string; readonly lastUpdatedMs: number };

/** Undefined where there is no such event. */
export type ReadPort = (id: string, signal: AbortSignal) => Promise<StoredEvent | undefined>;
