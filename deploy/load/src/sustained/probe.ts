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

export type Probes = { readonly delaysMs: readonly number[]; readonly ids: readonly string[] };

/** Until `end` aborts, and all that was sent is found. */
export async function probeDelay(
  { gatewayUrl, queryUrl, seed }: { readonly gatewayUrl: URL; readonly queryUrl: URL; readonly seed: number },
  end: AbortSignal,
): Promise<Probes> {
  const delaysMs: number[] = [];
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
    while (!(await isFound(queryUrl, id)) && performance.now() - acknowledgedAt < LOOK_MS_MAX)
      await wait(LOOK_MS);
    delaysMs.push(performance.now() - acknowledgedAt);
  };
  for (let n = FIRST; !end.aborted; n++) {
    looking.push(probe(n));
    await wait(PROBE_EVERY_MS, undefined, { signal: end }).catch(() => {});
  }
  await Promise.all(looking);
  return { delaysMs: delaysMs.sort((a, b) => a - b), ids };
}

/** Not there yet, or not answered: it is looked for again. */
async function isFound(queryUrl: URL, id: string): Promise<boolean> {
  const answer = await fetch(new URL(`/AuditEvent?_id=${id}&_count=0`, queryUrl));
  if (!answer.ok) {
    await answer.body?.cancel();
    return false;
  }
  const { total } = (await answer.json()) as { readonly total: number };
  return total === 1;
}
