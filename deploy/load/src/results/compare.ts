/**
 * `npm run bench:compare`: the last score of each name in the results beside the stored baseline; exit status 1 where one
 * is worse than 0.85 of it. Only ratios to something measured in the same run are compared, on a processor that has no
 * baseline of its own with the lowest of all. With `--store` the results become the baseline of this processor.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { machine } from '../machine.ts';
import { say } from '../say.ts';
import { type Baselines, baselineOf, comparison } from './comparison.ts';
import { readScores, resultsPath, type ScoreLine } from './results-file.ts';

const BASELINE = fileURLToPath(new URL('../../baseline.json', import.meta.url));

const { cpu = 'unknown' } = machine();
const path = resultsPath(process.env);
const scores = readScores(path).filter(({ machine }) => (machine.cpu ?? 'unknown') === cpu);
const last = new Map<string, ScoreLine>(scores.map((score) => [score.name, score]));
const baselines = JSON.parse(readFileSync(BASELINE, 'utf8')) as Baselines;
if (last.size === 0) {
  say(`There are no results of this machine (${cpu}) in ${path}: run \`npm run bench\` first.`);
  process.exitCode = 1;
} else if (process.argv.includes('--store')) {
  const stored = [...last.values()]
    .filter(({ absolute }) => absolute !== true)
    .map(({ name, value, better, at, commit }) => [name, { value, better, at, commit }]);
  const all = { ...baselines, [cpu]: Object.fromEntries(stored) };
  writeFileSync(BASELINE, `${JSON.stringify(all, undefined, 2)}\n`);
  say(`${stored.length} scores are the baseline of ${cpu} now: ${BASELINE}`);
} else {
  const { lines, isWorse } = comparison(baselineOf(baselines, cpu), [...last.values()]);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (isWorse) process.exitCode = 1;
}
