/**
 * `npm run bench -- sustained`: everything on this machine, end to end. First as fast as the index keeps up, for the rate
 * that is sustained; then at 0.7 of it, for a minute or for ten: how long an acknowledged event stays unfound, and whether
 * a process grows. At the end every acknowledged event is in the index, and nothing else is.
 */
import { writtenPatterns } from '@auditbox/fhir-core';
import { readConfig } from '@auditbox/indexer/config';
import { connectElastic } from '@auditbox/indexer/elastic/client';
import { indexedCount } from './indexed-count.ts';
import { eventsARequest, MIXED } from './ingest/kinds.ts';
import { type Load, microsAnEvent, ratesOf, runLoad } from './ingest/load.ts';
import { quantile, type Score, toThreeDigits } from './results/measurement.ts';
import type { Results } from './results/results-file.ts';
import { say } from './say.ts';
import { quiet } from './scaling/stored.ts';
import { startService } from './service-process.ts';
import type { BenchSettings } from './settings.ts';
import { openStack } from './stack.ts';
import { growthOf, sampleMemory } from './sustained/memory.ts';
import { type Probes, probeDelay } from './sustained/probe.ts';
import { waitForIds } from './sustained/stored-ids.ts';

const SHARE = 0.7;
const DELAY_P99_SECONDS_MAX = 3;
const FULL_SECONDS = 60;
/** Until indexer and Elasticsearch are as fast as they get. */
const FULL_WARM_UP_SECONDS = 40;
/** Some seconds of work: enough that nobody waits for more. */
const BEHIND_MAX = 5000;
/** What a process may have more at the end than after its beginning, to be one that does not grow. */
const GROWTH_MAX = 1.1;
/** Before this, memory is that of processes that warm up. */
const GROWTH_SECONDS_MIN = 300;

export async function benchSustained(
  { seed, sustainedSeconds, warmUpSeconds, profileFolder }: BenchSettings,
  results: Results,
  stop: AbortSignal,
): Promise<Score[]> {
  await using stack = await openStack(stop);
  const { env, kafka, elastic } = stack;
  const config = readConfig(env);
  if ('problems' in config) throw new Error(`bench: ${config.problems.join(' ')}`);
  const pattern = writtenPatterns(config.settings.indexPrefix).join(',');
  await using services = new AsyncDisposableStack();
  const client = services.adopt(await connectElastic({ node: elastic.uri }), (each) => each.close());
  const start = (name: 'gateway' | 'indexer' | 'query') =>
    services.use(startService(name, env, { profileFolder }));
  const [query, indexer, gateway] = [start('query'), start('indexer'), start('gateway')];
  const [queryUrl, , gatewayUrl] = await Promise.all([query.ready, indexer.ready, gateway.ready]);
  const processes = {
    ...{ gateway: gateway.pid, indexer: indexer.pid, query: query.pid },
    ...{ Kafka: kafka.pid ?? 0, Elasticsearch: elastic.pid ?? 0 },
  };
  const names = Object.keys(processes);
  const pids = Object.values(processes);
  const ended = Promise.race([query.ended, indexer.ended, gateway.ended]);
  const load = { url: gatewayUrl.href, kind: MIXED, seed };

  const behind = {
    elasticUri: elastic.uri,
    pattern,
    before: await indexedCount(elastic.uri, pattern),
    eventsMax: BEHIND_MAX,
  };
  const fullTask = { ...load, seconds: FULL_SECONDS, warmUpSeconds: FULL_WARM_UP_SECONDS, behind };
  const full = await Promise.race([runLoad(fullTask, pids, stop), ended]);
  const { eventsPerSecond } = ratesOf(full, FULL_SECONDS);
  const cpuOf = (load: Load) =>
    Object.fromEntries(names.map((name, i) => [`${name} µs`, microsAnEvent(load, i)]));
  const cpu = cpuOf(full);
  results.add({ variant: 'as fast as the index keeps up', round: 0, figures: { eventsPerSecond, ...cpu } });
  say(`sustained: ${Math.round(eventsPerSecond)} events/s; CPU µs an event: ${summary(cpu)}`);
  await waitForIds(client, pattern, full.ids);
  // What that left to merge is not what the next is measured with.
  await quiet(client, pattern, stop);

  const perSecond = (eventsPerSecond * SHARE) / eventsARequest(MIXED);
  using memory = sampleMemory(processes);
  let probes: Promise<Probes> | undefined;
  const calmTask = { ...load, seed: seed + 1, seconds: sustainedSeconds, warmUpSeconds, perSecond };
  const calmLoad = runLoad(calmTask, pids, stop, (loadEnded) => {
    probes = probeDelay({ gatewayUrl, queryUrl, seed }, loadEnded);
    // It is waited for when the load has ended.
    probes.catch(() => {});
  });
  const calm = await Promise.race([calmLoad, ended]);
  const { probes: found, ids, unanswered } = (await probes) ?? { probes: [], ids: [], unanswered: 0 };
  const delaysMs = found.map(({ delayMs }) => delayMs).sort((a, b) => a - b);
  const drainSeconds = await waitForIds(client, pattern, [...full.ids, ...calm.ids, ...ids]);
  const delay = (q: number): number => quantile(delaysMs, q) / 1000;
  const rates = ratesOf(calm, sustainedSeconds);
  const delays = { delayP50Seconds: delay(0.5), delayP99Seconds: delay(0.99), delayMaxSeconds: delay(1) };
  const figures = { ...rates, ...delays, unanswered, drainSeconds, ...cpuOf(calm) };
  results.add({ variant: `at ${SHARE} of it`, round: 0, figures });
  say(`at ${SHARE} of it for ${sustainedSeconds} s: ${summary(figures)}`);
  for (const [minute, each] of Map.groupBy(found, ({ atMs }) => Math.floor(atMs / 60_000))) {
    const figures = { delayMaxSeconds: Math.max(...each.map(({ delayMs }) => delayMs)) / 1000 };
    results.add({ variant: `minute ${minute}`, round: 0, figures });
    say(`minute ${minute}: ${summary(figures)}`);
  }
  const growth = names.map((name) => ({ name, ...growthOf(memory.samples.get(name) ?? []) }));
  for (const { name, from, to } of growth) {
    results.add({ variant: `memory of ${name}, MiB`, round: 0, figures: { from, to } });
    say(`memory of ${name}: ${from} MiB, ${to} MiB at the end`);
  }
  process.stdout.write(
    `\n${full.ids.length + calm.ids.length + ids.length} events acknowledged; all of them are in the index, and no others.\n`,
  );
  const grown = sustainedSeconds < GROWTH_SECONDS_MIN ? [] : growth.slice(0, 3);
  return [
    {
      name: 'sustained: events/s',
      value: toThreeDigits(eventsPerSecond),
      better: 'higher',
      absolute: true,
    },
    {
      name: `sustained: acknowledged to searchable, p99 s at ${SHARE} of the maximum`,
      value: toThreeDigits(delays.delayP99Seconds),
      better: 'lower',
      target: DELAY_P99_SECONDS_MAX,
      absolute: true,
    },
    ...grown.map(
      ({ name, from, to }): Score => ({
        name: `sustained: memory of ${name}, end to beginning`,
        value: toThreeDigits(to / from),
        better: 'lower',
        target: GROWTH_MAX,
        absolute: true,
      }),
    ),
  ];
}

function summary(figures: Readonly<Record<string, number>>): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${toThreeDigits(value)}`)
    .join(', ');
}
