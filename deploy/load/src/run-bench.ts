/** A benchmark from its start to its exit status: Ctrl-C stops all that it started, a failure is said in its own words. */
import { Failure } from '@auditbox/local';
import { say } from './say.ts';

/** The shell's exit status of what Ctrl-C ended. */
const STOPPED = 130;

/** `run` lets everything go that it started before it ends, also when its signal aborts. */
export async function runBench(run: (stop: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  try {
    await run(stop.signal);
  } catch (error) {
    // Asked to stop, everything that was started is stopped by now.
    if (stop.signal.aborted) process.exitCode = STOPPED;
    else if (error instanceof Failure) {
      for (const problem of error.problems) say(problem);
      process.exitCode = error.exitStatus;
    } else throw error;
  }
}
