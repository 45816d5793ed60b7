/**
 * What the partitions want written, gathered into bulk requests: one begins when it is full, or when the first that waits
 * has waited long enough, and never more than a few are on their way. Many small requests cost Elasticsearch more than a
 * large one, and one partition alone rarely fills it.
 */
import type { CreatePort, CreateResult } from './index-records.ts';
import { type EventDocument, LARGE_DOCUMENT_BYTES } from './to-document.ts';

export type GatherLimits = {
  /** Events of one request. */
  readonly countMax: number;
  /** Bytes of one request; what alone is larger goes alone. */
  readonly bytesMax: number;
  /** Milliseconds that an event waits for others at most, while a request may begin. */
  readonly ageMs: number;
  /** Requests on their way at the same time. */
  readonly inFlightMax: number;
};

/** A request of several partitions is not ended because one of them is taken away. */
const NEVER = new AbortController().signal;

type Job = {
  readonly documents: readonly EventDocument[];
  readonly bytes: number;
  readonly sinceMs: number;
  readonly resolve: (results: CreateResult[]) => void;
  readonly reject: (error: unknown) => void;
};

/** A `create` that gathers what it is given. Each call's results, or its rejection, are as if it had been alone. */
export function gathering(create: CreatePort, limits: GatherLimits): CreatePort {
  const { countMax, bytesMax, ageMs, inFlightMax } = limits;
  const waiting: Job[] = [];
  let inFlight = 0;
  let timer: NodeJS.Timeout | undefined;

  const send = async (jobs: readonly Job[]): Promise<void> => {
    inFlight += 1;
    try {
      const documents = jobs.flatMap((job) => job.documents);
      const results = await create(documents, NEVER);
      let from = 0;
      for (const job of jobs) {
        job.resolve(results.slice(from, from + job.documents.length));
        from += job.documents.length;
      }
    } catch (error) {
      for (const job of jobs) job.reject(error);
    } finally {
      inFlight -= 1;
      go();
    }
  };

  const go = (): void => {
    clearTimeout(timer);
    timer = undefined;
    while (inFlight < inFlightMax) {
      const jobs = next(waiting, { countMax, bytesMax });
      const [first] = jobs;
      if (first === undefined) return;
      const waitedMs = performance.now() - first.sinceMs;
      // Nothing more fits: it is full.
      const isFull = jobs.length < waiting.length || countOf(jobs) >= countMax || isAlone(first);
      if (!isFull && waitedMs < ageMs) {
        timer = setTimeout(go, ageMs - waitedMs);
        return;
      }
      waiting.splice(0, jobs.length);
      void send(jobs);
    }
  };

  return (documents, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const bytes = documents.reduce((sum, document) => sum + document.bytes, 0);
      const aborted = () => {
        const at = waiting.indexOf(job);
        if (at >= 0) waiting.splice(at, 1);
        // Already on its way it may still be written: whoever reads it again finds it stored.
        reject(signal.reason);
      };
      const end = () => signal.removeEventListener('abort', aborted);
      const job: Job = {
        documents,
        bytes,
        sinceMs: performance.now(),
        resolve: (results) => {
          end();
          resolve(results);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      };
      signal.addEventListener('abort', aborted, { once: true });
      waiting.push(job);
      go();
    });
}

/** The first that go together, in their order. */
function next(
  waiting: readonly Job[],
  { countMax, bytesMax }: { countMax: number; bytesMax: number },
): Job[] {
  const jobs: Job[] = [];
  let count = 0;
  let bytes = 0;
  for (const job of waiting) {
    count += job.documents.length;
    bytes += job.bytes;
    const fits = count <= countMax && bytes <= bytesMax && !isAlone(job);
    if (jobs.length > 0 && !fits) break;
    jobs.push(job);
    if (!fits) break;
  }
  return jobs;
}

function countOf(jobs: readonly Job[]): number {
  return jobs.reduce((sum, { documents }) => sum + documents.length, 0);
}

function isAlone({ documents, bytes }: Job): boolean {
  return documents.length === 1 && bytes > LARGE_DOCUMENT_BYTES;
}
