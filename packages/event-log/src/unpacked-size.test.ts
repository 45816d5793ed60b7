import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unpackedSize } from './unpacked-size.ts';

it.each([0, 1, 63, 64, 255, 256, 257, 65_791, 65_792, 3_000_000])('reads a size of %i', (length) => {
  expect(unpackedSize(zstdCompressSync(Buffer.alloc(length, 'event'), { pledgedSrcSize: length }))).toBe(
    length,
  );
});

it('reads one of eight bytes, and behind the id of a dictionary', () => {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(5n * 2n ** 32n);
  const frame = (descriptor: number, ...between: number[]) =>
    Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, descriptor, ...between]), size]);
  expect(unpackedSize(frame(0xc0, 88))).toBe(5 * 2 ** 32);
  expect(unpackedSize(frame(0xe0))).toBe(5 * 2 ** 32);
  expect(unpackedSize(frame(0xe3, 1, 2, 3, 4))).toBe(5 * 2 ** 32);
});

it('reads none where none is said, or its end is missing', () => {
  // The size is not known when the frame begins.
  expect(unpackedSize(Buffer.from('28b52ffd0058950000', 'hex'))).toBeUndefined();
  const whole = zstdCompressSync(Buffer.alloc(300));
  for (let end = 0; end < 7; end++) expect(unpackedSize(whole.subarray(0, end))).toBeUndefined();
});

it('says something of any bytes, or nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      const marked = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), bytes]);
      for (const packed of [Buffer.from(bytes), marked]) {
        const size = unpackedSize(packed);
        expect(size === undefined || size >= 0).toBe(true);
      }
    }),
  );
});
