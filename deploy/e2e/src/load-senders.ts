/**
 * Senders that keep a gateway busy, each with one request on its way: some send a request again until it is answered
 * 201, as a forwarder does, others give up on it. Every attempt is written down, to be held against what is stored.
 */
import type { Resource } from './client.ts';
import { generatedEvent, uuidV7 } from './generated-events.ts';

export type Attempt = {
  /** Of the events in the request. */
  readonly keys: readonly string[];
  readonly bytes: number;
  readonly tookMs: number;
  /** 0 where no answer came. */
  readonly status: number;
  readonly retryAfter: string | null;
  readonly resourceType: string;
  /** The stored ids, of a 201. */
  readonly ids: readonly string[];
};

export type SenderKind = {
  /** Begins its senders' names, and so the tags that its events are found by. */
  readonly name: string;
  readonly senders: number;
  /** In a Bundle; 0 for single events. */
  readonly entries: number;
  readonly eventBytes: number;
  readonly withIds: boolean;
  /** Whether a request that was not answered 201 is sent again; only with ids is it then the same events. */
  readonly persists: boolean;
};

export type Load = {
  /** The tags of its events. */
  readonly senders: readonly string[];
  readonly attempts: readonly Attempt[];
  /** No new requests; those that are to be sent again still are. Resolves when all have ended. */
  readonly end: () => Promise<void>;
};

/** A sender that is never answered 201 has to end too. */
const ATTEMPTS_A_SENDER_MAX = 20_000;

export function startLoad(url: string, kinds: readonly SenderKind[]): Load {
  const attempts: Attempt[] = [];
  const ending = new AbortController();
  const senders = kinds.flatMap((kind) =>
    Array.from({ length: kind.senders }, (_, n) => ({ kind, sender: `${kind.name}-${n}` })),
  );
  const sending = senders.map(({ kind, sender }) => sendOn(url, kind, sender, ending.signal, attempts));
  return {
    senders: senders.map(({ sender }) => sender),
    attempts,
    end: async () => {
      ending.abort();
      await Promise.all(sending);
    },
  };
}

async function sendOn(
  url: string,
  kind: SenderKind,
  sender: string,
  ending: AbortSignal,
  attempts: Attempt[],
): Promise<void> {
  let left = ATTEMPTS_A_SENDER_MAX;
  for (let n = 0; !ending.aborted && left > 0; n++) {
    const request = requestOf(kind, sender, n);
    for (let status = 0; status !== 201 && left > 0; left--) {
      const attempt = await attemptOf(url, kind, request);
      attempts.push(attempt);
      status = attempt.status;
      // Who got no answer at all has nobody to send to.
      if (status === 0) return;
      if (!kind.persists) break;
    }
  }
}

type LoadRequest = { readonly keys: readonly string[]; readonly body: string };

function requestOf({ entries, eventBytes, withIds }: SenderKind, sender: string, n: number): LoadRequest {
  const events = Array.from({ length: Math.max(1, entries) }, (_, entry) =>
    generatedEvent({
      sender,
      key: `${sender}-${n}-${entry}`,
      bytes: eventBytes,
      ...(withIds && { id: uuidV7() }),
    }),
  );
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: events.map((resource) => ({ resource })),
  };
  return {
    keys: events.map(({ agent }) => agent[0].altId),
    body: JSON.stringify(entries === 0 ? events[0] : bundle),
  };
}

async function attemptOf(
  url: string,
  { entries }: SenderKind,
  { keys, body }: LoadRequest,
): Promise<Attempt> {
  const of = { keys, bytes: body.length };
  const startedMs = performance.now();
  const tookMs = () => performance.now() - startedMs;
  try {
    const response = await fetch(entries === 0 ? `${url}/AuditEvent` : `${url}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body,
    });
    const { status, headers } = response;
    const answer = (await response.json()) as Resource & {
      readonly entry?: { readonly resource: Resource }[];
    };
    const stored = answer.entry?.map(({ resource }) => resource) ?? [answer];
    return {
      ...of,
      tookMs: tookMs(),
      status,
      retryAfter: headers.get('retry-after'),
      resourceType: answer.resourceType,
      ids: status === 201 ? stored.map(({ id }) => id) : [],
    };
  } catch {
    return { ...of, tookMs: tookMs(), status: 0, retryAfter: null, resourceType: '', ids: [] };
  }
}
