/**
 * How much one answer of a broker may unpack. kafkajs unpacks all of an answer before it hands over its first record,
 * and what is asked for is counted packed: 4 MiB of zstd can be gigabytes. What is over the budget is left packed and
 * comes with the next answer, as the end of an answer that Kafka itself cut off does.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export class UnpackBudget {
  readonly #bytesMax: number;
  /** Of record batches that were unpacked. */
  packedBytes = 0;
  unpackedBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Before the first batch it never is: every answer brings something. */
  get isSpent(): boolean {
    return this.unpackedBytes > 0 && this.unpackedBytes >= this.#bytesMax;
  }

  spend(packed: Buffer, unpacked: Buffer): void {
    this.packedBytes += packed.length;
    this.unpackedBytes += unpacked.length;
  }
}

/** kafkajs's name for a batch whose end is missing: it keeps what came before, and asks for the rest again. */
export class LeftPacked extends Error {
  override readonly name = 'KafkaJSPartialMessageError';
}

const ofThisAnswer = new AsyncLocalStorage<UnpackBudget>();

export function unpackWithin<T>(budget: UnpackBudget, fetch: () => Promise<T>): Promise<T> {
  return ofThisAnswer.run(budget, fetch);
}

/** undefined where nobody set one. */
export function unpackBudget(): UnpackBudget | undefined {
  return ofThisAnswer.getStore();
}
