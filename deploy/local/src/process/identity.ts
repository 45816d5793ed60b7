/**
 * Who a process is, so that a recorded pid is never mistaken for a stranger that got the same number later: the time
 * it started and its command line. From /proc on Linux, from `ps` elsewhere.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

/** The identity of a living process; undefined when there is none (a zombie has ended). */
export function identify(pid: number): ProcessIdentity | undefined {
  if (process.platform === 'linux') {
    const stat = read(`/proc/${pid}/stat`);
    // Fields after the command name, which may itself hold spaces and parentheses: state is 3rd, starttime 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const startedAt = fields[19];
    return startedAt === undefined || fields[0] === 'Z' ? undefined : { pid, startedAt };
  }
  const startedAt = ps(pid, 'lstart=');
  return startedAt === '' ? undefined : { pid, startedAt };
}

export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  return identify(pid)?.startedAt === startedAt;
}

export function commandLine(pid: number): string {
  return process.platform === 'linux'
    ? read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
    : ps(pid, 'command=');
}

/**
 * Living processes (never this one) whose command line or, on Linux, environment names `text`. Meant for the path of
 * a fresh temporary folder, which nobody but our descendants can know.
 */
export function processesNaming(text: string): number[] {
  if (process.platform !== 'linux') {
    return execFileSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(text))
      .map((line) => Number.parseInt(line, 10))
      .filter((pid) => pid !== process.pid);
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && identify(pid) !== undefined)
    .filter((pid) => commandLine(pid).includes(text) || read(`/proc/${pid}/environ`).includes(text));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function ps(pid: number, format: string): string {
  try {
    return execFileSync('ps', ['-o', format, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
