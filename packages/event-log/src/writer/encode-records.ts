/**
 * The records of a batch as Kafka's format has them, in one buffer of their size: kafkajs makes a buffer of half a KB for
 * each header and grows one for each record, which costs more than all that the rest of a send does.
 *
 * Format: https://kafka.apache.org/documentation/#record
 */
import type { LogRecord } from '../log-record.ts';
import { recordsBytes, varintBytes } from '../record-batch-size.ts';

/** `bodies`: the size of each record apart from its place in a batch, as `recordBodyBytes` counts it. */
export type SizedRecords = { readonly records: readonly LogRecord[]; readonly bodies: readonly number[] };

/** As a batch holds them whose records have all its own timestamp. */
export function encodeRecords(requests: readonly SizedRecords[]): Buffer {
  let bytes = 0;
  let count = 0;
  for (const { bodies } of requests) {
    bytes += recordsBytes(bodies, count);
    count += bodies.length;
  }
  const writing = new Writing(bytes);
  let position = 0;
  for (const { records, bodies } of requests) {
    for (const [index, record] of records.entries()) {
      writing.record(record, bodies[index]!, position);
      position += 1;
    }
  }
  return writing.whole();
}

class Writing {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: number) {
    this.#buffer = Buffer.allocUnsafeSlow(bytes);
  }

  record({ key, value, headers }: LogRecord, bodyBytes: number, position: number): void {
    this.#varint(bodyBytes + varintBytes(position));
    this.#buffer[this.#at++] = 0; // attributes
    this.#buffer[this.#at++] = 0; // timestamp delta
    this.#varint(position);
    this.#text(key);
    this.#varint(value.length);
    value.copy(this.#buffer, this.#at);
    this.#at += value.length;
    const names = Object.keys(headers);
    this.#varint(names.length);
    for (const name of names) {
      this.#text(name);
      this.#text(headers[name]!);
    }
  }

  /** @throws where it is not full: none of the buffer may be what was in memory before. */
  whole(): Buffer {
    if (this.#at !== this.#buffer.length) throw new Error('records are not of the size that was counted');
    return this.#buffer;
  }

  #text(text: string): void {
    const bytes = Buffer.byteLength(text);
    this.#varint(bytes);
    // What has no room is left out, which `whole` finds.
    this.#buffer.write(text, this.#at, bytes, 'utf8');
    this.#at += bytes;
  }

  /** Of a number ≥ 0, zigzag-encoded. */
  #varint(value: number): void {
    let rest = value * 2;
    while (rest > 0x7f) {
      this.#buffer[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#at++] = rest;
  }
}
