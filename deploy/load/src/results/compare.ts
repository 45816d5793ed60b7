/**
 * `npm run bench:compare`: the last score of each name in the results beside the stored baseline; exit status 1 where one
 * is worse than 0.85 of it. Only ratios to something measured in the same run are compared, with those of the same kind of
 * machine where it has any. With `--store` the results become its baseline; what was not measured stays as it was.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { machine } from '../machine.ts';
import { say } from '../say.ts';
import { type Baselines, baselineOf, comparison } from './comparison.ts';
import { readScores, resultsPath, type ScoreLine } from './results-file.ts';

const BASELINE = fileURLToPath(new URL('../../baseline.json', import.meta.url));

const here = kindOf(machine());
const path = resultsPath(process.env);
const scores = readScores(path).filter((score) => kindOf(score.machine) === here);
const last = new Map<string, ScoreLine>(scores.map((score) => [score.name, score]));
const baselines = JSON.parse(readFileSync(BASELINE, 'utf8')) as Baselines;
if (last.size === 0) {
  say(`There are no results of this machine (${here}) in ${path}: run \`npm run bench\` first.`);
  process.exitCode = 1;
} else if (process.argv.includes('--store')) {
  const stored = [...last.values()]
    .filter(({ absolute }) => absolute !== true)
    .map(({ name, value, better, at, commit }) => [name, { value, better, at, commit }]);
  const all = { ...baselines, [here]: { ...baselines[here], ...Object.fromEntries(stored) } };
  writeFileSync(BASELINE, `${JSON.stringify(all, undefined, 2)}\n`);
  say(`${stored.length} scores are the baseline of ${here} now: ${BASELINE}`);
} else {
  const which = Object.hasOwn(baselines, here) ? 'its own baseline' : 'the easiest of all baselines';
  say(`${here}, beside ${which}`);
  const { lines, isWorse } = comparison(baselineOf(baselines, here), [...last.values()]);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (isWorse) process.exitCode = 1;
}

/** Ratios depend on the processor and on how many cores share the work. */
function kindOf({ cpu, cores }: ScoreLine['machine']): string {
  return `${cpu ?? 'unknown'}, ${cores} cores`;
}
