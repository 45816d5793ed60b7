/**
 * The memory of documents that are written one behind the other into pieces that they share: to take memory for each
 * alone costs more than to write it.
 */
import { SpareMemory } from './spare-memory.ts';

export const PIECE_BYTES = 256 * 1024;

/** 32 MiB, of the 40 that there is room for at a time as it is set by default. */
const spare = new SpareMemory({ unitBytes: PIECE_BYTES, countMax: 128, bytesMax: PIECE_BYTES });

export class DocumentMemory {
  readonly #isReturned: boolean;
  /** Those that are to be given back. */
  readonly #pieces: Buffer[] = [];
  #piece: Buffer = Buffer.alloc(0);
  /** Where in the piece the next document begins. */
  used = 0;

  constructor({ isReturned }: { readonly isReturned: boolean }) {
    this.#isReturned = isReturned;
  }

  /** A piece with room for so many bytes, at most PIECE_BYTES, behind `used`. */
  pieceFor(bytesMax: number): Buffer {
    if (bytesMax > this.#piece.length - this.used) {
      this.#piece = this.#isReturned ? spare.take(PIECE_BYTES) : Buffer.allocUnsafeSlow(PIECE_BYTES);
      if (this.#isReturned) this.#pieces.push(this.#piece);
      this.used = 0;
    }
    return this.#piece;
  }

  /** Lets other documents be written over those in it. MUST NOT be called before the last of them has been read. */
  giveBack(): void {
    for (const piece of this.#pieces) spare.give(piece);
    this.#pieces.length = 0;
    this.#piece = Buffer.alloc(0);
    this.used = 0;
  }
}

/** For documents of which nobody says when they have been read: a piece is let go when the last of them is. */
export const unreturned = new DocumentMemory({ isReturned: false });
