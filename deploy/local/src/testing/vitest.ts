/**
 * Runs vitest once, in its own process group, so that a Ctrl-C reaches it through us alone and everything that it
 * forked ends with it.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Backends } from '../backends/backends.ts';
import { signal } from '../process/child.ts';
import { repoFolder } from '../toolbox.ts';
import { type Counts, countTests } from './count.ts';

/** Vitest tears down hooks on SIGINT; after this it is killed. */
const stopMsMax = 15_000;

export interface VitestOptions {
  readonly args: readonly string[];
  readonly runFolder: string;
  readonly backends: Backends | undefined;
  readonly stop: AbortSignal;
  readonly atOnce: AbortSignal;
}

export interface VitestResult extends Counts {
  readonly status: number;
}

export async function runVitest({
  args,
  runFolder,
  backends,
  stop,
  atOnce,
}: VitestOptions): Promise<VitestResult> {
  const report = join(runFolder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(
    process.execPath,
    [join(repoFolder, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...reporters, ...args],
    {
      cwd: repoFolder,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        AUDITBOX_TEST_RUN_DIR: runFolder,
        ...(backends && {
          AUDITBOX_TEST_KAFKA_BROKERS: backends.kafkaBrokers,
          AUDITBOX_TEST_ELASTIC_URI: backends.elasticUri,
        }),
      },
    },
  );
  const toGroup = (name: NodeJS.Signals) => child.pid && signal(-child.pid, name);
  let late: NodeJS.Timeout | undefined;
  const stopped = () => {
    toGroup('SIGINT');
    late = setTimeout(() => toGroup('SIGKILL'), stopMsMax);
  };
  const killed = () => toGroup('SIGKILL');
  stop.addEventListener('abort', stopped, { once: true });
  atOnce.addEventListener('abort', killed, { once: true });
  if (stop.aborted) stopped();
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  clearTimeout(late);
  toGroup('SIGKILL');
  const counts = countTests(existsSync(report) ? readFileSync(report, 'utf8') : undefined, code);
  return { ...counts, status: code ?? 1 };
}
