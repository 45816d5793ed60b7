/**
 * `npm run bench:scaling`: how fast indexers drain a log that is full, one, two and four of them, beside a bare loop
 * that writes the same bulks, made before, to the same Elasticsearch: the limit.
 *
 * Kafka and Elasticsearch are of this run alone. After each measurement every event has to be in the index, once,
 * and a sample of the documents as they were made: a rate of events that got lost is no rate. Prints a table; the
 * raw values are added to the results; docs/performance.md has the settings. Needs Linux: CPU is read from /proc.
 */
import { join } from 'node:path';
import { readConfig } from '@auditbox/indexer/config';
import { connectElastic } from '@auditbox/indexer/elastic/client';
import { eventIndex } from '@auditbox/indexer/elastic/event-index';
import { openResults } from '../results/results-file.ts';
import { tableOf as scoreTable } from '../results/table.ts';
import { runBench } from '../run-bench.ts';
import { say } from '../say.ts';
import { openStack } from '../stack.ts';
import { writeBodies } from './bodies.ts';
import { prefill } from './prefill.ts';
import { nameOf, type Round, rowsOf, scoresOf, tableOf } from './report.ts';
import { type Bench, type Measured, measureBare, measureIndexers } from './run-once.ts';
import { readScalingSettings, type ScalingSettings } from './settings.ts';

/** What the bare loop is tried with, each with one of so many events. */
const CONCURRENCIES = [1, 2, 3, 4, 6];
const TRIAL_SHARE = 5;

/** Kafka waits so long for more members of a new group: all of them are up by then and start with their share. */
const JOIN_TOGETHER_MS = 10_000;

await runBench((stop) => run(readScalingSettings(process.env), stop));

async function run(settings: ScalingSettings, stop: AbortSignal): Promise<void> {
  const results = openResults('scaling', process.env);
  const data = { seed: settings.seed, count: settings.events };
  await using stack = new AsyncDisposableStack();
  const properties = { 'group.initial.rebalance.delay.ms': String(JOIN_TOGETHER_MS) };
  const { folder, kafka, elastic, env } = stack.use(await openStack(stop, properties));
  const client = stack.adopt(await connectElastic({ node: elastic.uri }), (each) => each.close());
  const config = readConfig(env);
  if ('problems' in config) throw new Error(`bench: ${config.problems.join(' ')}`);
  const { bulkEventsMax: countMax, bulkBytesMax: bytesMax, bulksInFlight } = config.settings;
  const bodies = stack.use(writeBodies(join(folder, 'bodies'), { countMax, bytesMax }));
  say(`${data.count.toLocaleString('en')} events of seed ${data.seed}`);
  const connection = { brokers: [kafka.brokers], clientId: 'bench' };
  await prefill(data, connection, bodies.add, stop);
  bodies.finish();

  let bench: Bench = {
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
  bench = { ...bench, concurrently: await bestConcurrency(bench) };
  say(`the bare loop is fastest with ${bench.concurrently} bulks at a time`);
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
      results.add({ variant: nameOf(kind), round, figures: one });
      measured.set(kind, one);
    }
    rounds.push(measured);
  }
  const rows = rowsOf(rounds);
  const scores = scoresOf(rows);
  for (const score of scores) results.score(score);
  process.stdout.write(`\nEvery event was stored, once.\n\n${tableOf(rows)}\n\n${scoreTable(scores)}\n`);
  say(`raw values: ${results.path}`);
}

/** How many bulks at a time the bare loop is fastest with, on a part of the events. */
async function bestConcurrency(bench: Bench): Promise<number> {
  const bodies = bench.bodies.bodies.slice(0, Math.ceil(bench.bodies.bodies.length / TRIAL_SHARE));
  const events = bodies.reduce((sum, each) => sum + each.events, 0);
  const trial = { ...bench, events, bodies: { ...bench.bodies, bodies, sample: [] } };
  let best = { concurrently: 1, perSecond: 0 };
  for (const concurrently of CONCURRENCIES) {
    const { perSecond } = await measureBare({ ...trial, concurrently }, `bench-trial-${concurrently}`);
    if (perSecond > best.perSecond) best = { concurrently, perSecond };
  }
  return best.concurrently;
}
