/**
 * Memory that is used again. What is taken outside of the heap drives the collector of garbage: at each 64 MiB of it, which
 * are a few thousand events, it looks through all that lives. So what every event needs for a moment is given back, not
 * dropped.
 */

type SpareOptions = {
  /** Pieces are a multiple of it. */
  readonly unitBytes: number;
  /** Pieces that are kept at most. */
  readonly countMax: number;
  /** Of a piece that is kept. */
  readonly bytesMax: number;
};

export class SpareMemory {
  readonly #options: SpareOptions;
  /** Those that were given back last at the end. */
  readonly #spare: Buffer[] = [];

  constructor(options: SpareOptions) {
    this.#options = options;
  }

  /** A piece of at least so many bytes. There may be anything in it. */
  take(bytes: number): Buffer {
    const at = this.#spare.findLastIndex(({ length }) => length >= bytes);
    const [spare] = at < 0 ? [] : this.#spare.splice(at, 1);
    const { unitBytes } = this.#options;
    return spare ?? Buffer.allocUnsafeSlow(Math.ceil(bytes / unitBytes) * unitBytes);
  }

  /** Takes back what it gave. MUST be called once, and not before the last has read what is in it. */
  give(piece: Buffer): void {
    const { countMax, bytesMax } = this.#options;
    if (piece.length > bytesMax) return;
    this.#spare.push(piece);
    if (this.#spare.length > countMax) this.#spare.shift();
  }
}
