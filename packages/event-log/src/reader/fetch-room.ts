/**
 * How much is asked of a broker, and how much of its answer is taken: each partition has its part of what may be in
 * hand, so that none can use up what another one needs. Fetches are counted packed and memory unpacked; between the
 * two stands what the last answers have shown.
 */
import type { Broker } from 'kafkajs';
import { UnpackBudget } from '../unpack-budget.ts';
import type { ReaderLimits } from './log-reader.ts';
import { messageBytes } from './received-batch.ts';

export type FetchRequest = Parameters<Broker['fetch']>[0];

/** What kafkajs makes of an answer; the rest of it is passed on as it is. */
export type FetchAnswer = {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly FetchedPartition[];
  }[];
};

type FetchedPartition = { readonly partition: number; readonly messages: readonly FetchedMessage[] };

type FetchedMessage = Parameters<typeof messageBytes>[0] & {
  /** The same object for all records of a record batch. */
  readonly batchContext?: object;
};

/** One request of 1,000 events is 2 MiB; kafkajs reads an answer whole, so this is what a broker adds to what is in hand. */
const ANSWER_UNPACKED_BYTES_MAX = 16 * 1024 * 1024;

/** Asking for less would cost more in requests than it saves. */
const PARTITION_BYTES_MIN = 16 * 1024;

/** Before the first answer: batches of 1,000 events shrink to 9 % (codecs.ts). */
const UNPACKED_PER_PACKED = 11;

/** While a partition was left out: how soon it is asked again. */
const LEFT_OUT_WAIT_MS = 20;

export class FetchRoom {
  readonly #limits: ReaderLimits;
  #unpackedPerPacked = UNPACKED_PER_PACKED;

  constructor(limits: ReaderLimits) {
    this.#limits = limits;
  }

  /** @param inHand bytes, by partition: of all that share the limit @returns undefined where there is no room */
  begin(request: FetchRequest, inHand: ReadonlyMap<number, number>): BoundedFetch | undefined {
    const part = this.#limits.inHandBytesMax / inHand.size;
    const rooms = new Map<number, number>();
    // Until half of it is done: it comes in two halves, of which one is in work while the other is fetched.
    for (const [partition, bytes] of inHand) if (bytes <= part / 2) rooms.set(partition, part - bytes);
    let unpackedBytes = 0;
    let asked = 0;
    let isComplete = true;
    let minBytes = request.minBytes ?? 1;
    const topics = request.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.flatMap((wanted) => {
        const room = rooms.get(wanted.partition);
        if (room === undefined) {
          isComplete = false;
          return [];
        }
        unpackedBytes += room;
        asked += 1;
        const maxBytes = this.#packed(room, this.#limits.partitionFetchBytesMax);
        // Of a partition no more is counted than is asked of it: one that alone is behind would be waited for in vain.
        minBytes = Math.min(minBytes, maxBytes);
        return [{ ...wanted, maxBytes }];
      }),
    }));
    if (asked === 0) return undefined;
    unpackedBytes = Math.min(unpackedBytes, ANSWER_UNPACKED_BYTES_MAX);
    const budget = new UnpackBudget(unpackedBytes);
    const maxBytes = this.#packed(unpackedBytes, this.#limits.fetchBytesMax);
    const maxWaitTime = isComplete ? request.maxWaitTime! : LEFT_OUT_WAIT_MS;
    return { request: { ...request, topics, minBytes, maxBytes, maxWaitTime }, budget, rooms };
  }

  /** @param isCurrent whether what was asked for a partition is still what it needs */
  end(
    answer: FetchAnswer,
    { budget, rooms }: BoundedFetch,
    isCurrent: (partition: number) => boolean,
  ): FetchAnswer {
    const { packedBytes, unpackedBytes } = budget;
    if (packedBytes > 0) this.#unpackedPerPacked = Math.max(1, unpackedBytes / packedBytes);
    else if (
      answer.responses.some(({ partitions }) => partitions.some(({ messages }) => messages.length > 0))
    ) {
      this.#unpackedPerPacked = 1;
    }
    const responses = answer.responses.map((response) => ({
      ...response,
      partitions: response.partitions
        .filter(({ partition }) => isCurrent(partition))
        .map((fetched) => ({
          ...fetched,
          messages: fitting(fetched.messages, rooms.get(fetched.partition) ?? 0),
        })),
    }));
    return { ...answer, responses };
  }

  #packed(unpackedBytes: number, packedBytesMax: number): number {
    const wanted = Math.ceil(unpackedBytes / this.#unpackedPerPacked);
    return Math.min(packedBytesMax, Math.max(PARTITION_BYTES_MIN, wanted));
  }
}

export type BoundedFetch = {
  readonly request: FetchRequest;
  readonly budget: UnpackBudget;
  /** By partition, unpacked. */
  readonly rooms: ReadonlyMap<number, number>;
};

/** Whole record batches, the first one in any case: their records lie in one buffer, of which all or nothing is kept. */
function fitting(messages: readonly FetchedMessage[], roomBytes: number): readonly FetchedMessage[] {
  let bytes = 0;
  for (const [i, message] of messages.entries()) {
    const isNext = i > 0 && message.batchContext !== messages[i - 1]!.batchContext;
    if (isNext && bytes >= roomBytes) return messages.slice(0, i);
    bytes += messageBytes(message);
  }
  return messages;
}
