/** The bytes of documents, written once, where they are sent from. */
import { type DocumentMemory, PIECE_BYTES, unreturned } from './document-memory.ts';

/** UTF-8 has at most so many bytes for a UTF-16 code unit. */
const BYTES_PER_UNIT = 3;
/** What may need more has memory of its own, so that no piece is let go of with much of it unused. */
const SHARED_BYTES_MAX = PIECE_BYTES / 8;

export type DocumentBytes = {
  readonly document: Buffer;
  /** Where in it the quoted value ends. */
  readonly quotedEnd: number;
};

/**
 * `before`, which is ASCII; `value` as a JSON string; then `texts` in UTF-8. All of it is one document.
 *
 * What JSON escapes is ASCII, so UTF-8 is quoted byte by byte. It is done here and not by `JSON.stringify`, which takes twice
 * as long and leaves two copies of an event behind.
 */
export function documentBytes(
  before: string,
  value: Buffer,
  texts: readonly string[],
  memory: DocumentMemory = unreturned,
): DocumentBytes {
  let bytesMax = before.length + 2 * value.length + 2;
  for (const text of texts) bytesMax += text.length * BYTES_PER_UNIT;
  if (bytesMax > SHARED_BYTES_MAX) return alone(before, value, texts);
  const piece = memory.pieceFor(bytesMax);
  const begin = memory.used;
  const quotedEnd = quote(value, piece, begin + piece.write(before, begin, 'latin1'));
  // It has what no JSON on one line has.
  if (quotedEnd < 0) return alone(before, value, texts);
  const end = write(texts, piece, quotedEnd);
  memory.used = end;
  return { document: piece.subarray(begin, end), quotedEnd: quotedEnd - begin };
}

/** In memory of its own, of its size. */
function alone(before: string, value: Buffer, texts: readonly string[]): DocumentBytes {
  const first = before + JSON.stringify(value.toString('latin1'));
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), first.length);
  const document = Buffer.allocUnsafeSlow(bytes);
  write(texts, document, document.write(first, 0, 'latin1'));
  return { document, quotedEnd: first.length };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BLANK = 0x20;

/** Where it ends; negative where there is a control character, which JSON has several forms for. */
function quote(value: Buffer, into: Buffer, begin: number): number {
  let at = begin;
  into[at++] = QUOTE;
  for (let i = 0; i < value.length; i++) {
    const byte = value[i] as number;
    if (byte === QUOTE || byte === BACKSLASH) into[at++] = BACKSLASH;
    else if (byte < BLANK) return -1;
    into[at++] = byte;
  }
  into[at++] = QUOTE;
  return at;
}

/** Where they end. Each for itself: what is beyond Latin-1 makes its text twice as long to handle, and not the whole document. */
function write(texts: readonly string[], into: Buffer, begin: number): number {
  let end = begin;
  for (const text of texts) end += into.write(text, end);
  return end;
}
