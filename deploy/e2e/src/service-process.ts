/** A service as a process of its own, so that a test can kill it. Ended with the test, whatever happens. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Environment } from './pipeline.ts';

export type ServiceProcess = AsyncDisposable & {
  /** Sends the signal and waits for the end. */
  readonly end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
};

/** Starts `services/<name>/src/main.ts` and resolves once it says that it is ready. */
export async function startService(name: string, environment: Environment): Promise<ServiceProcess> {
  const main = fileURLToPath(new URL(`../../../services/${name}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...environment, AUDITBOX_LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await ready(name, child);
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return { end, [Symbol.asyncDispose]: () => end('SIGKILL') };
}

function ready(name: string, child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000);
      if (output.includes('"msg":"ready"')) resolve();
    });
    child.once('exit', (code) =>
      reject(new Error(`${name} ended with ${code} before it was ready: ${output}`)),
    );
  });
}
