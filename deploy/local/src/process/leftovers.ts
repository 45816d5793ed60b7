/**
 * What an earlier run left behind because it was killed: its children, found by the records in run/, each verified by
 * pid, start time and command line before it is touched.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signal } from './child.ts';
import { commandLine, isAlive, type ProcessIdentity } from './identity.ts';

/** From SIGTERM to SIGKILL. */
const politeMs = 15_000;

/** `marks`: folders of ours, one of which the command line of every child of ours names. Returns who was stopped. */
export async function stopLeftovers(runFolder: string, marks: readonly string[]): Promise<string[]> {
  const left = recordsIn(runFolder).filter(
    ({ identity }) => isAlive(identity) && marks.some((mark) => commandLine(identity.pid).includes(mark)),
  );
  for (const { identity } of left) signal(identity.pid, 'SIGTERM');
  const deadline = performance.now() + politeMs;
  while (left.some(({ identity }) => isAlive(identity)) && performance.now() < deadline) await sleep(100);
  // The group too: the server that a killed launcher left lives in it.
  for (const { identity } of left) signal(-identity.pid, 'SIGKILL');
  for (const { file } of recordsIn(runFolder)) rmSync(file, { force: true });
  return left.map(({ name }) => name);
}

interface Recorded {
  readonly name: string;
  readonly file: string;
  readonly identity: ProcessIdentity;
}

function recordsIn(folder: string): Recorded[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.flatMap((name) => {
    const file = join(folder, name);
    const identity = parse(readFileSync(file, 'utf8'));
    return identity ? [{ name: name.slice(0, -'.json'.length), file, identity }] : [];
  });
}

function parse(text: string): ProcessIdentity | undefined {
  try {
    const { pid, startedAt } = JSON.parse(text);
    return Number.isInteger(pid) && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    // Killed while it wrote the record.
    return undefined;
  }
}
