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

/** A table in Markdown: each fault alone, then the mixes. */
export function summary(entries: readonly Entry[]): string {
  const groups = Map.groupBy(entries, ({ kind, faults }) =>
    kind === 'mix' ? 'mixes' : (faults[0]?.name ?? ''),
  );
  const rows = [...groups]
    .toSorted(([a], [b]) => Number(a === 'mixes') - Number(b === 'mixes') || (a < b ? -1 : 1))
    .map(([name, runs]) => {
      const lost = runs.reduce((sum, run) => sum + (run.lost ?? 0), 0);
      const failed = runs.filter(({ verdict }) => verdict === 'failed').length;
      const events = runs.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
      const unknown = runs.filter(({ lost }) => lost === undefined).length;
      const isBack = ({ allFoundMs, newEventMs }: Entry): boolean =>
        allFoundMs !== undefined && newEventMs !== undefined;
      const away = runs.filter((run) => !isBack(run)).length;
      const longest = seconds(runs.map(({ durationMs }) => durationMs)).replace(/.*, /, '');
      const found = seconds(runs.map(({ allFoundMs }) => allFoundMs));
      const fresh = seconds(runs.map(({ newEventMs }) => newEventMs));
      return `| ${name} | ${runs.length} | ${events} | ${lost} | ${unknown} | ${failed} | ${away} | ${found} | ${fresh} | ${longest} |`;
    });
  return [
    '| fault | rounds | events acknowledged | of them lost | rounds whose losses nobody knows | rounds that failed | rounds that did not recover | all found again: median, worst | a new event found: median, worst | longest round |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function seconds(ms: readonly (number | undefined)[]): string {
  const known = ms.filter((each) => each !== undefined).toSorted((a, b) => a - b);
  const median = known[Math.floor(known.length / 2)];
  if (median === undefined) return 'never';
  return `${(median / 1000).toFixed(1)} s, ${(known.at(-1)! / 1000).toFixed(1)} s`;
}
