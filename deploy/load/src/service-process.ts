/** A service as a process of its own, as an operator runs it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { say } from './say.ts';

export type ServiceProcess = AsyncDisposable & {
  readonly pid: number;
  /** Resolves with where it listens when it says that it is ready. */
  readonly ready: Promise<URL>;
  /** Rejects where it ends by itself. */
  readonly ended: Promise<never>;
};

/** A line of its log. */
export type Line = {
  readonly level?: string;
  readonly msg?: string;
  readonly port?: number;
  readonly topic?: string;
  readonly partitions?: readonly number[];
};

export type StartOptions = {
  /** Where it leaves its CPU profile; undefined: none is made. */
  readonly profileFolder?: string | undefined;
  readonly onLine?: (line: Line) => void;
};

export function startService(
  name: 'gateway' | 'indexer' | 'query',
  env: Readonly<Record<string, string>>,
  { profileFolder, onLine }: StartOptions = {},
): ServiceProcess {
  const main = fileURLToPath(new URL(`../../../services/${name}/src/main.ts`, import.meta.url));
  const profiled = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const child = spawn(process.execPath, [...profiled, main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, ...env },
  });
  let isStopping = false;
  // Before it is, it warns of what a benchmark means to do: no tokens, one replica.
  let isRunning = false;
  const { promise: ended, reject } = Promise.withResolvers<never>();
  // Whoever waits for something else hears of it there.
  ended.catch(() => {});
  child.once('error', reject);
  child.once('exit', (code) => isStopping || reject(new Error(`bench: the ${name} ended with ${code}`)));
  const { promise: isReady, resolve } = Promise.withResolvers<URL>();
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.flatMap(parsed)) {
      onLine?.(line);
      if (line.msg === 'ready') {
        isRunning = true;
        resolve(new URL(`http://127.0.0.1:${line.port}`));
      } else if (line.level === 'error' || (line.level === 'warn' && isRunning)) say(JSON.stringify(line));
    }
  });
  const ready = Promise.race([isReady, ended]);
  ready.catch(() => {});
  return {
    pid: child.pid ?? 0,
    ready,
    ended,
    [Symbol.asyncDispose]: async () => {
      isStopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

function parsed(text: string): Line[] {
  return text.startsWith('{') ? [JSON.parse(text) as Line] : [];
}
