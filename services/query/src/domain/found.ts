/** What searching and reading give, as the domain sees it: events as the text they were stored with. */
import type { Page, SortValues } from './cursor.ts';
import type { ReaderSearch, Restriction } from './restriction.ts';

export type FoundEvent = { readonly id: string; readonly text: string };

/** A page of events in their order. */
export type Found = {
  /** Undefined where it was not asked for. */
  readonly total: number | undefined;
  readonly events: readonly FoundEvent[];
  /** Whether there is more beyond it, in the direction in which it was read. */
  readonly more: boolean;
  /** Of pages that go on from it, see `Page`. */
  readonly horizon: number;
  /** Of the first and the last event, where there is one. */
  readonly edges: { readonly first: SortValues; readonly last: SortValues } | undefined;
};

/** UTF-8 bytes of a page's events: two of the largest that a topic takes (16 MiB), some thousand of usual ones. */
export const PAGE_BYTES_MAX = 32 * 1024 * 1024;

/** The page that was asked for has more bytes than a page may have: a smaller one has not. */
export const PAGE_TOO_LARGE = 'page-too-large';

/** What comes with a request: `hold` takes room for the bytes of a page, or says that there is none. */
export type SearchRequest = {
  readonly signal: AbortSignal;
  readonly hold: (bytes: number) => boolean;
};

/** Rejects with a coded, possibly retryable error; never with a partial answer. */
export type SearchPort = (
  search: ReaderSearch,
  page: Page,
  request: SearchRequest,
) => Promise<Found | typeof PAGE_TOO_LARGE>;

export type StoredEvent = {
  readonly text: string;
  readonly lastUpdatedMs: number;
  /** The content digest, as its record had it. */
  readonly digest: string;
};

/** Undefined where there is no such event, or none that may be seen: it is all the same. */
export type ReadPort = (
  id: string,
  restriction: Restriction,
  signal: AbortSignal,
) => Promise<StoredEvent | undefined>;
