/**
 * The document of a quarantined item: what the indexer writes, and what is listed and read. An item and its release
 * write apart from each other, neither what is the other's, so they may come in any order and any number of times:
 * an item is released exactly when its document has `released_at`, and is known once it has `received`.
 */
import type { QuarantineOrigin, QuarantineReason } from './quarantine.ts';

/** Why a document has no content: the topic did not take it, or the index. */
export type ContentOmitted = 'too-large-for-topic' | 'refused-by-index';

export type QuarantineItemDocument = {
  readonly id: string;
  readonly event_id: string;
  readonly origin: QuarantineOrigin;
  readonly reason: QuarantineReason;
  readonly sender: string;
  /** Milliseconds since 1970. */
  readonly received: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly place?: string;
  readonly media_type?: string;
  readonly content_encoding?: string;
  readonly request_id?: string;
  readonly sender_id?: string;
  /** A JSON array of OperationOutcome issues, as text. */
  readonly issues: string;
  readonly log?: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: string;
    readonly key?: string;
  };
  /** The value, in base64. */
  readonly content?: string;
  readonly content_omitted?: ContentOmitted;
};

export type QuarantineReleaseDocument = {
  readonly id: string;
  readonly released_event_id: string;
  /** Milliseconds since 1970. */
  readonly released_at: number;
  readonly released_by: string;
  readonly corrected: boolean;
};

/** What is known of an item once it is there. */
export type QuarantineDocument = QuarantineItemDocument & Partial<QuarantineReleaseDocument>;
