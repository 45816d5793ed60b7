/**
 * Records that are written already, on their way through kafkajs. It counts, frames, numbers and sends a batch; for what
 * is in it, it gets one empty message a record, of which the first says by a mark whose places they hold. The codec,
 * which is asked to compress them, compresses those records instead. A batch goes out with its records or not at all.
 */
import { randomBytes } from 'node:crypto';
import { varintBytes } from './record-batch-size.ts';

/** No record of anybody else begins with it: it is of this process alone, and leaves it nowhere. */
const MARK = randomBytes(16);
const NUMBER_BYTES = 4;
const NUMBERS = 2 ** 32;

/** How kafkajs writes the first: its length, attributes, no time, place 0, no key, the length of its value; zigzag. */
const HEAD = Buffer.from([0x34, 0, 0, 0, 0x01, 0x28]);
const FIRST_BYTES = HEAD.length + MARK.length + NUMBER_BYTES + 1;
/** Each further one apart from its place: length, attributes, no time, no key, no value, no headers. */
const FURTHER_BYTES = 6;

const BEGINNING = Buffer.concat([HEAD, MARK]);
const NOTHING = Buffer.alloc(0);

type Message = { readonly key: null; readonly value: Buffer; readonly partition: number };
type Written = { readonly records: Buffer; readonly count: number };

const onTheWay = new Map<number, Written>();
let last = 0;

export type WrittenMessages = Disposable & { readonly messages: readonly Message[] };

/** What kafkajs gets for `count` records, of which there is at least one. Until it is disposed, the codec knows them. */
export function messagesFor({ records, count }: Written, partition: number): WrittenMessages {
  last = (last + 1) % NUMBERS;
  const number = last;
  const mark = Buffer.alloc(MARK.length + NUMBER_BYTES);
  MARK.copy(mark);
  mark.writeUInt32BE(number, MARK.length);
  onTheWay.set(number, { records, count });
  const further: Message = { key: null, value: NOTHING, partition };
  const messages = Array<Message>(count).fill(further);
  messages[0] = { ...further, value: mark };
  return { messages, [Symbol.dispose]: () => onTheWay.delete(number) };
}

/**
 * What stands for `encoded`: the records that are written already, or itself where kafkajs has written it.
 * @throws where it is not what `messagesFor` gave, or nobody waits for it any more
 */
export function recordsOf(encoded: Buffer): Buffer {
  if (encoded.length < FIRST_BYTES || !encoded.subarray(0, BEGINNING.length).equals(BEGINNING))
    return encoded;
  const written = onTheWay.get(encoded.readUInt32BE(BEGINNING.length));
  if (written === undefined || encoded.length !== placeholderBytes(written.count)) {
    throw new Error('a batch is not the records that were given for it');
  }
  return written.records;
}

function placeholderBytes(count: number): number {
  let bytes = FIRST_BYTES;
  for (let place = 1; place < count; place += 1) bytes += FURTHER_BYTES + varintBytes(place);
  return bytes;
}
