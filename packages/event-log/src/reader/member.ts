/** One kafkajs consumer, set up so that every decision that matters stays with GroupReader. */
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { type Client, clientOf, type KafkaConnection, turned } from '../kafka-connection.ts';
import { withinMs } from '../within-ms.ts';
import { assignersThatWait } from './assigner.ts';
import type { FetchGate } from './bounded-fetch.ts';
import type { Claim } from './claim.ts';
import type { LogReaderOptions, ReaderLimits } from './log-reader.ts';

export type Member = { readonly client: Client; readonly consumer: Consumer };

export type MemberOptions = LogReaderOptions & {
  readonly partitionsConcurrently: number;
  readonly limits: ReaderLimits;
};

/** What kafkajs tells; a member that has been replaced may go on telling. */
export type MemberEvents = {
  /** kafkajs joins when it has resolved, and does not when it rejects. */
  joinBegins(consumer: Consumer): Promise<void>;
  /** What this member had last. */
  claim(): Claim;
  /** What stands between this consumer and what it fetches. */
  gate(consumer: Consumer): FetchGate;
  joined(consumer: Consumer, assignment: Record<string, number[]>, generation: number): void;
  heartbeatAnswered(consumer: Consumer): void;
  crashed(consumer: Consumer, error: Error): void;
  outOfRange(consumer: Consumer, partition: number, offset: bigint): void;
  /** Takes it, without waiting for anything: room for it was there before it was fetched. */
  eachBatch(consumer: Consumer, payload: EachBatchPayload): void;
};

/** What the patch to kafkajs emits instead of resetting an offset. */
type OutOfRangeEvent = { readonly payload: { readonly partition: number; readonly offset: string } };

/** What the patch to kafkajs adds. */
type JoinedEvent = { readonly payload: { readonly generationId: number } };

/** For one answer; a fetch that finds little is answered after FETCH_WAIT_MS. */
const REQUEST_TIMEOUT_MS = 15_000;

/**
 * A broker answers once it has so many compressed bytes, or after so long. Answered for every batch that a writer sends, a
 * reader of single events costs itself and Kafka a third more an event.
 */
const FETCH_BYTES_MIN = 64 * 1024;
const FETCH_WAIT_MS = 250;

const CONNECT_MS_MAX = 5_000;

/**
 * kafkajs tries on while Kafka is away, for as long as that takes. Were it to crash, it would come back as another
 * member, and the group would wait for the old one until its session ends.
 */
const RETRIES = Number.MAX_SAFE_INTEGER;

/** The group waits this long for a member to come back, on top of its hand-over. */
const REJOIN_SLACK_MS = 20_000;

/** Of a stop: the last fetch, the leave request. */
const LEAVE_MS_MAX = 3_000;

/** Connected and subscribed; `run` begins to join. @param turn which broker is asked first */
export async function connectMember(
  connection: KafkaConnection,
  { topic, groupId, logger, limits }: MemberOptions,
  events: MemberEvents,
  turn: number,
): Promise<Member> {
  const tuning = { requestTimeoutMs: REQUEST_TIMEOUT_MS, retries: RETRIES };
  const client = clientOf(turned(connection, turn), logger, tuning);
  const consumer = client.kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    partitionAssigners: assignersThatWait({
      topic,
      beforeJoin: () => events.joinBegins(consumer),
      claim: () => events.claim(),
      gate: () => events.gate(consumer),
    }),
    sessionTimeout: limits.sessionTimeoutMs,
    heartbeatInterval: limits.heartbeatIntervalMs,
    rebalanceTimeout: limits.handOverMs + REJOIN_SLACK_MS,
    metadataMaxAge: limits.metadataMaxAgeMs,
    maxBytes: limits.fetchBytesMax,
    maxBytesPerPartition: limits.partitionFetchBytesMax,
    minBytes: FETCH_BYTES_MIN,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    retry: { retries: RETRIES, restartOnFailure: async () => false },
  });
  const { GROUP_JOIN, HEARTBEAT, CRASH } = consumer.events;
  consumer.on(GROUP_JOIN, (event) => {
    const { generationId } = (event as typeof event & JoinedEvent).payload;
    events.joined(consumer, event.payload.memberAssignment, generationId);
  });
  consumer.on(HEARTBEAT, () => events.heartbeatAnswered(consumer));
  consumer.on(CRASH, ({ payload }) => events.crashed(consumer, payload.error));
  consumer.on(
    'consumer.offset_out_of_range' as never,
    (({ payload }: OutOfRangeEvent) => {
      events.outOfRange(consumer, payload.partition, BigInt(payload.offset));
    }) as never,
  );
  try {
    await withinMs(consumer.connect(), CONNECT_MS_MAX);
    await withinMs(consumer.subscribe({ topics: [topic], fromBeginning: true }), CONNECT_MS_MAX);
    return { client, consumer };
  } catch (error) {
    client.end();
    throw error;
  }
}

/** Joins and reads. Rejects only for reasons of kafkajs's own; what befalls it later comes as `crashed`. */
export function runMember({ consumer }: Member, events: MemberEvents): Promise<void> {
  return consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async (payload) => events.eachBatch(consumer, payload),
  });
}

/** Leaves the group if it still can, and in any case ends. */
export async function endMember({ client, consumer }: Member): Promise<void> {
  await withinMs(consumer.disconnect(), LEAVE_MS_MAX).catch(() => {});
  client.end();
}
