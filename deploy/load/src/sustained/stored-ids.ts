/** Every acknowledged event is in the index, once, and nothing else is. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '../indices.ts';

const IDS_A_SEARCH = 1000;
const LOOK_MS = 200;
const STALLED_MS = 120_000;

/** Waits for what is still on its way. Throws where something is missing or surplus; seconds that it took. */
export async function waitForIds(client: Client, index: string, ids: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  let last = { count: -1, at: startedAt };
  for (;;) {
    await client.indices.refresh({ index });
    const { count } = await client.count({ index });
    if (count >= ids.length) break;
    if (count !== last.count) last = { count, at: performance.now() };
    if (performance.now() - last.at > STALLED_MS)
      throw new Error(`bench: ${ids.length} acknowledged, ${count} indexed`);
    await wait(LOOK_MS);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const { count } = await client.count({ index });
  if (count !== ids.length) throw new Error(`bench: ${ids.length} acknowledged, ${count} indexed`);
  for (let first = 0; first < ids.length; first += IDS_A_SEARCH) {
    const values = ids.slice(first, first + IDS_A_SEARCH);
    const found = await client.count({ index, query: { ids: { values } } });
    if (found.count !== values.length)
      throw new Error(`bench: ${values.length - found.count} acknowledged events are not in the index`);
  }
  return seconds;
}
