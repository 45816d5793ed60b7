/** `npm run bench -- start`: from the start of a service's process until `/readyz` says that it is ready. */
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@auditbox/local';
import { medianOf, type Score } from './results/measurement.ts';
import type { Results } from './results/results-file.ts';
import { say } from './say.ts';
import { startService } from './service-process.ts';
import type { BenchSettings } from './settings.ts';
import { openStack } from './stack.ts';

const START_SECONDS_MAX = 2;
const POLL_MS = 5;

export async function benchStart(
  { rounds }: BenchSettings,
  results: Results,
  stop: AbortSignal,
): Promise<Score[]> {
  await using stack = await openStack(stop);
  const measured = new Map<string, number[]>();
  // The first of each makes topics and templates, as no later one does.
  for (let round = -1; round < rounds; round++) {
    for (const name of ['gateway', 'indexer', 'query'] as const) {
      const seconds = await measureStart(name, stack.env, stop);
      if (round < 0) continue;
      say(`round ${round + 1}, ${name}: ready in ${seconds.toFixed(2)} s`);
      results.add({ variant: name, round, figures: { seconds } });
      measured.set(name, [...(measured.get(name) ?? []), seconds]);
    }
  }
  return [...measured].map(([name, seconds]) => ({
    name: `start of ${name} until it is ready, s`,
    value: medianOf(seconds, (each) => each),
    better: 'lower',
    target: START_SECONDS_MAX,
    absolute: true,
  }));
}

async function measureStart(
  name: 'gateway' | 'indexer' | 'query',
  env: Readonly<Record<string, string>>,
  stop: AbortSignal,
): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  await using service = startService(name, { ...env, PORT: String(port) });
  const isReady = async (): Promise<boolean> => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status === 200;
  };
  const ready = async (): Promise<number> => {
    while (!(await isReady())) await wait(POLL_MS, undefined, { signal: stop });
    return (performance.now() - startedAt) / 1000;
  };
  return await Promise.race([ready(), service.ended]);
}
