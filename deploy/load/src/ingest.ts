/**
 * `npm run bench -- ingest`: what a request and an event cost the gateway, beside what HTTP, JSON and Kafka cost alone.
 * A Kafka of this run alone; no indexer and no Elasticsearch share the processors.
 */
import { EVENTS_TOPIC, ensureTopic } from '@auditbox/event-log';
import { freshFolder, openToolbox, startKafka } from '@auditbox/local';
import { gatewayEnvironment } from './gateway-environment.ts';
import { preparePerfTest } from './ingest/perf-test.ts';
import { figuresTable, type Round, scoresOf } from './ingest/scores.ts';
import { type Figures, type IngestBench, VARIANTS } from './ingest/variants.ts';
import type { Score } from './results/measurement.ts';
import type { Results } from './results/results-file.ts';
import { say } from './say.ts';
import type { BenchSettings } from './settings.ts';

const FLOOR_TOPIC = { ...EVENTS_TOPIC, name: 'bench.floor' };

export async function benchIngest(
  settings: BenchSettings,
  results: Results,
  stop: AbortSignal,
): Promise<Score[]> {
  await using stack = new AsyncDisposableStack();
  const { path: folder } = stack.use(freshFolder('auditbox-bench'));
  const toolbox = await openToolbox({ runFolder: folder, stop });
  const node = stack.use(await startKafka({ folder, toolbox, stop }));
  const kafka = { brokers: [node.brokers], clientId: 'bench' };
  await ensureTopic(kafka, EVENTS_TOPIC, { allowWeak: true });
  await ensureTopic(kafka, FLOOR_TOPIC, { allowWeak: true });
  const { seed, profileFolder } = settings;
  const options = { toolbox, folder, brokers: node.brokers, topic: FLOOR_TOPIC.name, seed };
  const bench: IngestBench = {
    ...{ kafka, kafkaPid: node.pid ?? 0, seed, profileFolder, stop },
    env: gatewayEnvironment(node.brokers),
    floorTopic: FLOOR_TOPIC.name,
    perfTest: await preparePerfTest(options, stop),
    seconds: settings.seconds,
    warmUpSeconds: settings.warmUpSeconds,
  };
  const rounds: Round[] = [];
  for (let round = 0; round < settings.rounds; round++) {
    const measured = new Map<string, Figures>();
    for (const { name, measure } of round % 2 === 0 ? VARIANTS : VARIANTS.toReversed()) {
      stop.throwIfAborted();
      const figures = await measure(bench);
      say(`round ${round + 1}, ${name}: ${summary(figures)}`);
      results.add({ variant: name, round, figures });
      measured.set(name, figures);
    }
    rounds.push(measured);
  }
  process.stdout.write(`\nEvery acknowledged event was in the log, once.\n\n${figuresTable(rounds)}\n`);
  return scoresOf(rounds);
}

function summary(figures: Figures): string {
  const rate = figures.eventsPerSecond ?? figures.perSecond ?? 0;
  const cpu = figures.cpuMicros === undefined ? '' : `, ${figures.cpuMicros.toFixed(1)} µs of CPU an event`;
  return `${Math.round(rate).toLocaleString('en')} events/s${cpu}`;
}
