/**
 * `npm run bench:scaling`: how fast indexers drain a log that is full, one, two and four of them, beside a bare loop
 * that writes the same bulks, made before, to the same Elasticsearch: the limit.
 *
 * Kafka and Elasticsearch are of this run alone. After each measurement every event has to be in the index, once,
 * and a sample of the documents as they were made: a rate of events that got lost is no rate. Prints a table and one
 * JSON line; docs/performance.md has the settings. Needs Linux: CPU is read from /proc.
 */
import { join } from 'node:path';
import { readConfig } from '@auditbox/indexer/config';
import { connectElastic } from '@auditbox/indexer/elastic/client';
import { eventIndex } from '@auditbox/indexer/elastic/event-index';
import { freshFolder, openToolbox, startElasticsearch, startKafka } from '@auditbox/local';
import { machine } from '../machine.ts';
import { runBench } from '../run-bench.ts';
import { say } from '../say.ts';
import { writeBodies } from './bodies.ts';
import { prefill } from './prefill.ts';
import { nameOf, type Round, rowsOf, tableOf, targetsOf } from './report.ts';
import { type Bench, type Measured, measureBare, measureIndexers } from './run-once.ts';
import { readScalingSettings, type ScalingSettings } from './settings.ts';

/** Kafka waits so long for more members of a new group: all of them are up by then and start with their share. */
const JOIN_TOGETHER_MS = 10_000;

await runBench((stop) => run(readScalingSettings(process.env), stop));

async function run(settings: ScalingSettings, stop: AbortSignal): Promise<void> {
  const data = { seed: settings.seed, count: settings.events };
  await using stack = new AsyncDisposableStack();
  const { path: folder } = stack.use(freshFolder('auditbox-scaling'));
  const toolbox = await openToolbox({ runFolder: folder, stop });
  const properties = { 'group.initial.rebalance.delay.ms': String(JOIN_TOGETHER_MS) };
  const options = { folder, toolbox, stop };
  const kafka = stack.use(await startKafka({ ...options, properties }));
  const elastic = stack.use(await startElasticsearch(options));
  const client = stack.adopt(await connectElastic({ node: elastic.uri }), (each) => each.close());
  const env = {
    KAFKA_BROKERS: kafka.brokers,
    ELASTIC_URI: elastic.uri,
    AUDITBOX_API_AUTH_ENABLED: 'false',
    AUDITBOX_ALLOW_WEAK_TOPIC: 'true',
    AUDITBOX_INDEX_REPLICAS: '0',
    AUDITBOX_METRICS_PORT: 'off',
    BINDING: '127.0.0.1',
    PORT: '0',
  };
  const config = readConfig(env);
  if ('problems' in config) throw new Error(`bench: ${config.problems.join(' ')}`);
  const { bulkEventsMax: countMax, bulkBytesMax: bytesMax, bulksInFlight } = config.settings;
  const bodies = stack.use(writeBodies(join(folder, 'bodies'), { countMax, bytesMax }));
  say(`${data.count.toLocaleString('en')} events of seed ${data.seed}`);
  const connection = { brokers: [kafka.brokers], clientId: 'bench' };
  await prefill(data, connection, bodies.add, stop);
  bodies.finish();

  const bench: Bench = {
    client,
    elasticUri: elastic.uri,
    elasticPid: elastic.pid ?? 0,
    kafkaPid: kafka.pid ?? 0,
    events: data.count,
    bodies,
    eventIndex: eventIndex(config.settings),
    concurrently: bulksInFlight,
    env,
    profileFolder: settings.profileFolder,
    stop,
  };
  // Elasticsearch's compiler is slow to begin with: a first drain is not counted.
  say('warming up');
  await measureIndexers({ ...bench, profileFolder: undefined }, 1, 'bench-warm');
  const rounds: Round[] = [];
  for (let round = 0; round < settings.rounds; round++) {
    const order = round % 2 === 0 ? [0, ...settings.replicas] : [0, ...settings.replicas].reverse();
    const measured = new Map<number, Measured>();
    for (const kind of order) {
      const name = `bench-${round}-${kind}`;
      const one = kind === 0 ? await measureBare(bench, name) : await measureIndexers(bench, kind, name);
      say(
        `${nameOf(kind)}: ${one.perSecond} events/s, CPU µs an event ${one.ownMicros} and ${one.elasticMicros}`,
      );
      measured.set(kind, one);
    }
    rounds.push(measured);
  }
  report(settings, rounds);
}

function report({ events, seed }: ScalingSettings, rounds: readonly Round[]): void {
  const rows = rowsOf(rounds);
  process.stdout.write(
    `\nEvery event was stored, once.\n\n${tableOf(rows)}\n\n${targetsOf(rows).join('\n')}\n\n`,
  );
  const raw = rounds.map((round) =>
    Object.fromEntries([...round].map(([kind, each]) => [nameOf(kind), each])),
  );
  process.stdout.write(
    `${JSON.stringify({ at: new Date().toISOString(), machine: machine(), events, seed, rows, rounds: raw })}\n`,
  );
}
