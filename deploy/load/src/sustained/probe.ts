/**
 * How long an acknowledged event stays unfound: one event each second is sent, and one search after the other looks for all
 * that are not found yet. However late they are, there are no more searches than that, and they cost little of what is
 * measured.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { generatedEvent } from '../generated.ts';

const PROBE_EVERY_MS = 1000;
/** What the delays are measured to, and a search. */
const LOOK_MS = 100;
/** What is not found by then counts as found then. */
const LOOK_MS_MAX = 60_000;
/** Of one search, the oldest first. */
const LOOKED_FOR_MAX = 100;
/** A request that is not answered by then is one that is not answered. */
const ANSWER_MS_MAX = 30_000;
/** Not a number of the load's own events. */
const FIRST = 1_000_000_000;

export type Probe = {
  /** From the beginning of the probing until it was acknowledged. */
  readonly atMs: number;
  readonly delayMs: number;
};

export type Probes = {
  readonly probes: readonly Probe[];
  readonly ids: readonly string[];
  /** Searches that were not answered with a 200. */
  readonly unanswered: number;
};

/** Until `end` aborts, and all that was sent is found. */
export async function probeDelay(
  { gatewayUrl, queryUrl, seed }: { readonly gatewayUrl: URL; readonly queryUrl: URL; readonly seed: number },
  end: AbortSignal,
): Promise<Probes> {
  const startedAt = performance.now();
  const ids: string[] = [];
  const probes: Probe[] = [];
  /** By id, when it was acknowledged. */
  const unfound = new Map<string, number>();
  const send = async (n: number): Promise<void> => {
    const id = await sendEvent(gatewayUrl, seed, n);
    unfound.set(id, performance.now());
    ids.push(id);
  };
  let isSent = false;
  /** One each second, however late the answers are. */
  const sendAll = async (): Promise<void> => {
    const sending: Promise<void>[] = [];
    for (let n = FIRST; !end.aborted; n++) {
      const one = send(n);
      // One that failed is heard of at the end.
      one.catch(() => {});
      sending.push(one);
      await wait(PROBE_EVERY_MS, undefined, { signal: end }).catch(() => {});
    }
    try {
      await Promise.all(sending);
    } finally {
      isSent = true;
    }
  };
  let unanswered = 0;
  const look = async (): Promise<void> => {
    while (!isSent || unfound.size > 0) {
      await wait(LOOK_MS);
      if (unfound.size === 0) continue;
      const asked = [...unfound].slice(0, LOOKED_FOR_MAX);
      const found = await foundOf(
        queryUrl,
        asked.map(([id]) => id),
      );
      if (found === undefined) unanswered++;
      const now = performance.now();
      for (const [id, acknowledgedAt] of asked) {
        const delayMs = now - acknowledgedAt;
        if (!found?.has(id) && delayMs < LOOK_MS_MAX) continue;
        unfound.delete(id);
        probes.push({ atMs: acknowledgedAt - startedAt, delayMs });
      }
    }
  };
  await Promise.all([sendAll(), look()]);
  return { probes, ids, unanswered };
}

/** Its id. */
async function sendEvent(gatewayUrl: URL, seed: number, n: number): Promise<string> {
  const answer = await fetch(new URL('/AuditEvent', gatewayUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(generatedEvent(seed, n, Date.now())),
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
  if (answer.status !== 201) throw new Error(`bench: a probe was answered ${answer.status}`);
  return ((await answer.json()) as { readonly id: string }).id;
}

/** Those of `ids` that a search finds; undefined where it was not answered: they are looked for again. */
async function foundOf(queryUrl: URL, ids: readonly string[]): Promise<ReadonlySet<string> | undefined> {
  const url = new URL(`/AuditEvent?_id=${ids.join(',')}&_count=${ids.length}&_elements=id`, queryUrl);
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    const { entry = [] } = (await answer.json()) as {
      readonly entry?: readonly { readonly resource: { readonly id?: string } }[];
    };
    return answer.ok ? new Set(entry.flatMap(({ resource: { id } }) => id ?? [])) : undefined;
  } catch {
    return undefined;
  }
}
