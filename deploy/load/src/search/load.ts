/** Fills Elasticsearch with the events of a data set, with as many threads as there are cores, and says how it goes. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { say } from '../say.ts';
import type { DataSet } from './facts.ts';
import type { LoadTask } from './load-worker.ts';

const PROGRESS_EVERY_MS = 10_000;

/** Resolves with the seconds that it took once every event is stored. */
export async function load(data: DataSet, elasticUri: string, stop: AbortSignal): Promise<number> {
  const threads = Math.max(1, Math.min(8, availableParallelism()));
  const started = performance.now();
  let stored = 0;
  const rate = () => Math.round(stored / ((performance.now() - started) / 1000));
  const progress = setInterval(
    () => say(`${stored.toLocaleString('en')} events stored, ${rate().toLocaleString('en')} a second`),
    PROGRESS_EVERY_MS,
  );
  try {
    const tasks = Array.from(
      { length: threads },
      (_, thread): LoadTask => ({ data, elasticUri, thread, threads }),
    );
    await Promise.all(tasks.map((task) => runThread(task, stop, (events) => (stored += events))));
  } finally {
    clearInterval(progress);
  }
  if (stored !== data.count) throw new Error(`bench: ${stored} events stored, not ${data.count}`);
  return (performance.now() - started) / 1000;
}

function runThread(task: LoadTask, stop: AbortSignal, onStored: (events: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./load-worker.ts', import.meta.url), { workerData: task });
    const stopped = () => {
      reject(stop.reason);
      void worker.terminate();
    };
    if (stop.aborted) stopped();
    stop.addEventListener('abort', stopped, { once: true });
    worker.on('message', onStored);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      stop.removeEventListener('abort', stopped);
      if (code === 0) resolve();
      else reject(new Error(`bench: a loading thread ended with ${code}`));
    });
  });
}
