/**
 * The bytes of documents, written one behind the other into pieces of memory that many share: to take memory for each
 * alone costs more than to write it. A piece is let go when the last of its documents is.
 */

const SLAB_BYTES = 256 * 1024;
/** UTF-8 has at most so many bytes for a UTF-16 code unit. */
const BYTES_PER_UNIT = 3;
/** What may need more has memory of its own, so that no piece is let go of with much of it unused. */
const SHARED_BYTES_MAX = SLAB_BYTES / 8;

let slab = Buffer.alloc(0);
let used = 0;

/** `first` as it is, each character a byte; then `texts` in UTF-8. All of it is one document. */
export function documentBytes(first: string, texts: readonly string[]): Buffer {
  let bytesMax = first.length;
  for (const text of texts) bytesMax += text.length * BYTES_PER_UNIT;
  if (bytesMax > SHARED_BYTES_MAX)
    return written(first, texts, Buffer.allocUnsafeSlow(bytesOf(first, texts)), 0);
  if (bytesMax > slab.length - used) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    used = 0;
  }
  const document = written(first, texts, slab, used);
  used += document.length;
  return document;
}

function written(first: string, texts: readonly string[], into: Buffer, begin: number): Buffer {
  let end = begin + into.write(first, begin, 'latin1');
  // Each for itself: what is beyond Latin-1 makes its text twice as long to handle, and not the whole document.
  for (const text of texts) end += into.write(text, end);
  return into.subarray(begin, end);
}

function bytesOf(first: string, texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), first.length);
}
