/**
 * The only place that writes to the terminal. Progress is one line that is rewritten on a terminal, and a line at
 * most every five seconds elsewhere (a CI log), so that a long download is seen to move in both.
 */

const progressEveryMs = 5_000;

/** A terminal that went away (SIGHUP, a closed pipe) must not end the orderly stop. */
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

let rewritable = false;

export function say(line = ''): void {
  process.stdout.write(`${rewritable ? '\r\x1b[K' : ''}${line}\n`);
  rewritable = false;
}

export function complain(line: string): void {
  if (rewritable) process.stdout.write('\r\x1b[K');
  rewritable = false;
  process.stderr.write(`${line}\n`);
}

export interface Progress {
  /** Shows where it stands now; free to call often. */
  update(text: string): void;
}

export function progress(): Progress {
  let saidAt = performance.now();
  let said = '';
  return {
    update(text) {
      if (text === said) return;
      if (process.stdout.isTTY) {
        process.stdout.write(`\r\x1b[K${text.slice(0, (process.stdout.columns || 80) - 1)}`);
        rewritable = true;
        said = text;
      } else if (performance.now() - saidAt >= progressEveryMs) {
        saidAt = performance.now();
        said = text;
        say(text);
      }
    },
  };
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;
}
