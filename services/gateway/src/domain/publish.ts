/** What becomes of the events of one request: they are published as a whole, or the client hears why not. */
import type { AcceptedEvent } from './accept-events.ts';

export type PublishOutcome =
  /** Durable: Kafka acknowledged with acks=all. */
  | { readonly kind: 'published' }
  /** Over what one request may be in the log. Nothing was stored. */
  | { readonly kind: 'too-large'; readonly bytes: number; readonly limitBytes: number }
  /** Too much waits already. Nothing was stored. */
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number }
  /** No answer in time. The events may be stored. */
  | { readonly kind: 'not-known-stored' };

/** Rejects only where something is wrong that trying again does not cure. */
export type PublishPort = (records: readonly AcceptedEvent['record'][]) => Promise<PublishOutcome>;
