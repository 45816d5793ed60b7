/**
 * How long an acknowledged event stays unfound: one event each second is sent and looked for by a search until it is
 * found. Few, so that the looking costs nothing of what is measured.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { generatedEvent } from '../generated.ts';

const PROBE_EVERY_MS = 1000;
/** What the delays are measured to. */
const LOOK_MS = 50;
/** What is not found by then counts as found then. */
const LOOK_MS_MAX = 60_000;
/** Not a number of the load's own events. */
const FIRST = 1_000_000_000;

export type Probe = {
  /** From the beginning of the probing until it was acknowledged. */
  readonly atMs: number;
  readonly delayMs: number;
  /** Searches that were not answered with a 200. */
  readonly unanswered: number;
};

export type Probes = { readonly probes: readonly Probe[]; readonly ids: readonly string[] };

/** Until `end` aborts, and all that was sent is found. */
export async function probeDelay(
  { gatewayUrl, queryUrl, seed }: { readonly gatewayUrl: URL; readonly queryUrl: URL; readonly seed: number },
  end: AbortSignal,
): Promise<Probes> {
  const probes: Probe[] = [];
  const startedAt = performance.now();
  const ids: string[] = [];
  const looking: Promise<void>[] = [];
  const probe = async (n: number): Promise<void> => {
    const answer = await fetch(new URL('/AuditEvent', gatewayUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(generatedEvent(seed, n, Date.now())),
    });
    const acknowledgedAt = performance.now();
    if (answer.status !== 201) throw new Error(`bench: a probe was answered ${answer.status}`);
    const { id } = (await answer.json()) as { readonly id: string };
    ids.push(id);
    let unanswered = 0;
    for (let found: boolean | undefined = false; found !== true; ) {
      found = await isFound(queryUrl, id);
      if (found === undefined) unanswered++;
      if (performance.now() - acknowledgedAt > LOOK_MS_MAX) break;
      if (found !== true) await wait(LOOK_MS);
    }
    const delayMs = performance.now() - acknowledgedAt;
    probes.push({ atMs: acknowledgedAt - startedAt, delayMs, unanswered });
  };
  for (let n = FIRST; !end.aborted; n++) {
    looking.push(probe(n));
    await wait(PROBE_EVERY_MS, undefined, { signal: end }).catch(() => {});
  }
  await Promise.all(looking);
  return { probes, ids };
}

/** undefined where it was not answered: it is looked for again. */
async function isFound(queryUrl: URL, id: string): Promise<boolean | undefined> {
  const answer = await fetch(new URL(`/AuditEvent?_id=${id}&_count=0`, queryUrl));
  if (!answer.ok) {
    await answer.body?.cancel();
    return undefined;
  }
  const { total } = (await answer.json()) as { readonly total: number };
  return total === 1;
}
