/**
 * `npm run bench:search`: what a search costs at query beside the bare Elasticsearch query that it compiles to, at a
 * million events on an Elasticsearch of its own.
 *
 * Every answer is held against what the generator knows (totals, and the ids of a page of the newest): a fast wrong
 * answer is no answer. Prints a table, and adds its rows to the results; see docs/performance.md for the settings.
 */
import { openResults } from '../results/results-file.ts';
import { tableOf as scoreTable } from '../results/table.ts';
import { runBench } from '../run-bench.ts';
import { say } from '../say.ts';
import { jsonClient } from './json-client.ts';
import { knownOf } from './known.ts';
import { measure, measureAlone, type Rounds } from './measure.ts';
import { prepare } from './prepared.ts';
import { startQueryProcess } from './query-process.ts';
import { KINDS } from './questions.ts';
import { randomOf } from './random.ts';
import { rowOf, scoresOf, tableOf } from './report.ts';
import { type BenchSettings, readBenchSettings } from './settings.ts';
import { readTasks, searchTasks, type Tasks, walkTasks } from './tasks.ts';

/** Rounds of each search before all are measured, and once more before each. */
const WARM_UP = 20;
/** Pages from the first by `next`. */
const DEPTHS = [1, 100, 200];
const FOR_QUESTIONS = 4;
const FOR_WARM_UP = 5;

await runBench((stop) => run(readBenchSettings(process.env), stop));

async function run(settings: BenchSettings, stop: AbortSignal): Promise<void> {
  const results = openResults('search', process.env);
  const data = { seed: settings.seed, count: settings.events };
  say(`${data.count.toLocaleString('en')} events of seed ${data.seed}`);
  await using prepared = await prepare(data, settings.dataFolder, stop);
  await using query = await startQueryProcess(
    prepared.elasticUri,
    settings.queryPort,
    settings.profileFolder,
  );
  using queryClient = jsonClient(query.url);
  using elasticClient = jsonClient(new URL(prepared.elasticUri));
  using frontDoorClient = settings.frontDoor && jsonClient(settings.frontDoor);

  const known = knownOf(data);
  const random = (purpose: number) => randomOf(data.seed, 0, purpose);
  const all: Tasks[] = [
    ...KINDS.map((kind) => searchTasks(known, kind)),
    ...(await walkTasks(known, queryClient, DEPTHS, random(FOR_QUESTIONS))),
    readTasks(known),
  ];
  const chosen = all.filter(({ name }) => name.includes(settings.only));
  const rounds = (count: number, purpose: number): Rounds => ({
    rounds: count,
    warmUp: WARM_UP,
    random: random(purpose),
    stop,
  });
  say('warming up');
  for (const tasks of chosen) await measure(tasks, queryClient, elasticClient, rounds(0, FOR_WARM_UP));
  const rows = [];
  for (const tasks of chosen) {
    const measured = await measure(tasks, queryClient, elasticClient, rounds(settings.rounds, FOR_QUESTIONS));
    const frontDoor =
      frontDoorClient && (await measureAlone(tasks, frontDoorClient, rounds(settings.rounds, FOR_QUESTIONS)));
    const row = rowOf(measured, frontDoor);
    say(`${row.name}: ${row.queryP50Ms} ms at query, ${row.bareP50Ms} ms bare`);
    rows.push(row);
    const { name, withinTarget: _target, ...figures } = row;
    results.add({ variant: name, round: 0, figures });
  }
  const { loadSeconds, bytes, segments } = prepared;
  process.stdout.write(`\nEvery total and page was as the generator has them.\n\n${tableOf(rows)}\n\n`);
  results.add({
    variant: 'the index',
    round: 0,
    figures: { events: data.count, bytes, segments, ...(loadSeconds !== undefined && { loadSeconds }) },
  });
  const scores = scoresOf(rows);
  for (const score of scores) results.score(score);
  process.stdout.write(`${scoreTable(scores)}\n`);
  say(`raw values: ${results.path}`);
}
