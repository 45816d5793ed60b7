/** How far it is, on standard error: one line that is rewritten on a terminal, a line every few seconds elsewhere. */
import type { Progress } from './options.ts';

/** Milliseconds between two lines: on a terminal what an eye follows, in a log what nobody minds. */
const TERMINAL_MS = 100;
const LOG_MS = 5_000;
const BAR_CHARS = 24;

const PHASES: Readonly<Record<Progress['phase'], string>> = {
  quarantine: 'quarantine',
  log: 'records',
  indices: 'documents',
};

type Output = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
};

export type ProgressLine = { readonly show: (progress: Progress) => void; readonly end: () => void };

/** @param nowMs a clock that never goes back */
export function progressLine(output: Output, nowMs: () => number): ProgressLine {
  let phase: Progress['phase'] | undefined;
  let startedMs = nowMs();
  let shownMs = Number.NEGATIVE_INFINITY;
  let isOpen = false;
  const everyMs = output.isTTY ? TERMINAL_MS : LOG_MS;
  return {
    show(progress) {
      const now = nowMs();
      if (progress.phase !== phase) {
        phase = progress.phase;
        startedMs = now;
        // The first figures of a phase say nothing about its rate.
        shownMs = now;
      }
      if (now - shownMs < everyMs) return;
      shownMs = now;
      const text = progressText(progress, now - startedMs);
      if (output.isTTY) output.write(`\r\x1b[K${text.slice(0, (output.columns ?? 80) - 1)}`);
      else output.write(`${text}\n`);
      isOpen = output.isTTY === true;
    },
    end() {
      if (isOpen) output.write('\r\x1b[K');
      isOpen = false;
    },
  };
}

export function progressText({ phase, done, total }: Progress, elapsedMs: number): string {
  const part = total === 0 ? 1 : Math.min(done / total, 1);
  const filled = Math.round(part * BAR_CHARS);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_CHARS - filled);
  const perSecond = elapsedMs > 0 ? (done / elapsedMs) * 1000 : 0;
  const leftSeconds = perSecond > 0 ? Math.ceil(Math.max(total - done, 0) / perSecond) : undefined;
  const left = leftSeconds === undefined ? '' : `, ${leftSeconds} s left`;
  const count = (n: number): string => Math.round(n).toLocaleString('en');
  return `${bar} ${count(done)} of ${count(total)} ${PHASES[phase]}, ${count(perSecond)}/s${left}`;
}
