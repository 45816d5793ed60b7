/**
 * Which ids the log has, and what is known of each, in little memory: open addressing over one buffer, 17 bytes a place,
 * at most two thirds of the places taken. A million events take 26 to 51 MB, and half as much again while it grows.
 */
import { randomInt } from 'node:crypto';

/** What is known of an id; bits. */
export const RECORDED = 1;
/** A record that equals the stored document to the byte. */
export const MATCHED = 2;
/** Its document, under the right name, was looked at. */
export const LOOKED_AT = 4;
/** A record that came after what is verified. */
export const LATER = 8;

const ID_BYTES = 16;
const PLACES_FIRST = 1024;
const FULL = 2 / 3;

export class IdTable {
  #ids = Buffer.alloc(PLACES_FIRST * ID_BYTES);
  #bits = new Uint8Array(PLACES_FIRST);
  #size = 0;
  readonly #seed = randomInt(2 ** 32);

  get size(): number {
    return this.#size;
  }

  /** What it takes of memory now. */
  get bytes(): number {
    return this.#ids.length + this.#bits.length;
  }

  /** Zero for an id that was never marked. */
  get(id: string): number {
    return this.#bits[this.#placeOf(bytesOf(id))] ?? 0;
  }

  /** Adds bits to what is known of an event id; gives what was known before. */
  mark(id: string, bits: number): number {
    const bytes = bytesOf(id);
    let place = this.#placeOf(bytes);
    const before = this.#bits[place] ?? 0;
    if (before === 0) {
      if (this.#size + 1 > this.#bits.length * FULL) {
        this.#grow();
        place = this.#placeOf(bytes);
      }
      bytes.copy(this.#ids, place * ID_BYTES);
      this.#size += 1;
    }
    this.#bits[place] = before | bits;
    return before;
  }

  /** Where these bytes are, or the free place where they would be. */
  #placeOf(bytes: Buffer): number {
    const last = this.#bits.length - 1;
    let place = this.#hash(bytes) & last;
    while (this.#bits[place] !== 0) {
      const at = place * ID_BYTES;
      if (bytes.compare(this.#ids, at, at + ID_BYTES) === 0) return place;
      place = (place + 1) & last;
    }
    return place;
  }

  /** Of all of it, and another one each time: whoever can write to the log may choose ids that would meet. */
  #hash(bytes: Buffer): number {
    let hash = this.#seed;
    for (let at = 0; at < ID_BYTES; at += 4) {
      hash = Math.imul(hash ^ bytes.readInt32LE(at), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash >>> 0;
  }

  #grow(): void {
    const [ids, bits] = [this.#ids, this.#bits];
    this.#ids = Buffer.alloc(ids.length * 2);
    this.#bits = new Uint8Array(bits.length * 2);
    for (const [old, known] of bits.entries()) {
      if (known === 0) continue;
      const bytes = ids.subarray(old * ID_BYTES, (old + 1) * ID_BYTES);
      const place = this.#placeOf(bytes);
      bytes.copy(this.#ids, place * ID_BYTES);
      this.#bits[place] = known;
    }
  }
}

function bytesOf(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}
