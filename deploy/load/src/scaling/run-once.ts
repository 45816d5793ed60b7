/** One measurement: the log drained by some indexers, or the bare loop; each into an index of its own. */
import { indexName } from '@auditbox/fhir-core';
import type { eventIndex } from '@auditbox/indexer/elastic/event-index';
import { cpuSeconds } from '../cpu-seconds.ts';
import { type Client, dropIndices } from '../indices.ts';
import { runBareLoop } from './bare.ts';
import type { Bodies } from './bodies.ts';
import { startIndexerProcess } from './indexer-process.ts';
import { checkStored, type Stored, waitForIndexed } from './stored.ts';

export type Bench = {
  readonly client: Client;
  readonly elasticUri: string;
  readonly elasticPid: number;
  readonly kafkaPid: number;
  readonly events: number;
  readonly bodies: Bodies;
  /** What the index of the bare loop is made with: what the indexer makes its own with. */
  readonly eventIndex: ReturnType<typeof eventIndex>;
  /** Bulks that the bare loop has on their way. */
  readonly concurrently: number;
  /** Settings of the indexer, but those that differ from run to run. */
  readonly env: Readonly<Record<string, string>>;
  readonly profileFolder: string | undefined;
  readonly stop: AbortSignal;
};

export type Measured = Stored & {
  readonly perSecond: number;
  /** Microseconds of CPU an event: of the indexers (or the bare loop), Elasticsearch and Kafka. */
  readonly ownMicros: number;
  readonly elasticMicros: number;
  readonly kafkaMicros: number;
};

/** From the first member's assignment to the last event stored. `run` names it. */
export async function measureIndexers(bench: Bench, replicas: number, run: string): Promise<Measured> {
  const { client, events, env, profileFolder, stop } = bench;
  const index = indexName(bench.bodies.sample[0]?.id ?? '', run);
  const own = { AUDITBOX_INDEX_PREFIX: run, AUDITBOX_INDEXER_GROUP: run };
  let measured: Measured;
  {
    await using stack = new AsyncDisposableStack();
    const indexers = Array.from({ length: replicas }, () =>
      stack.use(startIndexerProcess({ ...env, ...own }, profileFolder)),
    );
    const ended = Promise.race(indexers.map(({ ended }) => ended));
    const stopped = new Promise<never>((_, reject) => {
      stop.addEventListener('abort', () => reject(stop.reason), { once: true });
    });
    const orEnd = <Value>(awaited: Promise<Value>) => Promise.race([awaited, ended, stopped]);
    // Members that join within the group's first delay share the partitions from the beginning.
    await orEnd(Promise.race(indexers.map(({ joined }) => joined)));
    const meter = startMeter(
      bench,
      indexers.map(({ pid }) => pid),
    );
    await orEnd(waitForIndexed(bench.elasticUri, index, events, stop));
    const rates = meter(events);
    measured = {
      ...rates,
      ...(await checkStored(client, index, events, bench.bodies.sample, stop)),
    };
  }
  await dropIndices(client, run);
  return measured;
}

export async function measureBare(bench: Bench, run: string): Promise<Measured> {
  const { client, elasticUri, events, bodies, concurrently, stop } = bench;
  await client.indices.create({ index: run, ...bench.eventIndex });
  const meter = startMeter(bench, []);
  const { seconds, cpuSeconds: own } = await runBareLoop(
    { elasticUri, index: run, path: bodies.path, bodies: bodies.bodies, concurrently },
    stop,
  );
  const rates = {
    ...meter(events),
    perSecond: Math.round(events / seconds),
    ownMicros: Math.round((own / events) * 1e6),
  };
  const stored = await checkStored(client, run, events, bodies.sample, stop);
  await dropIndices(client, run);
  return { ...rates, ...stored };
}

/** Begins to measure; called, it says what there was since. */
function startMeter({ elasticPid, kafkaPid }: Bench, pids: readonly number[]) {
  const usage = () => ({
    at: performance.now(),
    own: pids.map(cpuSeconds).reduce((sum, each) => sum + each, 0),
    elastic: cpuSeconds(elasticPid),
    kafka: cpuSeconds(kafkaPid),
  });
  const before = usage();
  return (events: number) => {
    const after = usage();
    const micros = (of: 'own' | 'elastic' | 'kafka') => Math.round(((after[of] - before[of]) / events) * 1e6);
    return {
      perSecond: Math.round(events / ((after.at - before.at) / 1000)),
      ownMicros: micros('own'),
      elasticMicros: micros('elastic'),
      kafkaMicros: micros('kafka'),
    };
  };
}
