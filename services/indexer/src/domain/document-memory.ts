/**
 * The memory of documents that are written one behind the other into pieces that they share: to take memory for each
 * alone costs more than to write it.
 */
import { SpareMemory } from './spare-memory.ts';

export const PIECE_BYTES = 256 * 1024;

/** Somewhat more than there is room for at a time, as it is set by default. */
const SPARE_COUNT_MAX = 128;
const spare = new SpareMemory({ unitBytes: PIECE_BYTES, countMax: SPARE_COUNT_MAX, bytesMax: PIECE_BYTES });

export class DocumentMemory {
  /** Those that are full. */
  readonly #full: Buffer[] = [];
  #piece: Buffer = Buffer.alloc(0);
  /** Where in the piece the next document begins. */
  used = 0;

  /** A piece with room for so many bytes, at most PIECE_BYTES, behind `used`. */
  pieceFor(bytesMax: number): Buffer {
    if (bytesMax > this.#piece.length - this.used) {
      if (this.#piece.length > 0) this.full(this.#piece);
      this.#piece = spare.take(PIECE_BYTES);
      this.used = 0;
    }
    return this.#piece;
  }

  protected full(piece: Buffer): void {
    this.#full.push(piece);
  }

  /** Lets other documents be written over those in it. MUST NOT be called before the last of them has been read. */
  giveBack(): void {
    for (const piece of this.#full) spare.give(piece);
    this.#full.length = 0;
    if (this.#piece.length > 0) spare.give(this.#piece);
    this.#piece = Buffer.alloc(0);
    this.used = 0;
  }
}

/** For documents of which nobody says when they have been read: a piece is let go when the last of them is. */
class UnreturnedMemory extends DocumentMemory {
  protected override full(): void {}

  override giveBack(): void {}
}

export const unreturned: DocumentMemory = new UnreturnedMemory();
