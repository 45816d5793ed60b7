/**
 * The life of a process: it starts whole or not at all, stops gracefully when asked, and never hangs.
 *
 * The first SIGTERM or SIGINT asks for a graceful stop with a deadline; a second one ends the process at once.
 */
import type { Logger } from './logger.ts';

/** sysexits.h EX_CONFIG: the settings are wrong, restarting will not help. */
export const EXIT_CONFIG = 78;
const EXIT_FAILURE = 1;

/** A terminal and npm both deliver one Ctrl-C: a second signal within this many milliseconds is the same one. */
const SAME_SIGNAL_MS = 1000;

export type StopRequest = {
  /** Resolves with the reason when the process is asked to stop. */
  readonly requested: Promise<string>;
  /** Asks from inside: something the service can't live without is gone for good. The exit status becomes 1. */
  readonly fail: (reason: string) => void;
};

export type StopOptions = {
  /** Milliseconds from the request to the end of the process. */
  readonly deadlineMs: number;
  readonly logger: Logger;
  /** Milliseconds within which a second signal is the first one again. */
  readonly sameSignalMs?: number;
};

/** Listens to signals. From the request on, the process has `deadlineMs` to end. */
export function stopRequest(options: StopOptions): StopRequest {
  const { deadlineMs, logger, sameSignalMs = SAME_SIGNAL_MS } = options;
  const { promise, resolve } = Promise.withResolvers<string>();
  let askedAt: number | undefined;
  const ask = (reason: string): void => {
    const now = performance.now();
    if (askedAt !== undefined) {
      if (now - askedAt > sameSignalMs) process.exit(EXIT_FAILURE);
      return;
    }
    askedAt = now;
    logger.info({ reason }, 'stopping');
    setTimeout(() => {
      logger.error({ deadlineMs }, 'stop did not finish within its deadline');
      process.exit(EXIT_FAILURE);
    }, deadlineMs).unref();
    resolve(reason);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => ask(signal));
  const fail = (reason: string): void => {
    process.exitCode = EXIT_FAILURE;
    ask(reason);
  };
  return { requested: promise, fail };
}

/**
 * From now on an error that nobody expected ends the process with one line of log, as errors are logged: Node would print
 * its message and all that hangs on it, which may quote what the process was given. Until now it may: what is said
 * while a service starts is of its settings, and for whoever starts it.
 */
export function endOnUncaught(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.error({ err: error }, 'ended by an error that nobody expected');
    process.exit(EXIT_FAILURE);
  });
}

/** Says what is wrong with the settings, a line each on standard error, and ends the process. */
export function exitForSettings(service: string, problems: readonly string[]): never {
  for (const problem of problems) process.stderr.write(`${service}: ${problem}\n`);
  process.exit(EXIT_CONFIG);
}
