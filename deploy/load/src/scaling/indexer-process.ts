/** An indexer as a process of its own, as an operator runs it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { EVENTS_TOPIC } from '@auditbox/event-log';
import { say } from '../search/say.ts';

export type IndexerProcess = AsyncDisposable & {
  readonly pid: number;
  /** Resolves when it has joined the group of the topic of events and has partitions of it. */
  readonly joined: Promise<void>;
  /** Rejects where it ends by itself. */
  readonly ended: Promise<never>;
};

type Line = {
  readonly level?: string;
  readonly msg?: string;
  readonly topic?: string;
  readonly partitions?: readonly number[];
};

export function startIndexerProcess(
  env: Readonly<Record<string, string>>,
  profileFolder: string | undefined,
): IndexerProcess {
  const main = fileURLToPath(new URL('../../../../services/indexer/src/main.ts', import.meta.url));
  const profiled = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const child = spawn(process.execPath, [...profiled, main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, ...env },
  });
  let isStopping = false;
  const { promise: ended, reject } = Promise.withResolvers<never>();
  // Whoever waits for something else hears of it there.
  ended.catch(() => {});
  child.once('error', reject);
  child.once('exit', (code) => isStopping || reject(new Error(`bench: an indexer ended with ${code}`)));
  const { promise: joined, resolve } = Promise.withResolvers<void>();
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.flatMap(parsed)) {
      if (saysJoined(line)) resolve();
      else if (line.level === 'warn' || line.level === 'error') say(JSON.stringify(line));
    }
  });
  return {
    pid: child.pid ?? 0,
    joined,
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

function saysJoined({ msg, topic, partitions = [] }: Line): boolean {
  return msg === 'joined the group' && topic === EVENTS_TOPIC.name && partitions.length > 0;
}
