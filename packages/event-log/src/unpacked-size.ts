/**
 * The size that a zstd frame says it has when it is unpacked. It says so where whoever packed it knew; it may be wrong, or of
 * the first of several frames.
 *
 * Format: RFC 8878, section 3.1.1.
 */

const MAGIC = 0xfd2fb528;
const DESCRIPTOR_AT = 4;
/** Bytes of a dictionary's id, by the descriptor's lowest bits. */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
/** The two bytes of a size begin where one byte ends. */
const TWO_BYTES_FROM = 256;

/** undefined where it does not say. */
export function unpackedSize(packed: Buffer): number | undefined {
  if (packed.length <= DESCRIPTOR_AT || packed.readUInt32LE(0) !== MAGIC) return undefined;
  const descriptor = packed[DESCRIPTOR_AT] as number;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const windowBytes = isSingleSegment ? 0 : 1;
  const dictionaryBytes = DICTIONARY_ID_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3];
  const at = DESCRIPTOR_AT + 1 + windowBytes + dictionaryBytes;
  switch (descriptor >> 6) {
    case 0:
      return isSingleSegment && packed.length > at ? packed[at] : undefined;
    case 1:
      return packed.length >= at + 2 ? packed.readUInt16LE(at) + TWO_BYTES_FROM : undefined;
    case 2:
      return packed.length >= at + 4 ? packed.readUInt32LE(at) : undefined;
    default:
      return packed.length >= at + 8 ? Number(packed.readBigUInt64LE(at)) : undefined;
  }
}
