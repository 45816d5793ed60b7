import { randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compressionFor } from './codecs.ts';
import { CompressionCodecs, CompressionTypes } from './kafkajs.ts';
import { UnpackBudget, unpackWithin } from './unpack-budget.ts';

const zstd = CompressionCodecs[CompressionTypes.ZSTD]!();
const gzip = CompressionCodecs[CompressionTypes.GZIP]!();

it('reads back what it compressed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(zstd, gzip),
      fc.uint8Array({ maxLength: 5_000 }),
      async (codec, bytes) => {
        const packed = await codec.compress({ buffer: Buffer.from(bytes) });
        expect(await codec.decompress(packed)).toEqual(Buffer.from(bytes));
      },
    ),
  );
});

it.each([10, 2_300, 128 * 1024, 128 * 1024 + 1, 600_000])(
  'unpacks a batch of %i bytes into hardly more memory than it has, on whichever way it went',
  async (length) => {
    const bytes = Buffer.alloc(length, 'an event ');
    const unpacked = await zstd.decompress(await zstd.compress({ buffer: bytes }));
    expect(unpacked.equals(bytes)).toBe(true);
    // Small ones share a piece of Node's.
    expect(unpacked.buffer.byteLength).toBeLessThan(Math.max(length, Buffer.poolSize) + 64);
  },
);

it('unpacks what says nothing of its size, and refuses what lies about it', async () => {
  const silent = Buffer.from(
    '28b52ffd0058910000616e206576656e7420616e206576656e742028b52ffd2000010000',
    'hex',
  );
  expect(`${await zstd.decompress(silent)}`).toBe('an event an event ');
  const bytes = Buffer.alloc(300_000, 'an event ');
  const one = zstdCompressSync(bytes);
  for (const said of [bytes.length - 1, bytes.length + 1, 3_000_000_000]) {
    const lying = Buffer.from(one);
    lying.writeUInt32LE(said, 5);
    await expect(zstd.decompress(lying)).rejects.toMatchObject({ retriable: false });
  }
});

it.each([100, 16_000, 128 * 1024, 128 * 1024 + 1, 3_000_000])(
  'never compresses %i random bytes beyond a limit that they keep uncompressed',
  async (length) => {
    const packed = await zstd.compress({ buffer: randomBytes(length) });
    expect(compressionFor(length, packed.length - 1)).toBe(CompressionTypes.None);
    expect(compressionFor(length, 16 * 1024 * 1024)).toBe(CompressionTypes.ZSTD);
  },
);

it('refuses a batch that swells beyond its bound', { timeout: 60_000 }, async () => {
  // 257 MiB, in members of one: to pack it as one takes longer than to unpack it, which takes seconds under load.
  const bomb = Buffer.concat(Array(257).fill(gzipSync(Buffer.alloc(1024 * 1024))));
  await expect(gzip.decompress(bomb)).rejects.toMatchObject({ retriable: false });
});

it('unpacks of one answer what its budget allows, one batch in any case, and leaves the rest as an answer’s cut end', async () => {
  const packed = gzipSync(Buffer.alloc(1_000));
  const budget = new UnpackBudget(1_500);
  const cut = { name: 'KafkaJSPartialMessageError' };
  await unpackWithin(budget, async () => {
    for (const _ of [1, 2]) expect(await gzip.decompress(packed)).toHaveLength(1_000);
    await expect(gzip.decompress(packed)).rejects.toMatchObject(cut);
  });
  expect(budget.unpackedBytes).toBe(2_000);
  expect(budget.packedBytes).toBe(2 * packed.length);
  const none = new UnpackBudget(0);
  expect(await unpackWithin(none, () => gzip.decompress(packed))).toHaveLength(1_000);
  // Another answer, and what nobody bounds.
  expect(await gzip.decompress(packed)).toHaveLength(1_000);
});
