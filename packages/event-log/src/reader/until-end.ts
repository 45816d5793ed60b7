/**
 * Waits for work or for the signal, whichever is first. A signal may live for months: nothing is left at it, which
 * Promise.race with a promise of its own would do. Work that goes on after that may fail as it likes.
 */
export async function untilEnd(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const end = () => resolve();
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  try {
    await Promise.race([ended, work]);
  } finally {
    signal.removeEventListener('abort', end);
    work.catch(() => {});
  }
}
