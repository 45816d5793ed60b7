/**
 * How Aidbox sends its audit log, imitated: events are collected into batches, a batch is kept and the same bytes are
 * sent again, at growing intervals, until an answer is 2xx; only then comes the next batch. At least once, so a lost
 * answer is a resend; never out of order; and a batch that is never taken holds all that come after it.
 *
 * Before release 2609 (security.audit-log.*) a batch is a `collection`, since then (AidboxTopicDestination of the
 * AuditEvent topic) a `history` whose first entry is an AidboxSubscriptionStatus.
 */
import { setTimeout as wait } from 'node:timers/promises';

export type AidboxEvent = Readonly<Record<string, unknown>> & { readonly id: string };

export type ForwarderForm = 'collection' | 'history';

export type ForwarderOptions = {
  /** The endpoint, as it is configured: nothing is appended to it. */
  readonly url: string;
  readonly form: ForwarderForm;
  /** security.audit-log.request-headers: sent with each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Events in a batch; default 1,000 (batch-count), 20 for a topic. */
  readonly batchCount?: number;
  /** Milliseconds to the first resend (flush-interval), doubled each time up to `maxFlushIntervalMs`. */
  readonly flushIntervalMs?: number;
  readonly maxFlushIntervalMs?: number;
  /** It sends until it is answered 2xx or this aborts. */
  readonly signal: AbortSignal;
};

export type Delivery = {
  readonly body: string;
  /** Of each attempt; 0 where no answer came. The last one is 2xx. */
  readonly statuses: readonly number[];
  /** What the last attempt was answered. */
  readonly answer: string;
};

export const BATCH_COUNT = { collection: 1_000, history: 20 } as const satisfies Record<
  ForwarderForm,
  number
>;

const BATCH_OF = { collection, history } as const;
const AIDBOX_BASE = 'https://aidbox.example.com/fhir';

/** Sends all events, batch after batch. Rejects once `signal` aborts. */
export async function forward(
  events: readonly AidboxEvent[],
  options: ForwarderOptions,
): Promise<readonly Delivery[]> {
  const { form, batchCount = BATCH_COUNT[form] } = options;
  const deliveries: Delivery[] = [];
  for (let from = 0; from < events.length; from += batchCount) {
    const body = JSON.stringify(BATCH_OF[form](events.slice(from, from + batchCount), from));
    deliveries.push(await deliver(body, options));
  }
  return deliveries;
}

async function deliver(body: string, options: ForwarderOptions): Promise<Delivery> {
  const { url, headers = {}, flushIntervalMs = 100, maxFlushIntervalMs = 1_000, signal } = options;
  const statuses: number[] = [];
  for (let intervalMs = flushIntervalMs; ; intervalMs = Math.min(2 * intervalMs, maxFlushIntervalMs)) {
    if (signal.aborted)
      throw new Error(`not taken, after ${statuses.length} attempts: ${statuses.slice(-5)}`);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        signal,
      });
      const answer = await response.text();
      statuses.push(response.status);
      if (response.ok) return { body, statuses, answer };
    } catch {
      statuses.push(0);
    }
    await wait(intervalMs, undefined, { signal }).catch(() => {});
  }
}

function collection(events: readonly AidboxEvent[]): object {
  return {
    resourceType: 'Bundle',
    type: 'collection',
    entry: events.map((resource) => ({ resource })),
  };
}

/** @param sent how many events were notified of before */
function history(events: readonly AidboxEvent[], sent: number): object {
  const status = {
    resourceType: 'AidboxSubscriptionStatus',
    status: 'active',
    type: 'event-notification',
    notificationEvent: events.map(({ id }, index) => ({
      eventNumber: sent + index + 1,
      focus: { reference: `AuditEvent/${id}` },
    })),
    topic: 'http://health-samurai.io/fhir/core/StructureDefinition/AuditEventsR4BALP',
    'topic-destination': { reference: 'AidboxTopicDestination/audit-log-webhook' },
  };
  return {
    resourceType: 'Bundle',
    type: 'history',
    timestamp: '2026-09-30T10:07:55Z',
    entry: [
      { resource: status },
      ...events.map((resource) => ({
        fullUrl: `${AIDBOX_BASE}/AuditEvent/${resource.id}`,
        request: { method: 'POST', url: '/fhir/AuditEvent' },
        resource,
      })),
    ],
  };
}
