/** Progress, on standard error: standard output is the result. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
