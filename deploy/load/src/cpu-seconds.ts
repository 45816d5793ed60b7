/** What a process, with all its threads, has had of the processors so far: Linux's /proc (proc(5), utime and stime). */
import { readFileSync } from 'node:fs';

/** USER_HZ: a constant of Linux's interface, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100;

/** Throws where there is no such process, or no /proc. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name, in brackets, and may have blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
