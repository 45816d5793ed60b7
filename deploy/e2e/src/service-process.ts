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
  /** Sends the signal and waits for the end; gives the exit status, or null where a signal ended it. */
  readonly end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<number | null>;
};

/** Starts `services/<name>/src/main.ts` and resolves once it says that it is ready. */
export async function startService(name: string, environment: Environment): Promise<ServiceProcess> {
  const main = fileURLToPath(new URL(`../../../services/${name}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...environment, AUDITBOX_LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await readyPort(name, child);
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  };
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    end,
    [Symbol.asyncDispose]: async () => {
      await end('SIGKILL');
    },
  };
}

function readyPort(name: string, child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000);
      const [, port] = READY.exec(output) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
    child.once('exit', (code) =>
      reject(new Error(`${name} ended with ${code} before it was ready: ${output}`)),
    );
  });
}
