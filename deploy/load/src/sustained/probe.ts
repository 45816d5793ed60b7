/**
 * How long an acknowledged event stays unfound: one event each second is sent, and one search after the other looks for all
 * that are not found yet. However late they are, the looking costs the same, and little of what is measured.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { generatedEvent } from '../generated.ts';

const PROBE_EVERY_MS = 1000;
/** What the delays are measured to. */
const LOOK_MS = 100;
/** What is not found by then counts as found then. */
const LOOK_MS_MAX = 60_000;
/** Of one search: more than are unfound at a time. */
const LOOKED_FOR_MAX = 100;
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
  const send = async (): Promise<void> => {
    for (let n = FIRST; !end.aborted; n++) {
      const id = await sendEvent(gatewayUrl, seed, n);
      unfound.set(id, performance.now());
      ids.push(id);
      await wait(PROBE_EVERY_MS, undefined, { signal: end }).catch(() => {});
    }
  };
  let unanswered = 0;
  const look = async (): Promise<void> => {
    while (!end.aborted || unfound.size > 0) {
      await wait(LOOK_MS);
      if (unfound.size === 0) continue;
      const found = await foundOf(queryUrl, [...unfound.keys()].slice(0, LOOKED_FOR_MAX));
      if (found === undefined) unanswered++;
      const now = performance.now();
      for (const [id, acknowledgedAt] of unfound) {
        const delayMs = now - acknowledgedAt;
        if (!found?.has(id) && delayMs < LOOK_MS_MAX) continue;
        unfound.delete(id);
        probes.push({ atMs: acknowledgedAt - startedAt, delayMs });
      }
    }
  };
  await Promise.all([send(), look()]);
  return { probes, ids, unanswered };
}

/** Its id. */
async function sendEvent(gatewayUrl: URL, seed: number, n: number): Promise<string> {
  const answer = await fetch(new URL('/AuditEvent', gatewayUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(generatedEvent(seed, n, Date.now())),
  });
  if (answer.status !== 201) throw new Error(`bench: a probe was answered ${answer.status}`);
  return ((await answer.json()) as { readonly id: string }).id;
}

/** Those of `ids` that a search finds; undefined where it was not answered: they are looked for again. */
async function foundOf(queryUrl: URL, ids: readonly string[]): Promise<ReadonlySet<string> | undefined> {
  const answer = await fetch(
    new URL(`/AuditEvent?_id=${ids.join(',')}&_count=${ids.length}&_elements=id`, queryUrl),
  );
  if (!answer.ok) {
    await answer.body?.cancel();
    return undefined;
  }
  const { entry = [] } = (await answer.json()) as {
    readonly entry?: readonly { readonly resource: { readonly id?: string } }[];
  };
  return new Set(entry.flatMap(({ resource: { id } }) => id ?? []));
}
