/**
 * The raw values of all runs, one JSON line each, with what they were read on: a figure without its machine says
 * nothing. Lines are only ever added.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { elasticsearchVersion, kafkaVersion, localFolder } from '@auditbox/local';
import { machine } from '../machine.ts';
import type { Measurement, Score } from './measurement.ts';

export type Results = {
  readonly path: string;
  readonly add: (measurement: Measurement) => void;
  readonly score: (score: Score) => void;
};

export type ScoreLine = Score & {
  readonly bench: string;
  readonly at: string;
  readonly commit: string;
  readonly machine: ReturnType<typeof machine>;
};

/** BENCH_RESULTS, or a file beside what `npm start` keeps. */
export function resultsPath(env: NodeJS.ProcessEnv): string {
  return env.BENCH_RESULTS ? resolve(env.BENCH_RESULTS) : join(localFolder(), 'bench', 'results.jsonl');
}

/** The results of one run of `bench`. */
export function openResults(bench: string, env: NodeJS.ProcessEnv): Results {
  const path = resultsPath(env);
  mkdirSync(dirname(path), { recursive: true });
  const versions = { node: process.version, kafka: kafkaVersion, elasticsearch: elasticsearchVersion };
  const settings = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('BENCH_')));
  const about = {
    bench,
    at: new Date().toISOString(),
    commit: commit(),
    machine: machine(),
    versions,
    settings,
  };
  const add = (line: object): void => appendFileSync(path, `${JSON.stringify({ ...about, ...line })}\n`);
  return { path, add, score: (score) => add({ score: score.name, ...score }) };
}

/** The scores of all runs, in the order in which they were read. */
export function readScores(path: string): ScoreLine[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ScoreLine & { readonly score?: string })
    .filter(({ score }) => score !== undefined);
}

/** As git names it, with a mark where files differ from it. */
function commit(): string {
  try {
    const options = { encoding: 'utf8', cwd: import.meta.dirname } as const;
    return execFileSync('git', ['describe', '--always', '--dirty', '--exclude=*'], options).trim();
  } catch {
    return 'unknown';
  }
}
