/**
 * Compressed bodies: gzip and deflate, inflated piece by piece, so that a small body that inflates to gigabytes is
 * given up at the bound. Every byte has to belong to it: what follows the end is not dropped silently.
 */
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';

export type Decoder = 'identity' | 'gzip' | 'deflate';

/** Bytes of one piece: little next to the bound, and few calls. */
const PIECE_BYTES = 64 * 1024;

/** How to decode a body; undefined where we can't, also where one encoding is put on another. */
export function decoderOf(contentEncoding: string | null): Decoder | undefined {
  if (contentEncoding === null) return 'identity';
  const encodings = contentEncoding.split(',').map((encoding) => encoding.trim().toLowerCase());
  const [only = 'identity', ...others] = encodings.filter((name) => name !== '' && name !== 'identity');
  if (others.length > 0) return undefined;
  // RFC 9110, section 8.4.1.3: x-gzip is gzip.
  if (only === 'gzip' || only === 'x-gzip') return 'gzip';
  return only === 'deflate' || only === 'identity' ? only : undefined;
}

/** Inflates to at most `bytesMax` bytes; `hold` is asked for room for what is inflated so far. */
export async function inflate(
  bytes: Buffer,
  decoder: Exclude<Decoder, 'identity'>,
  bytesMax: number,
  hold: (bytes: number) => boolean,
): Promise<Buffer | 'corrupt' | 'too-large' | 'busy'> {
  const options = { chunkSize: PIECE_BYTES };
  const stream =
    decoder === 'gzip'
      ? createGunzip(options)
      : isZlib(bytes)
        ? createInflate(options)
        : createInflateRaw(options);
  const pieces: Buffer[] = [];
  let total = 0;
  stream.end(bytes);
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      total += piece.length;
      if (total > bytesMax) return 'too-large';
      if (!hold(total)) return 'busy';
      pieces.push(piece);
    }
  } catch {
    return 'corrupt';
  }
  return stream.bytesWritten === bytes.length ? Buffer.concat(pieces) : 'corrupt';
}

/** RFC 1950, section 2.2. Deflate is wrapped in zlib (RFC 9110), and raw from clients that took its name at its word. */
function isZlib(bytes: Buffer): boolean {
  return bytes.length >= 2 && (bytes.readUInt8(0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}
