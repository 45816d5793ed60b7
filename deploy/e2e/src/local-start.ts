/** `npm start`, as a user runs it, on ports and in a folder of its own; asked to stop at the end of the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePorts } from '@auditbox/local';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/** A first start unpacks Elasticsearch and waits for it, on a machine that runs the tests at the same time. */
const READY_DEADLINE_MS = 240_000;
const STOP_DEADLINE_MS = 60_000;

export type LocalStart = AsyncDisposable & {
  readonly url: string;
  /** What it printed. */
  readonly output: () => string;
  /** Asks it to stop as Ctrl-C does, and resolves when all of it has ended. */
  readonly stop: () => Promise<void>;
};

export async function startLocally(folder: string): Promise<LocalStart> {
  const ports = await freePorts(9);
  const [gateway, query, indexer, elastic, transport, kafka] = ports;
  const [gatewayMetrics, queryMetrics, indexerMetrics] = ports.slice(6);
  const child = spawn('npm', ['start'], {
    cwd: REPOSITORY,
    env: {
      ...process.env,
      AUDITBOX_LOCAL_DIR: folder,
      PORT: String(gateway),
      AUDITBOX_QUERY_PORT: String(query),
      AUDITBOX_INDEXER_PORT: String(indexer),
      AUDITBOX_METRICS_PORT: String(gatewayMetrics),
      AUDITBOX_QUERY_METRICS_PORT: String(queryMetrics),
      AUDITBOX_INDEXER_METRICS_PORT: String(indexerMetrics),
      KAFKA_PORT: String(kafka),
      ELASTIC_PORT: String(elastic),
      ELASTIC_TRANSPORT_PORT: String(transport),
      KAFKA_HEAP: '512m',
      ELASTIC_HEAP: '1g',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Not in the group of the test runner: a signal is then for it alone, as in a terminal of its own.
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const stop = () => stopped(child);
  try {
    await readyOrThrow(child, () => output);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `http://localhost:${gateway}`,
    output: () => output,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function readyOrThrow(child: ChildProcess, output: () => string): Promise<void> {
  const deadline = AbortSignal.timeout(READY_DEADLINE_MS);
  const exited = once(child, 'exit');
  while (!output().includes('Auditbox is ready')) {
    if (child.exitCode !== null || child.signalCode !== null || deadline.aborted)
      throw new Error(`npm start did not get ready:\n${output()}`);
    await Promise.race([once(child.stdout ?? child, 'data', { signal: deadline }), exited]).catch(() => {});
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // `close`, not `exit`: npm itself may end before what it started, which holds the other end of the pipes.
  const closed = once(child, 'close', { signal: AbortSignal.timeout(STOP_DEADLINE_MS) });
  process.kill(-(child.pid ?? 0), 'SIGINT');
  await closed;
}
