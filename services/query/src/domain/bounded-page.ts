/**
 * A page of bounded bytes. How large events are is known only once they are read, so a page is read in steps:
 * neither this process nor Elasticsearch ever holds much more than what may be answered.
 */
import { type FoundEvent, PAGE_TOO_LARGE } from './found.ts';

/** UTF-8 bytes of a page's events: two of the largest that a topic takes (16 MiB), some thousand of usual ones. */
export const PAGE_BYTES_MAX = 32 * 1024 * 1024;
/** Events of the first step: of 4 MiB each, the gateway's default bound, they are 64 MiB in Elasticsearch. */
export const FIRST_STEP_EVENTS = 16;
/** Events of a step at most, whatever those before it were like. */
export const STEP_EVENTS_MAX = 64;

/** Reads the events of `hits` in their order; too large where the step's answer alone is over its bound. */
export type ReadStep<Hit> = (hits: readonly Hit[]) => Promise<readonly FoundEvent[] | typeof PAGE_TOO_LARGE>;

/** The events of `hits` in their order, or that together they are more than a page may have. */
export async function readBoundedPage<Hit>(
  hits: readonly Hit[],
  read: ReadStep<Hit>,
  bytesMax: number = PAGE_BYTES_MAX,
): Promise<readonly FoundEvent[] | typeof PAGE_TOO_LARGE> {
  const events: FoundEvent[] = [];
  let bytes = 0;
  while (events.length < hits.length) {
    const size = events.length === 0 ? FIRST_STEP_EVENTS : nextStep(bytes / events.length, bytesMax);
    const step = await read(hits.slice(events.length, events.length + size));
    if (step === PAGE_TOO_LARGE) return PAGE_TOO_LARGE;
    for (const event of step) {
      bytes += Buffer.byteLength(event.text);
      events.push(event);
    }
    if (bytes > bytesMax) return PAGE_TOO_LARGE;
  }
  return events;
}

/** As many events as would fill a page if they are like those before, so that many small ones take few steps. */
function nextStep(bytesMean: number, bytesMax: number): number {
  return Math.min(STEP_EVENTS_MAX, Math.max(1, Math.floor(bytesMax / bytesMean)));
}
