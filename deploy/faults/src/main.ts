/**
 * `npm run faults`: rounds of faults on a real Kafka and a real Elasticsearch of its own, a line each, kept in the
 * ledger. A round that fails says how to run it again and keeps its logs; then the exit status is 1. Runs beside
 * `npm test` and `npm start`, and leaves nothing behind, also after Ctrl-C.
 */
import { cpSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { complain, listenForStop, localFolder, makeRunFolder, say } from '@auditbox/local';
import { type Asked, askedBy, USAGE } from './arguments.ts';
import { type Backends, openBackends } from './backends.ts';
import type { Planned } from './fault.ts';
import { append, commitOf, read, summary } from './ledger.ts';
import { planAlone, planMix } from './plan.ts';
import { type RoundResult, runRound } from './round.ts';

type Round = { readonly kind: 'alone' | 'mix'; readonly seed: number; readonly plan: readonly Planned[] };

const EXIT_USAGE = 64;

function* roundsOf({ only, rounds, seed }: Extract<Asked, { kind: 'rounds' }>): Generator<Round> {
  for (let n = 0; n < rounds; n++) {
    if (only === undefined) yield { kind: 'mix', seed: seed + n, plan: planMix(seed + n) };
    else for (const name of only) yield { kind: 'alone', seed: seed + n, plan: planAlone(name, seed + n) };
  }
}

async function main(args: readonly string[]): Promise<number> {
  const asked = askedBy(args);
  if (asked.kind === 'refused') {
    complain(`${asked.problem}\n${USAGE}`);
    return EXIT_USAGE;
  }
  if (asked.kind === 'ledger') {
    say(summary(read()));
    return 0;
  }
  const { asked: stop, status } = listenForStop();
  // What root makes here has to be readable for the user that runs Elasticsearch, whatever root's umask is.
  if (process.getuid?.() === 0) process.umask(0o022);
  await using folder = await makeRunFolder();
  // By it what is left of a killed run is found again.
  process.env.AUDITBOX_TEST_RUN_DIR = folder.path;
  await using backends = await openBackends(folder.path, stop);
  const endAt = performance.now() + asked.minutes * 60_000;
  const commit = commitOf();
  let failed = 0;
  for (const round of roundsOf(asked)) {
    if (stop.aborted || performance.now() > endAt) break;
    if (!(await held(backends, round, join(folder.path, 'rounds'), commit, stop))) failed += 1;
  }
  return stop.aborted ? status() : Math.min(1, failed);
}

async function held(
  backends: Backends,
  { kind, seed, plan }: Round,
  folder: string,
  commit: string,
  stop: AbortSignal,
): Promise<boolean> {
  const startedMs = performance.now();
  const logs = join(folder, `${seed}-${plan.map(({ name }) => name).join('+')}`);
  const result = await runRound(backends, plan, logs, { stop }).catch(
    (error: unknown): RoundResult => ({
      ...{ acknowledged: 0, unacknowledged: 0, stored: 0, lost: undefined, statuses: {}, took: {} },
      ...{ allFoundMs: undefined, newEventMs: undefined, problems: [String(error)] },
    }),
  );
  // What Ctrl-C broke off says nothing.
  if (stop.aborted) return true;
  const durationMs = Math.round(performance.now() - startedMs);
  const { took, ...kept } = result;
  const verdict = result.problems.length === 0 ? 'held' : 'failed';
  const rounded = {
    allFoundMs: result.allFoundMs && Math.round(result.allFoundMs),
    newEventMs: result.newEventMs && Math.round(result.newEventMs),
  };
  const busy = Math.round((10 * (loadavg()[0] ?? 0)) / cpus().length) / 10;
  const at = new Date().toISOString();
  append({ at, commit, seed, kind, faults: plan, verdict, durationMs, busy, ...kept, ...rounded });
  const what = plan
    .map(({ name, atMs, forMs }) => `${name}@${atMs}${forMs > 0 ? `+${forMs}` : ''}`)
    .join(' ');
  say(
    `${verdict.padEnd(6)} ${seed} ${what}: ${result.acknowledged} acknowledged, ${result.unacknowledged} not, ${result.stored} stored, ${result.lost ?? 'nobody knows how many'} lost; all found ${inSeconds(result.allFoundMs)}, a new one ${inSeconds(result.newEventMs)}; ${inSeconds(durationMs)} ${JSON.stringify(took)} ${JSON.stringify(result.statuses)}`,
  );
  if (verdict === 'held') return true;
  const keptLogs = join(localFolder(), 'faults', `${at.replaceAll(':', '')}-${seed}`);
  cpSync(logs, keptLogs, { recursive: true });
  for (const { name, logPath } of [backends.kafka, backends.elasticsearch])
    cpSync(logPath, join(keptLogs, `${name}.log`));
  for (const problem of result.problems) complain(`       ${problem}`);
  const again = kind === 'mix' ? '' : ` --only ${plan[0]?.name}`;
  complain(`       again: npm run faults -- --seed ${seed}${again}\n       logs: ${keptLogs}`);
  return false;
}

const inSeconds = (ms: number | undefined): string =>
  ms === undefined ? 'never' : `${(ms / 1000).toFixed(1)} s`;

process.exitCode = await main(process.argv.slice(2));
