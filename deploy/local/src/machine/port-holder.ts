/** Names the process that listens on a port, where that is cheap to know: /proc on Linux, lsof elsewhere. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { commandLine } from '../process/identity.ts';

/** "java (pid 4711)", or undefined when it is not known (another user's process). */
export function holderOf(port: number): string | undefined {
  const pid = process.platform === 'linux' ? pidFromProc(port) : pidFromLsof(port);
  if (pid === undefined) return undefined;
  return `${basename(commandLine(pid).split(' ')[0] ?? '') || 'a process'} (pid ${pid})`;
}

/** Inodes of sockets that listen (state 0A) on the port; the table writes ports in hex. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(suffix) && state === '0A')
    .flatMap((fields) => fields[9] ?? []);
}

function pidFromProc(port: number): number | undefined {
  const inodes = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    listeningInodes(attempt(() => readFileSync(file, 'utf8')) ?? '', port),
  );
  const wanted = new Set(inodes.map((inode) => `socket:[${inode}]`));
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      const open = attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
      return open.some((fd) => wanted.has(attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? ''));
    });
}

function pidFromLsof(port: number): number | undefined {
  const { stdout } = spawnSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], { encoding: 'utf8' });
  return Number.parseInt(stdout ?? '', 10) || undefined;
}

/** Processes and their files come and go while they are read. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
