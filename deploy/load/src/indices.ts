/** The indices of a run as a whole, whichever part of the benchmark made them. */
import { setTimeout as wait } from 'node:timers/promises';
import type { connectElastic } from '@auditbox/indexer/elastic/client';

export type Client = Awaited<ReturnType<typeof connectElastic>>;

const POLL_MS = 100;

/** All indices whose names begin so. */
export async function dropIndices(client: Client, prefix: string): Promise<void> {
  const found = await client.indices.get({ index: `${prefix}*`, features: ['settings'] });
  for (const index of Object.keys(found)) await client.indices.delete({ index });
}

/** Resolves once nothing is merged any more: what comes next is measured without it. */
export async function quiet(client: Client, index: string, stop: AbortSignal) {
  for (;;) {
    const stats = await client.indices.stats({ index, metric: ['merge', 'store', 'bulk', 'segments'] });
    if ((stats._all.primaries?.merges?.current ?? 0) === 0) return stats;
    await wait(POLL_MS, undefined, { signal: stop });
  }
}
