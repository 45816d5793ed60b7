/**
 * `npm run bench:compare`: the last score of each name in the results beside the stored baseline; exit status 1 where one
 * is worse than 0.85 of it. Only ratios to something measured in the same run are compared, so that a baseline of one
 * machine says something on another. With `--store` the results become the baseline.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { say } from '../say.ts';
import { type Baseline, comparison } from './comparison.ts';
import { readScores, resultsPath, type ScoreLine } from './results-file.ts';

const BASELINE = fileURLToPath(new URL('../../baseline.json', import.meta.url));

const path = resultsPath(process.env);
const last = new Map<string, ScoreLine>(readScores(path).map((score) => [score.name, score]));
if (last.size === 0) {
  say(`There are no results in ${path}: run \`npm run bench\` first.`);
  process.exitCode = 1;
} else if (process.argv.includes('--store')) {
  const stored = [...last.values()]
    .filter(({ absolute }) => absolute !== true)
    .map(({ name, value, better, at, commit }) => [name, { value, better, at, commit }]);
  writeFileSync(BASELINE, `${JSON.stringify(Object.fromEntries(stored), undefined, 2)}\n`);
  say(`${stored.length} scores are the baseline now: ${BASELINE}`);
} else {
  const baseline = JSON.parse(readFileSync(BASELINE, 'utf8')) as Baseline;
  const { lines, isWorse } = comparison(baseline, [...last.values()]);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (isWorse) process.exitCode = 1;
}
