/**
 * `npm run bench [-- section...] [--long]`: what Auditbox costs, beside what it is made of, measured in the same run on a
 * Kafka and an Elasticsearch of its own. Prints the scores beside their targets; the raw values are added, a JSON line each,
 * to the results (BENCH_RESULTS). docs/performance.md is written from them.
 */

import { benchIngest } from './ingest.ts';
import type { Score } from './results/measurement.ts';
import { openResults, type Results } from './results/results-file.ts';
import { tableOf } from './results/table.ts';
import { runBench } from './run-bench.ts';
import { say } from './say.ts';
import { type BenchSettings, readBenchSettings } from './settings.ts';
import { benchStart } from './start.ts';
import { benchSustained } from './sustained.ts';

type Section = (settings: BenchSettings, results: Results, stop: AbortSignal) => Promise<Score[]>;

const SECTIONS: Readonly<Record<string, Section>> = {
  start: benchStart,
  ingest: benchIngest,
  sustained: benchSustained,
};

const LONG = '--long';
const args = process.argv.slice(2);
const asked = args.filter((arg) => arg !== LONG);
const unknown = asked.find((name) => !Object.hasOwn(SECTIONS, name));
if (unknown === undefined)
  await runBench((stop) => run(asked.length === 0 ? Object.keys(SECTIONS) : asked, stop));
else {
  say(`There is no section "${unknown}"; there are: ${Object.keys(SECTIONS).join(', ')}, and ${LONG}.`);
  process.exitCode = 1;
}

async function run(names: readonly string[], stop: AbortSignal): Promise<void> {
  const settings = readBenchSettings(process.env, args.includes(LONG));
  const scores: Score[] = [];
  for (const name of names) {
    say(`\n${name}`);
    const results = openResults(name, process.env);
    const found = await SECTIONS[name]!(settings, results, stop);
    for (const score of found) results.score(score);
    scores.push(...found);
    say(`raw values: ${results.path}`);
  }
  process.stdout.write(`\n${tableOf(scores)}\n`);
}
