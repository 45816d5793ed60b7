/** How long an acknowledged event stays unfound: one event at a time, on an otherwise idle system. */
import { setTimeout as wait } from 'node:timers/promises';
import { quantile } from './closed-loop.ts';
import type { Connections } from './connections.ts';

const POLL_INTERVAL_MS = 10;
const DEADLINE_MS = 30_000;
/** How often an index is refreshed by default (AUDITBOX_INDEX_REFRESH_MS). */
const REFRESH_INTERVAL_MS = 1000;

export type Delay = { readonly p50Ms: number; readonly p99Ms: number };

export async function measureDelay(
  { post }: Connections,
  body: () => string,
  isFound: (id: string) => Promise<boolean>,
  times: number,
): Promise<Delay> {
  const delays: number[] = [];
  for (let i = 0; i < times; i++) {
    // Not in step with the refreshes that end the wait.
    await wait(Math.random() * REFRESH_INTERVAL_MS);
    const answer = await post('/AuditEvent', body());
    const acknowledged = performance.now();
    const { id } = JSON.parse(answer.body) as { id: string };
    while (!(await isFound(id))) {
      if (performance.now() - acknowledged > DEADLINE_MS)
        throw new Error('bench: an acknowledged event was not found');
      await wait(POLL_INTERVAL_MS);
    }
    delays.push(performance.now() - acknowledged);
  }
  delays.sort((a, b) => a - b);
  return { p50Ms: quantile(delays, 0.5), p99Ms: quantile(delays, 0.99) };
}
