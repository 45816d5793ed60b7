/** A service as a process of its own, so that a test can kill it. Ended with the test, whatever happens. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Environment } from './pipeline.ts';

/** The line of the log that says so, with the port in it. */
const READY = /"port":(\d+)[^\n]*"msg":"ready"/;

export type ServiceProcess = AsyncDisposable & {
  readonly pid: number;
  /** Where it listens, on loopback. */
  readonly url: string;
  /** All that it wrote, on either stream. */
  readonly output: () => string;
  /** Sends the signal and waits for the end; gives the exit status, or null where a signal ended it. */
  readonly end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<number | null>;
};

/** Starts `services/<name>/src/main.ts` and resolves once it says that it is ready. */
export async function startService(name: string, environment: Environment): Promise<ServiceProcess> {
  const { child, output } = spawnService(name, environment);
  child.stderr.pipe(process.stderr, { end: false });
  const port = await readyPort(name, child, output);
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'close');
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  };
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    output,
    end,
    [Symbol.asyncDispose]: async () => {
      await end('SIGKILL');
    },
  };
}

/** What a service that ends by itself says, and its exit status. */
export async function failedStart(
  name: string,
  environment: Environment,
): Promise<{ readonly status: number | null; readonly output: string }> {
  const { child, output } = spawnService(name, environment);
  try {
    await once(child, 'close', { signal: AbortSignal.timeout(START_DEADLINE_MS) });
  } finally {
    child.kill('SIGKILL');
  }
  return { status: child.exitCode, output: output() };
}

/** Milliseconds in which a service that can't start says so: longer than it tries to reach Kafka. */
const START_DEADLINE_MS = 60_000;

function spawnService(name: string, environment: Environment) {
  const main = fileURLToPath(new URL(`../../../services/${name}/src/main.ts`, import.meta.url));
  // Without `info` nobody would hear that it is ready.
  const level = environment.AUDITBOX_LOG_LEVEL === 'debug' ? 'debug' : 'info';
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...environment, AUDITBOX_LOG_LEVEL: level },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { child, output: () => Buffer.concat(chunks).toString() };
}

function readyPort(name: string, child: ChildProcess, output: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => {
      const [, port] = READY.exec(output()) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
    child.once('exit', (code) =>
      reject(new Error(`${name} ended with ${code} before it was ready: ${output()}`)),
    );
  });
}
