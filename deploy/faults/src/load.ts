/**
 * The load of a round: senders at both gateways, each with one request on its way, that keep what they were answered.
 * Bundles and single events, with ids, without, and with an Idempotency-Key; some send a request again until it is
 * answered 201, as a forwarder does, some give up on it at once; and Aidbox in both its forms.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type AidboxEvent, type ForwarderForm, forward, generatedEvent, uuidV7 } from '@auditbox/e2e';
import { Books, type Digests } from './books.ts';

type Kind = {
  readonly name: string;
  readonly senders: number;
  /** In a Bundle; 0 for single events. */
  readonly entries: number;
  readonly identity: 'id' | 'none' | 'idempotency-key';
  /** Whether what was not answered 201 is sent again. Without any identity it would be other events then. */
  readonly persists: boolean;
};

const KINDS: readonly Kind[] = [
  { name: 'bundles', senders: 2, entries: 10, identity: 'id', persists: true },
  { name: 'nameless-bundles', senders: 2, entries: 5, identity: 'none', persists: false },
  { name: 'singles', senders: 3, entries: 0, identity: 'id', persists: true },
  { name: 'careless', senders: 2, entries: 0, identity: 'id', persists: false },
  { name: 'nameless', senders: 2, entries: 0, identity: 'none', persists: false },
  { name: 'keyed', senders: 2, entries: 3, identity: 'idempotency-key', persists: true },
];
const AIDBOX: readonly ForwarderForm[] = ['collection', 'history'];
const AIDBOX_BATCH = 10;

const EVENT_BYTES = 1_200;
/** Between two requests of a sender: what is attacked here is not the machine's two cores. */
const PAUSE_MS = 150;
/** Enough for a round; who is slow to recover must not drown in what is sent meanwhile. */
const EVENTS_ENOUGH = 4_000;
const PAUSE_MS_THEN = 2_000;
/** A client that has waited so long tries elsewhere. */
const ANSWER_MS_MAX = 15_000;
/** The months that events are from, and so the indices. */
const MONTHS = ['2026-01', '2026-02', '2025-12'];

export type Load = {
  /** By id: what the 201 said is stored. */
  readonly acknowledged: ReadonlyMap<string, Digests>;
  /** Keys of all events that were sent, acknowledged or not. */
  readonly sent: ReadonlySet<string>;
  /** How many events were sent that no 201 named. */
  readonly unacknowledged: () => number;
  /** How often each status was answered; 0 where no answer came. */
  readonly statuses: ReadonlyMap<number, number>;
  /** An event with this key, which the load did not send, may be found. */
  readonly alsoSent: (key: string) => void;
  /** What the senders saw that is wrong, each in one sentence; whole once the load has ended. */
  readonly problems: () => readonly string[];
  /** No new requests. Resolves when what is to be sent again is answered, or after the deadline. */
  readonly end: (deadlineMs: number) => Promise<void>;
};

export function startLoad(gateways: readonly string[]): Load {
  const books = new Books();
  const ending = new AbortController();
  const givingUp = new AbortController();
  const sending = KINDS.flatMap((kind) =>
    Array.from({ length: kind.senders }, (_, n) =>
      sendOn(gateways, kind, n, books, ending.signal, givingUp.signal),
    ),
  );
  for (const [n, form] of AIDBOX.entries())
    sending.push(forwardOn(gateways[n % gateways.length]!, form, books, ending.signal, givingUp.signal));
  return {
    acknowledged: books.acknowledged,
    sent: books.sent,
    statuses: books.statuses,
    unacknowledged: () => books.unacknowledged,
    alsoSent: (key) => books.alsoSent(key),
    problems: () => books.problems,
    end: async (deadlineMs) => {
      ending.abort();
      const late = setTimeout(() => givingUp.abort(), deadlineMs);
      await Promise.all(sending);
      clearTimeout(late);
    },
  };
}

async function sendOn(
  gateways: readonly string[],
  kind: Kind,
  n: number,
  books: Books,
  ending: AbortSignal,
  givingUp: AbortSignal,
): Promise<void> {
  let gateway = n;
  for (let request = 0; !ending.aborted; request++) {
    const { events, body, headers } = requestOf(kind, `${kind.name}-${n}-${request}`, request, books);
    for (;;) {
      if (givingUp.aborted) {
        if (kind.persists) books.gaveUp();
        break;
      }
      const url = gateways[gateway % gateways.length]!;
      const status = await attempt(
        kind.entries === 0 ? `${url}/AuditEvent` : `${url}/`,
        events,
        body,
        headers,
        books,
        givingUp,
      );
      if (status !== 201) gateway += 1;
      await wait(pauseMs(books), undefined, { signal: givingUp }).catch(() => {});
      if (status === 201 || !kind.persists) break;
    }
  }
}

/** Before the next request of a sender. */
function pauseMs({ sent }: Books): number {
  return sent.size < EVENTS_ENOUGH ? PAUSE_MS : PAUSE_MS_THEN;
}

function requestOf({ entries, identity }: Kind, key: string, n: number, books: Books) {
  const events = Array.from({ length: Math.max(1, entries) }, (_, entry) => {
    const event = generatedEvent({
      sender: 'load',
      key: `${key}-${entry}`,
      bytes: EVENT_BYTES,
      ...(identity === 'id' && { id: uuidV7() }),
    });
    return { ...event, recorded: `${MONTHS[n % MONTHS.length]}-15T10:07:55.000Z` };
  });
  for (const { agent } of events) books.sent.add(agent[0].altId);
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: events.map((resource) => ({ resource })),
  };
  return {
    events,
    body: JSON.stringify(entries === 0 ? events[0] : bundle),
    headers: {
      'content-type': 'application/fhir+json',
      ...(identity === 'idempotency-key' && { 'idempotency-key': randomUUID() }),
    },
  };
}

async function attempt(
  url: string,
  events: readonly unknown[],
  body: string,
  headers: Readonly<Record<string, string>>,
  books: Books,
  givingUp: AbortSignal,
): Promise<number> {
  let [status, answer] = [0, ''];
  try {
    const signal = AbortSignal.any([givingUp, AbortSignal.timeout(ANSWER_MS_MAX)]);
    const response = await fetch(url, { method: 'POST', headers, body, signal });
    answer = await response.text();
    status = response.status;
  } catch {
    // Cut on its way: nobody knows what became of it.
  }
  if (status === 201) books.took(answer, events);
  else books.answered(status);
  return status;
}

async function forwardOn(
  gateway: string,
  form: ForwarderForm,
  books: Books,
  ending: AbortSignal,
  givingUp: AbortSignal,
): Promise<void> {
  for (let batch = 0; !ending.aborted; batch++) {
    const events = Array.from({ length: AIDBOX_BATCH }, (_, n): AidboxEvent => {
      const [key, id] = [`aidbox-${form}-${batch}-${n}`, uuidV7()];
      books.sent.add(key);
      return { ...generatedEvent({ sender: 'aidbox', key, id, bytes: EVENT_BYTES }), id };
    });
    const options = { url: `${gateway}/`, form, batchCount: AIDBOX_BATCH, signal: givingUp };
    // It gives up only when it has to.
    const deliveries = await forward(events, options).catch(() => undefined);
    if (deliveries === undefined) books.gaveUp();
    for (const { statuses, answer } of deliveries ?? []) {
      for (const status of statuses.slice(0, -1)) books.answered(status);
      if (statuses.at(-1) === 201) books.took(answer, events);
      else books.answered(statuses.at(-1) ?? 0);
    }
    await wait(pauseMs(books), undefined, { signal: givingUp }).catch(() => {});
  }
}
