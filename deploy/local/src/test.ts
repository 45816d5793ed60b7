/**
 * `npm test`: every test on a real Kafka and a real Elasticsearch of its own, then everything is removed, also after
 * a failure, Ctrl-C, SIGTERM or SIGHUP. Runs beside `npm start` and beside itself. The last line is
 * `N passed, N failed`; the exit status is vitest's, 78 when the machine lacks something, 128 + n for signal n.
 */
import { openBackends } from './backends/open.ts';
import { Failure } from './failure.ts';
import { complain, say, seconds } from './terminal/say.ts';
import { listenForStop } from './terminal/stop-asked.ts';
import { needsBackends } from './testing/arguments.ts';
import { makeRunFolder } from './testing/run-folder.ts';
import { runVitest } from './testing/vitest.ts';

async function test(args: readonly string[]): Promise<number> {
  const { asked: stop, atOnce, status } = listenForStop();
  // What root makes here has to be readable for the user that runs Elasticsearch, whatever root's umask is.
  if (process.getuid?.() === 0) process.umask(0o022);
  try {
    const result = await runOnce(args, stop, atOnce);
    if (stop.aborted) return status();
    say(`${result.passed} passed, ${result.failed} failed`);
    return result.status;
  } catch (error) {
    if (stop.aborted) return status();
    if (!(error instanceof Failure)) throw error;
    for (const problem of error.problems) complain(problem);
    return error.exitStatus;
  }
}

async function runOnce(args: readonly string[], stop: AbortSignal, atOnce: AbortSignal) {
  await using folder = await makeRunFolder();
  const options = { runFolder: folder.path, stop };
  if (!needsBackends(args)) return await runVitest({ ...options, args, backends: undefined, atOnce });
  const startedAt = performance.now();
  await using backends = await openBackends(options);
  say(`Kafka and Elasticsearch are ready after ${seconds(performance.now() - startedAt)}.`);
  return await runVitest({ ...options, args, backends, atOnce });
}

process.exitCode = await test(process.argv.slice(2));
