/**
 * Compression of record batches. Written: zstd at level 1. Read: none, gzip and zstd; a batch in another codec stops
 * the reader loudly instead of being skipped. Importing this module registers the codecs with kafkajs, process-wide.
 *
 * Why zstd 1, measured with AuditEvents of 2.2 KB on two shared cores (CPU per event, bytes beside the raw ones):
 * alone 29 µs and 45 %, in batches of 64 3 µs and 13 %, of 1,000 2 µs and 9 %. gzip 6 costs 53, 18 and 16 µs for
 * 42, 14 and 12 %; zstd 3 saves another point or none. So a log that is a fifth of the size on every broker's disk and
 * network costs a few percent of what an event costs a gateway.
 */
import { promisify } from 'node:util';
import {
  gunzip,
  gunzipSync,
  gzip,
  gzipSync,
  constants as zlibConstants,
  zstdCompress,
  zstdCompressSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';
import { CompressionCodecs, CompressionTypes } from './kafkajs.ts';
import { LeftPacked, unpackBudget } from './unpack-budget.ts';
import { unpackedSize } from './unpacked-size.ts';

/** Up to here the event loop waits (under half a ms); above, a thread of the pool does the work. */
const INLINE_BYTES_MAX = 128 * 1024;

/** One batch, unpacked. Auditbox writes at most the topic's 16 MiB; a foreign batch that swells beyond this is refused. */
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024;

/** Bytes, unpacked, that are unpacked while the event loop waits (a third of a ms). */
const INLINE_UNPACKED_BYTES_MAX = 512 * 1024;

/** What a batch says of its size is believed up to here, as much as Auditbox writes: memory is taken for it. */
const SAID_BYTES_MAX = 16 * 1024 * 1024;

const ZSTD_LEVEL = { params: { [zlibConstants.ZSTD_c_compressionLevel]: 1 } };
/** The least that Node takes. */
const CHUNK_BYTES_MIN = 64;

const BOUNDED = { maxOutputLength: UNPACKED_BYTES_MAX };

/** What kafkajs hands to a codec to compress: its own encoder, or records that are written already. */
type Encoder = { readonly buffer: Buffer };

const onThePool = {
  zstdCompress: promisify(zstdCompress),
  zstdDecompress: promisify(zstdDecompress),
  gzip: promisify(gzip),
  gunzip: promisify(gunzip),
};

CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  async compress({ buffer }: Encoder): Promise<Buffer> {
    return buffer.length <= INLINE_BYTES_MAX
      ? zstdCompressSync(buffer, ZSTD_LEVEL)
      : onThePool.zstdCompress(buffer, { ...ZSTD_LEVEL, pledgedSrcSize: buffer.length });
  },
  decompress: (buffer: Buffer) => withinBudget(buffer, () => unpackZstd(buffer)),
});

/**
 * Into one piece of memory where the batch says its size, as those do that Auditbox writes. Else Node unpacks by 16 KiB, which
 * costs twice as much for a large batch, and keeps all of a piece for a small one.
 */
function unpackZstd(packed: Buffer): Buffer | Promise<Buffer> {
  const said = unpackedSize(packed);
  if (said === undefined || said > SAID_BYTES_MAX) {
    return packed.length <= INLINE_BYTES_MAX / 8
      ? zstdDecompressSync(packed, BOUNDED)
      : onThePool.zstdDecompress(packed, BOUNDED);
  }
  // One byte more: a piece that is full makes room for another.
  const options = { ...BOUNDED, chunkSize: Math.max(said + 1, CHUNK_BYTES_MIN) };
  return said <= INLINE_UNPACKED_BYTES_MAX
    ? zstdDecompressSync(packed, options)
    : onThePool.zstdDecompress(packed, options);
}

CompressionCodecs[CompressionTypes.GZIP] = () => ({
  async compress({ buffer }: Encoder): Promise<Buffer> {
    return buffer.length <= INLINE_BYTES_MAX ? gzipSync(buffer) : onThePool.gzip(buffer);
  },
  decompress: (buffer: Buffer) =>
    withinBudget(buffer, () =>
      buffer.length <= INLINE_BYTES_MAX / 8 ? gunzipSync(buffer, BOUNDED) : onThePool.gunzip(buffer, BOUNDED),
    ),
});

/** @throws LeftPacked */
async function withinBudget(packed: Buffer, unpack: () => Buffer | Promise<Buffer>): Promise<Buffer> {
  const budget = unpackBudget();
  if (budget?.isSpent) throw new LeftPacked('no room for this batch');
  const unpacked = await readably(unpack);
  budget?.spend(packed, unpacked);
  return unpacked;
}

async function readably(unpack: () => Buffer | Promise<Buffer>): Promise<Buffer> {
  try {
    return await unpack();
  } catch (cause) {
    throw new UnreadableBatch('a record batch cannot be unpacked', { cause });
  }
}

/** In kafkajs's terms, so that it gives up instead of fetching the same batch for ever. */
class UnreadableBatch extends Error {
  override readonly name = 'KafkaJSUnreadableBatch';
  readonly retriable = false;
}

/**
 * What cannot be compressed grows: zstd adds 3 bytes a block of 128 KiB and at most 18 around them. A batch that is
 * closer than this to the broker's limit travels as it is, so that a limit counted uncompressed holds on the wire.
 */
export function compressionFor(batchBytes: number, limitBytes: number): number {
  const grownBytes = batchBytes + Math.ceil(batchBytes / INLINE_BYTES_MAX) * 3 + 18;
  return grownBytes > limitBytes ? CompressionTypes.None : CompressionTypes.ZSTD;
}
