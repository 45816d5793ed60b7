/**
 * The ledger of all rounds that were ever run: a line of JSON each, only ever appended to, kept in the repository; and
 * what it comes to, fault by fault.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Planned } from './fault.ts';
import type { RoundResult } from './round.ts';

const LEDGER = fileURLToPath(new URL('../ledger.ndjson', import.meta.url));

export type Entry = Pick<
  RoundResult,
  'acknowledged' | 'unacknowledged' | 'stored' | 'lost' | 'problems' | 'allFoundMs' | 'newEventMs'
> & {
  /** How often each status was answered to a sender, 0 where no answer came; not in the oldest entries. */
  readonly statuses?: RoundResult['statuses'];
  readonly at: string;
  /** Of the product that was run; `dirty` with changes that no commit has. */
  readonly commit: string;
  readonly seed: number;
  /** Alone, or a mix drawn from the seed. */
  readonly kind: 'alone' | 'mix';
  readonly faults: readonly Planned[];
  readonly verdict: 'held' | 'failed';
  readonly durationMs: number;
  /** Processes that wanted to run, a core, over the last minute: times of a busy machine are no times. */
  readonly busy: number;
};

export function append(entry: Entry): void {
  appendFileSync(LEDGER, `${JSON.stringify(entry)}\n`);
}

export function read(): Entry[] {
  return readFileSync(LEDGER, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry);
}

export function commitOf(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  const changed = git('status', '--porcelain', '--', ':/', `:(exclude,top)deploy/faults/ledger.ndjson`);
  return `${git('rev-parse', '--short', 'HEAD')}${changed === '' ? '' : ' dirty'}`;
}

/** A table in Markdown: each fault alone, then the mixes. It is that of docs/reliability.md. */
export function summary(entries: readonly Entry[]): string {
  const alone = Map.groupBy(
    entries.filter(({ kind }) => kind === 'alone'),
    ({ faults }) => faults[0]?.name ?? '',
  );
  const mixes = entries.filter(({ kind }) => kind === 'mix');
  const mixed = (fault: string): Entry[] =>
    mixes.filter(({ faults }) => faults.some(({ name }) => name === fault));
  const names = new Set(entries.flatMap(({ faults }) => faults.map(({ name }) => name)));
  return [
    '| fault | rounds alone | in mixes | acknowledged | lost | not held | all found again: median, worst | a new event found: median, worst |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...[...names].toSorted().map((name) => row(name, alone.get(name) ?? [], mixed(name).length)),
    row('mixes', mixes, mixes.length),
  ].join('\n');
}

/** `runs` are counted and timed; a round whose losses nobody could count is one that was not held. */
function row(name: string, runs: readonly Entry[], inMixes: number): string {
  const lost = runs.reduce((sum, run) => sum + (run.lost ?? 0), 0);
  const failed = runs.filter(({ verdict }) => verdict === 'failed').length;
  const events = runs.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  const found = seconds(runs.map(({ allFoundMs }) => allFoundMs));
  const fresh = seconds(runs.map(({ newEventMs }) => newEventMs));
  const rounds = name === 'mixes' ? '' : runs.length;
  return `| ${name} | ${rounds} | ${inMixes} | ${events} | ${lost} | ${failed} | ${found} | ${fresh} |`;
}

function seconds(ms: readonly (number | undefined)[]): string {
  const known = ms.filter((each) => each !== undefined).toSorted((a, b) => a - b);
  const median = known[Math.floor(known.length / 2)];
  if (median === undefined) return '–';
  return `${(median / 1000).toFixed(1)} s, ${(known.at(-1)! / 1000).toFixed(1)} s`;
}
