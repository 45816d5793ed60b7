/**
 * A child process in its own process group, so that a terminal's Ctrl-C reaches us alone and we decide the order of
 * the stop. Its output goes to a LogFile; its identity to a file, so that a later run finds what a killed one left.
 * `exited` resolves when the whole group is gone, never rejects.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunAs } from '../machine/run-as.ts';
import { identify } from './identity.ts';
import type { LogFile } from './log-file.ts';

export interface Exit {
  /** 127 when the program could not be started at all. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly log: LogFile;
  /** Where the pid and start time are kept while it lives. */
  readonly recordPath: string;
  readonly runAs?: RunAs | undefined;
}

/** How long a killed group may take to leave the process table. */
const groupGoneMsMax = 5_000;

export class Child {
  readonly pid: number | undefined;
  readonly exited: Promise<Exit>;
  readonly log: LogFile;
  exit: Exit | undefined;

  constructor({ file, args, env, cwd, log, recordPath, runAs }: ChildOptions) {
    this.log = log;
    log.forget();
    const child = spawn(file, args, {
      env,
      cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(runAs && { uid: runAs.uid, gid: runAs.gid }),
    });
    this.pid = child.pid;
    child.stdout.on('data', (chunk: Buffer) => log.write(chunk));
    child.stderr.on('data', (chunk: Buffer) => log.write(chunk));
    mkdirSync(dirname(recordPath), { recursive: true });
    if (child.pid) writeFileSync(recordPath, JSON.stringify(identify(child.pid) ?? {}));
    const { promise, resolve } = Promise.withResolvers<Exit>();
    child.on('error', (error) => {
      log.write(Buffer.from(`${error.message}\n`));
      if (child.pid === undefined) resolve({ code: 127, signal: null });
    });
    child.on('exit', (code, signal) => {
      // What the leader leaves in its group (Elasticsearch's server under its launcher) must not outlive it.
      void this.#groupGone().then(() => resolve({ code, signal }));
    });
    this.exited = promise.then((exit) => {
      rmSync(recordPath, { force: true });
      this.exit = exit;
      return exit;
    });
  }

  /** SIGTERM to the leader, which knows its own children; SIGKILL to the group after the grace. */
  async stop(graceMs: number): Promise<Exit> {
    if (this.exit === undefined && this.pid !== undefined) {
      signal(this.pid, 'SIGTERM');
      const late = setTimeout(() => this.kill('SIGKILL'), graceMs);
      await this.exited;
      clearTimeout(late);
    }
    return this.exited;
  }

  /** To the whole group, at once. */
  kill(name: NodeJS.Signals): void {
    if (this.exit === undefined && this.pid !== undefined) signal(-this.pid, name);
  }

  async #groupGone(): Promise<void> {
    const deadline = performance.now() + groupGoneMsMax;
    while (this.pid !== undefined && signal(-this.pid, 'SIGKILL') && performance.now() < deadline) {
      await sleep(20);
    }
  }
}

/** False when there is no such process any more. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

export function describeExit({ code, signal: by }: Exit): string {
  return by === null ? `exit code ${code}` : `signal ${by}`;
}
