/** What becomes of the records of one request: they are published as a whole, or the client hears why not. */
import type { EventRecord } from './accept-events.ts';

export type PublishOutcome =
  /** Durable: Kafka acknowledged with acks=all. */
  | { readonly kind: 'published' }
  /** Over what one request may be in the log. Nothing was stored. */
  | { readonly kind: 'too-large'; readonly bytes: number; readonly limitBytes: number }
  | BusyOutcome
  /** No answer in time. The records may be stored. */
  | { readonly kind: 'not-known-stored' };

/** Too much waits already. Nothing was stored. */
export type BusyOutcome = { readonly kind: 'busy'; readonly retryAfterSeconds: number };

/** Rejects only where something is wrong that trying again does not cure. */
export type PublishPort = (records: readonly EventRecord[]) => Promise<PublishOutcome>;

/**
 * Publishes what may be too large for one batch of the log: halved, and halved again, until it fits. Each part is
 * whole, the parts are not one whole: what is published before a part that fails stays published, and is the same
 * when it is sent again. `too-large` is left for a record that alone is.
 */
export async function publishInParts(
  records: readonly EventRecord[],
  publish: PublishPort,
): Promise<PublishOutcome> {
  if (records.length === 0) return { kind: 'published' };
  const outcome = await publish(records);
  if (outcome.kind !== 'too-large' || records.length === 1) return outcome;
  const half = Math.ceil(records.length / 2);
  const first = await publishInParts(records.slice(0, half), publish);
  if (first.kind !== 'published') return first;
  const second = await publishInParts(records.slice(half), publish);
  return second.kind === 'busy' ? { kind: 'not-known-stored' } : second;
}
