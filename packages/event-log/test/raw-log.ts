/**
 * The log as the broker has it, record batch by record batch: the judge of the other tests. It shares nothing with
 * the product or its client, from the socket to the varints, and checks each batch's checksum.
 *
 * Formats: https://kafka.apache.org/protocol#The_Messages_Fetch and https://kafka.apache.org/documentation/#recordbatch
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

export type RawBatch = {
  readonly partition: number;
  readonly baseOffset: bigint;
  readonly bytes: number;
  readonly codec: 'none' | 'gzip' | 'zstd';
  readonly producerId: bigint;
  readonly records: readonly RawRecord[];
};

export type RawRecord = {
  readonly offset: bigint;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Record<string, string>;
};

const FETCH = 1;
/** The first version that hands out zstd without repacking it. */
const FETCH_VERSION = 11;
const FETCH_BYTES_MAX = 32 * 1024 * 1024;
const HEADER_BYTES = 61;
const CODECS = ['none', 'gzip', undefined, undefined, 'zstd'] as const;

/** All batches of these partitions of a broker that leads them all. */
export async function readRawLog(broker: string, topic: string, partitions: number): Promise<RawBatch[]> {
  const [host, port] = broker.split(':');
  const socket = connect(Number(port), host!);
  try {
    await once(socket, 'connect');
    const batches: RawBatch[] = [];
    for (let partition = 0; partition < partitions; partition++) {
      for (let offset = 0n; ; ) {
        socket.write(fetchRequest(topic, partition, offset));
        const { highWatermark, records } = fetchAnswer(await frame(socket));
        const read = [...batchesIn(records, partition)];
        batches.push(...read);
        const last = read.at(-1)?.records.at(-1)?.offset;
        if (last !== undefined) offset = last + 1n;
        if (offset >= highWatermark) break;
        if (last === undefined)
          throw new Error(`partition ${partition} ends at ${offset} before ${highWatermark}`);
      }
    }
    return batches;
  } finally {
    socket.destroy();
  }
}

async function frame(socket: NodeJS.ReadableStream): Promise<Cursor> {
  let buffered = Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    chunks.push(chunk);
    length += chunk.length;
    if (length < 4) continue;
    const needed = Buffer.concat(chunks.slice(0, 4)).readInt32BE() + 4;
    if (length < needed) continue;
    buffered = Buffer.concat(chunks);
    return new Cursor(buffered.subarray(4, needed));
  }
}

function fetchRequest(topic: string, partition: number, offset: bigint): Buffer {
  const body = Buffer.concat([
    int16(FETCH),
    int16(FETCH_VERSION),
    int32(1),
    text('raw-log'),
    ...[-1, 100, 1, FETCH_BYTES_MAX].map(int32),
    // read uncommitted; no fetch session
    Buffer.from([0]),
    ...[0, -1, 1].map(int32),
    text(topic),
    ...[1, partition, -1].map(int32),
    int64(offset),
    int64(-1n),
    int32(FETCH_BYTES_MAX),
    int32(0),
    text(''),
  ]);
  return Buffer.concat([int32(body.length), body]);
}

function fetchAnswer(answer: Cursor): { highWatermark: bigint; records: Buffer } {
  answer.skip(4 + 4);
  answer.expectZero(answer.int16(), 'error code');
  answer.skip(4 + 4);
  answer.skip(answer.int16());
  answer.skip(4 + 4);
  answer.expectZero(answer.int16(), 'partition error code');
  const highWatermark = answer.int64();
  answer.skip(8 + 8);
  const aborted = answer.int32();
  answer.skip(Math.max(0, aborted) * 16 + 4);
  return { highWatermark, records: answer.take(Math.max(0, answer.int32())) };
}

function* batchesIn(buffer: Buffer, partition: number): Generator<RawBatch> {
  const log = new Cursor(buffer);
  while (log.left >= HEADER_BYTES) {
    const baseOffset = log.int64();
    const length = log.int32();
    if (log.left < length) return;
    const batch = new Cursor(log.take(length));
    batch.skip(4 + 1);
    const checksum = batch.int32() >>> 0;
    if (crc32c(batch.rest()) !== checksum) throw new Error(`batch at ${baseOffset} is damaged`);
    const codec = CODECS[batch.int16() & 7];
    if (codec === undefined) throw new Error('a codec that nobody here writes');
    batch.skip(4 + 8 + 8);
    const producerId = batch.int64();
    batch.skip(2 + 4);
    const count = batch.int32();
    const records = new Cursor(unpack(codec, batch.rest()));
    yield {
      partition,
      baseOffset,
      bytes: length + 12,
      codec,
      producerId,
      records: Array.from({ length: count }, () => recordAt(records, baseOffset)),
    };
  }
}

function unpack(codec: RawBatch['codec'], bytes: Buffer): Buffer {
  if (codec === 'none') return bytes;
  return codec === 'zstd' ? zstdDecompressSync(bytes) : gunzipSync(bytes);
}

function recordAt(log: Cursor, baseOffset: bigint): RawRecord {
  const record = new Cursor(log.take(log.varint()));
  record.skip(1);
  record.varint();
  const offset = baseOffset + BigInt(record.varint());
  const key = record.take(record.varint()).toString();
  const value = record.take(record.varint());
  const headers: Record<string, string> = {};
  for (let left = record.varint(); left > 0; left--) {
    headers[record.take(record.varint()).toString()] = record.take(record.varint()).toString();
  }
  return { offset, key, value, headers };
}

class Cursor {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get left(): number {
    return this.#buffer.length - this.#at;
  }

  take(length: number): Buffer {
    this.#at += length;
    return this.#buffer.subarray(this.#at - length, this.#at);
  }

  rest(): Buffer {
    return this.#buffer.subarray(this.#at);
  }

  skip(length: number): void {
    this.#at += length;
  }

  int16(): number {
    return this.take(2).readInt16BE();
  }

  int32(): number {
    return this.take(4).readInt32BE();
  }

  int64(): bigint {
    return this.take(8).readBigInt64BE();
  }

  /** Zigzag; big enough for a delta of time too. */
  varint(): number {
    let raw = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.take(1)[0]!;
      raw |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number((raw >> 1n) ^ -(raw & 1n));
    }
  }

  expectZero(code: number, what: string): void {
    if (code !== 0) throw new Error(`${what} ${code}`);
  }
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function int64(value: bigint): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64BE(value);
  return buffer;
}

function text(value: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);
}

const CRC32C = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC32C[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
