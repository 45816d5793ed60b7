/**
 * Memory that is used again. What is taken outside of the heap drives the collector of garbage: at each 64 MiB of it, which
 * are a few thousand events, it looks through all that lives. So what every event needs for a moment is given back, not
 * dropped.
 */
export class SpareMemory {
  readonly #unitBytes: number;
  readonly #countMax: number;
  readonly #bytesMax: number;
  /** Those that were given back last at the end. */
  readonly #spare: Buffer[] = [];

  /**
   * @param unitBytes pieces are a multiple of it
   * @param countMax pieces that are kept at most
   * @param bytesMax of a piece that is kept
   */
  constructor({
    unitBytes,
    countMax,
    bytesMax,
  }: {
    readonly unitBytes: number;
    readonly countMax: number;
    readonly bytesMax: number;
  }) {
    this.#unitBytes = unitBytes;
    this.#countMax = countMax;
    this.#bytesMax = bytesMax;
  }

  /** A piece of at least so many bytes. There may be anything in it. */
  take(bytes: number): Buffer {
    const at = this.#spare.findLastIndex(({ length }) => length >= bytes);
    const [spare] = at < 0 ? [] : this.#spare.splice(at, 1);
    return spare ?? Buffer.allocUnsafeSlow(Math.ceil(bytes / this.#unitBytes) * this.#unitBytes);
  }

  /** Takes back what it gave. MUST be called once, and not before the last has read what is in it. */
  give(piece: Buffer): void {
    if (piece.length > this.#bytesMax) return;
    this.#spare.push(piece);
    if (this.#spare.length > this.#countMax) this.#spare.shift();
  }
}
