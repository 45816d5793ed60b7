/** A part of a benchmark in a process of its own: its task goes in as JSON, lines say how far it is, the last is its result. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type TaskProcess<Result> = {
  /** Resolves when it has written a line that is this word. */
  readonly said: (word: string) => Promise<void>;
  readonly result: Promise<Result>;
};

export function startTask<Result>(file: URL, task: object, stop: AbortSignal): TaskProcess<Result> {
  const child = spawn(process.execPath, [fileURLToPath(file)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH },
    signal: stop,
  });
  child.stdin.end(JSON.stringify(task));
  const words = new Map<string, PromiseWithResolvers<void>>();
  const wordOf = (word: string) => {
    const known = words.get(word) ?? Promise.withResolvers<void>();
    words.set(word, known);
    return known;
  };
  let last = '';
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    last = line;
    if (!line.startsWith('{')) wordOf(line).resolve();
  });
  const result = Promise.all([once(child, 'exit'), once(lines, 'close')]).then(([[code]]) => {
    if (code !== 0) throw new Error(`bench: ${file.pathname.split('/').at(-1)} ended with ${code}`);
    return JSON.parse(last) as Result;
  });
  // Whoever waits for a word hears of its end there.
  result.catch(() => {});
  const early = result.then(() => {
    throw new Error('bench: it ended before it said so');
  });
  early.catch(() => {});
  return { result, said: (word) => Promise.race([wordOf(word).promise, early]) };
}
