/**
 * One `npm start` per local folder. The lock is a file that holds the pid and start time of its owner and appears
 * whole (written aside, then linked); one whose owner no longer lives is taken over.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from './identity.ts';

export type LockOutcome = { readonly release: () => void } | { readonly heldBy: number };

export function takeLock(path: string): LockOutcome {
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(identify(process.pid)));
  try {
    for (;;) {
      if (link(mine, path)) return { release: () => rmSync(path, { force: true }) };
      const owner = readOwner(path);
      if (owner && isAlive(owner)) return { heldBy: owner.pid };
      // Moved away first, so that of two runs that see the same stale lock only one removes it.
      const stale = `${mine}.stale`;
      if (rename(path, stale)) rmSync(stale, { force: true });
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

function readOwner(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function link(from: string, to: string): boolean {
  return attempt(() => linkSync(from, to), 'EEXIST');
}

function rename(from: string, to: string): boolean {
  return attempt(() => renameSync(from, to), 'ENOENT');
}

function attempt(action: () => void, expected: string): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== expected) throw error;
    return false;
  }
}
