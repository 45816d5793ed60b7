/**
 * `npm run bench -- sustained`: everything on this machine, end to end. First as fast as the index keeps up, for the rate
 * that is sustained; then at 0.7 of it, for a minute or for ten: how long an acknowledged event stays unfound, and whether
 * a process grows. At the end every acknowledged event is in the index, and nothing else is.
 */
import { indexedCount } from './indexed-count.ts';
import { quiet } from './indices.ts';
import { eventsARequest, MIXED } from './ingest/kinds.ts';
import { type Load, microsAnEvent, ratesOf, runLoad } from './ingest/load.ts';
import { quantile, type Score, toThreeDigits } from './results/measurement.ts';
import type { Results } from './results/results-file.ts';
import { say } from './say.ts';
import type { BenchSettings } from './settings.ts';
import { openStack } from './stack.ts';
import { type Growth, growthOf, sampleMemory } from './sustained/memory.ts';
import { type Pipeline, startPipeline } from './sustained/pipeline.ts';
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
/** What may not grow; Kafka's and Elasticsearch's memory is theirs. */
const SERVICES: ReadonlySet<string> = new Set(['gateway', 'indexer', 'query']);

export async function benchSustained(
  settings: BenchSettings,
  results: Results,
  stop: AbortSignal,
): Promise<Score[]> {
  await using stack = await openStack(stop);
  await using pipeline = await startPipeline(stack, settings.profileFolder);
  const { client, pattern } = pipeline;
  const full = await asFastAsItGoes(pipeline, settings, results, stop);
  await waitForIds(client, pattern, full.ids);
  // What that left to merge is not what the next is measured with.
  await quiet(client, pattern, stop);
  const calm = await atItsShare(pipeline, full, settings, results, stop);
  const acknowledged = full.ids.length + calm.ids.length;
  process.stdout.write(
    `\n${acknowledged} events acknowledged; all of them are in the index, and no others.\n`,
  );
  return [
    {
      name: 'sustained: events/s',
      value: toThreeDigits(full.eventsPerSecond),
      better: 'higher',
      absolute: true,
    },
    {
      name: `sustained: acknowledged to searchable, p99 s at ${SHARE} of the maximum`,
      value: toThreeDigits(calm.delayP99Seconds),
      better: 'lower',
      target: DELAY_P99_SECONDS_MAX,
      absolute: true,
    },
    ...calm.growth.map(
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

type Full = { readonly eventsPerSecond: number; readonly ids: readonly string[] };

async function asFastAsItGoes(
  { gatewayUrl, processes, elasticUri, pattern, ended }: Pipeline,
  { seed }: BenchSettings,
  results: Results,
  stop: AbortSignal,
): Promise<Full> {
  const task = {
    ...{ url: gatewayUrl.href, kind: MIXED, seed },
    ...{ seconds: FULL_SECONDS, warmUpSeconds: FULL_WARM_UP_SECONDS },
    behind: {
      ...{ elasticUri, pattern },
      before: await indexedCount(elasticUri, pattern),
      eventsMax: BEHIND_MAX,
    },
  };
  const load = await Promise.race([runLoad(task, Object.values(processes), stop), ended]);
  const { eventsPerSecond } = ratesOf(load, FULL_SECONDS);
  const cpu = cpuOf(load, processes);
  results.add({ variant: 'as fast as the index keeps up', round: 0, figures: { eventsPerSecond, ...cpu } });
  say(`sustained: ${Math.round(eventsPerSecond)} events/s; CPU µs an event: ${summary(cpu)}`);
  return { eventsPerSecond, ids: load.ids };
}

type Calm = {
  readonly delayP99Seconds: number;
  readonly ids: readonly string[];
  /** MiB of each service; of none where the load was too short to tell. */
  readonly growth: readonly (Growth & { readonly name: string })[];
};

/** Also waits until all of `full` and of its own is in the index, and nothing else is. */
async function atItsShare(
  { gatewayUrl, queryUrl, processes, client, pattern, ended }: Pipeline,
  full: Full,
  { seed, sustainedSeconds, warmUpSeconds }: BenchSettings,
  results: Results,
  stop: AbortSignal,
): Promise<Calm> {
  const task = {
    ...{ url: gatewayUrl.href, kind: MIXED, seed: seed + 1 },
    ...{ seconds: sustainedSeconds, warmUpSeconds },
    perSecond: (full.eventsPerSecond * SHARE) / eventsARequest(MIXED),
  };
  using memory = sampleMemory(processes);
  let probing: Promise<Probes> | undefined;
  const loading = runLoad(task, Object.values(processes), stop, (loadEnded) => {
    probing = probeDelay({ gatewayUrl, queryUrl, seed }, loadEnded);
    // It is waited for when the load has ended.
    probing.catch(() => {});
  });
  const load = await Promise.race([loading, ended]);
  const { probes, ids: probeIds, unanswered } = (await probing) ?? { probes: [], ids: [], unanswered: 0 };
  const ids = [...load.ids, ...probeIds];
  const drainSeconds = await waitForIds(client, pattern, [...full.ids, ...ids]);
  const delaysMs = probes.map(({ delayMs }) => delayMs).sort((a, b) => a - b);
  const delay = (q: number): number => quantile(delaysMs, q) / 1000;
  const delays = { delayP50Seconds: delay(0.5), delayP99Seconds: delay(0.99), delayMaxSeconds: delay(1) };
  const figures = {
    ...ratesOf(load, sustainedSeconds),
    ...delays,
    ...{ unanswered, drainSeconds },
    ...cpuOf(load, processes),
  };
  results.add({ variant: `at ${SHARE} of it`, round: 0, figures });
  say(`at ${SHARE} of it for ${sustainedSeconds} s: ${summary(figures)}`);
  for (const [minute, each] of Map.groupBy(probes, ({ atMs }) => Math.floor(atMs / 60_000))) {
    const figures = { delayMaxSeconds: Math.max(...each.map(({ delayMs }) => delayMs)) / 1000 };
    results.add({ variant: `minute ${minute}`, round: 0, figures });
    say(`minute ${minute}: ${summary(figures)}`);
  }
  const growth = [...memory.samples].map(([name, samples]) => ({ name, ...growthOf(samples) }));
  for (const { name, from, to } of growth) {
    results.add({ variant: `memory of ${name}, MiB`, round: 0, figures: { from, to } });
    say(`memory of ${name}: ${from} MiB, ${to} MiB at the end`);
  }
  const ofServices = growth.filter(({ name }) => SERVICES.has(name));
  return {
    ...{ delayP99Seconds: delays.delayP99Seconds, ids },
    growth: sustainedSeconds < GROWTH_SECONDS_MIN ? [] : ofServices,
  };
}

/** µs an event of each process. */
function cpuOf(load: Load, processes: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.keys(processes).map((name, i) => [`${name} µs`, microsAnEvent(load, i)]));
}

function summary(figures: Readonly<Record<string, number>>): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${toThreeDigits(value)}`)
    .join(', ');
}
