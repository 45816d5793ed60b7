/** Cuts a batch into bulk requests, in order, by count and by bytes. */

export type ChunkLimits = { readonly countMax: number; readonly bytesMax: number };

/** Of events whose documents are made in one turn of the event loop, some 20 ms of work. A larger event goes alone. */
export const STEP: ChunkLimits = { countMax: 100, bytesMax: 512 * 1024 };

/**
 * How much larger than its event a document is, and the memory that it leaves unused: of what systems send. Of an event
 * that is all names it is twice that.
 */
export const DOCUMENT_BYTES_PER_BYTE = 6;

/** Every chunk is within the limits, but for a single item that alone is larger. */
export function* chunksOf<Item>(
  items: readonly Item[],
  bytesOf: (item: Item) => number,
  { countMax, bytesMax }: ChunkLimits,
): Generator<Item[]> {
  let chunk: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item);
    if (chunk.length > 0 && (chunk.length >= countMax || bytes + size > bytesMax)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(item);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}
