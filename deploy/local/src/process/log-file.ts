/**
 * A child's log: appended to a file that never grows beyond its bound (the older half is kept as `.1`), with the last
 * lines in memory for error messages and for whoever waits for a line.
 */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

/** Two files of this size at most: a night of debug logs does not fill a laptop. */
const fileBytesMax = 16 * 1024 * 1024;
const tailLinesMax = 60;
/** A longer line is cut in memory (never in the file). */
const lineCharsMax = 8_192;

export class LogFile {
  readonly path: string;
  readonly #bytesMax: number;
  #bytes: number;
  #tail: string[] = [];
  #partial = '';
  #decoder = new StringDecoder('utf8');
  #listeners = new Set<(line: string) => void>();

  constructor(path: string, bytesMax = fileBytesMax) {
    mkdirSync(dirname(path), { recursive: true });
    this.path = path;
    this.#bytesMax = bytesMax;
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  write(chunk: Buffer): void {
    if (this.#bytes > 0 && this.#bytes + chunk.length > this.#bytesMax) {
      renameSync(this.path, `${this.path}.1`);
      this.#bytes = 0;
    }
    appendFileSync(this.path, chunk);
    this.#bytes += chunk.length;
    this.#readLines(this.#decoder.write(chunk));
  }

  /** The last lines of this run, oldest first. */
  tail(): readonly string[] {
    return this.#partial === '' ? this.#tail : [...this.#tail, this.#partial];
  }

  /** Forgets the lines in memory: a restarted child is judged by its own words. */
  forget(): void {
    this.#tail = [];
    this.#partial = '';
  }

  onLine(listener: (line: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #readLines(text: string): void {
    const lines = (this.#partial + text).split(/\r?\n/);
    this.#partial = (lines.pop() ?? '').slice(0, lineCharsMax);
    for (const line of lines) {
      this.#tail.push(line.slice(0, lineCharsMax));
      for (const listener of this.#listeners) listener(line);
    }
    this.#tail = this.#tail.slice(-tailLinesMax);
  }
}
