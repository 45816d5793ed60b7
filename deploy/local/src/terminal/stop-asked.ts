/**
 * Turns what asks this process to end (Ctrl-C, SIGTERM, SIGHUP, the end of the parent that holds our IPC channel)
 * into two promises kept apart: `asked` for an orderly stop, `atOnce` for the second, impatient one.
 * One Ctrl-C may arrive several times: from the terminal, from npm and from bootstrap.mjs. What follows the first
 * within a second is the same one.
 */

const sameWithinMs = 1_000;

export interface StopAsked {
  readonly asked: AbortSignal;
  readonly atOnce: AbortSignal;
  /** What asked first, as the shell's exit status for it: 128 + the signal's number. */
  readonly status: () => number;
}

const statusOf = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export function listenForStop(source: NodeJS.Process = process): StopAsked {
  const asked = new AbortController();
  const atOnce = new AbortController();
  let firstAt = 0;
  let status = 0;
  const heard = (of: number) => {
    if (!asked.signal.aborted) {
      firstAt = performance.now();
      status = of;
      asked.abort();
    } else if (performance.now() - firstAt >= sameWithinMs) {
      atOnce.abort();
    }
  };
  for (const [signal, of] of Object.entries(statusOf)) source.on(signal, () => heard(of));
  if (source.connected) {
    source.on('disconnect', () => heard(statusOf.SIGHUP));
    source.channel?.unref();
  }
  return { asked: asked.signal, atOnce: atOnce.signal, status: () => status };
}
