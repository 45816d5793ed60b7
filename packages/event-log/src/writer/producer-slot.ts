/**
 * The one idempotent kafkajs producer that is in use, and its replacement after every rejection.
 *
 * Two facts about kafkajs 2.2.4 decide this file. With two sends in flight an idempotent producer loses acknowledged
 * records: after a lost answer it takes its sequence number back, and other records get it. And after a rejected send
 * all its further sends are out of sequence. So there MUST be one send at a time, and none after a rejection.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Producer, RecordMetadata } from 'kafkajs';
import { compressionFor } from '../codecs.ts';
import { EventLogError } from '../event-log-error.ts';
import { type Client, clientOf, type KafkaConnection, type Logger, turned } from '../kafka-connection.ts';
import { type KafkaFault, kafkaFaultOf, translateKafkaError } from '../translate-kafka-error.ts';
import { withinMs } from '../within-ms.ts';
import type { SizedRecords } from './encode-records.ts';
import type { Batch } from './form-batches.ts';
import { writtenBatch } from './written-batch.ts';

/** kafkajs wants one retry at least. It keeps the sequence number, so a lost answer costs no duplicate. */
const SEND_RETRIES = 1;
const CONNECT_RETRIES = 2;
const CONNECT_MS_MAX = 5_000;

/** What kafkajs does around the answer: encode, pause, connect again, send again. */
const SEND_SLACK_MS = 1_500;

const RECONNECT_MS_FIRST = 100;
const RECONNECT_MS_MAX = 2_000;

/** kafkajs wraps its sequence numbers wrongly at 2^31 records on one partition; a producer retires long before. */
const RECORDS_MAX = 1_000_000_000;

export type SendAnswer = {
  /** The base offset of each partition's batch that is stored for certain. */
  readonly stored: ReadonlyMap<number, bigint>;
  /** Why not all are; undefined when kafkajs reported success and yet left one out. */
  readonly fault: KafkaFault | undefined;
};

export class ProducerSlot {
  readonly #connection: KafkaConnection;
  readonly #topic: string;
  readonly #logger: Logger;
  readonly #requestTimeoutMs: number;
  #producer: { readonly client: Client; readonly producer: Producer } | undefined;
  #recordsSent = 0;
  #turn = 0;
  #isClosed = false;
  #isRefused = false;

  readonly #onRefused: () => void;

  /** @param options `onRefused` is called at each try at which Kafka does not let this client in */
  constructor(
    connection: KafkaConnection,
    topic: string,
    logger: Logger,
    options: { readonly requestTimeoutMs: number; readonly onRefused: () => void },
  ) {
    this.#connection = connection;
    this.#topic = topic;
    this.#logger = logger;
    this.#requestTimeoutMs = options.requestTimeoutMs;
    this.#onRefused = options.onRefused;
  }

  get isConnected(): boolean {
    return this.#producer !== undefined;
  }

  /** Whether the last try to connect found that Kafka does not let this client in. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** One try. @throws EventLogError */
  async connect(): Promise<void> {
    const client = clientOf(turned(this.#connection, this.#turn++), this.#logger, {
      requestTimeoutMs: this.#requestTimeoutMs,
      retries: CONNECT_RETRIES,
    });
    const producer = client.kafka.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition!,
      retry: { retries: SEND_RETRIES },
    });
    try {
      await withinMs(producer.connect(), CONNECT_MS_MAX);
    } catch (error) {
      client.end();
      throw translateKafkaError(error, 'connect producer');
    }
    // Closed in the meantime.
    if (this.#isClosed) return client.end();
    this.#producer = { client, producer };
    this.#recordsSent = 0;
    this.#isRefused = false;
  }

  /**
   * Tries until it is connected or aborted; Kafka may be away for hours. Also where Kafka refuses: what was accepted
   * waits here, and an operator may give the permission or the password back.
   */
  async connectAgain(signal: AbortSignal): Promise<void> {
    for (let waitMs = RECONNECT_MS_FIRST; !signal.aborted; waitMs = Math.min(waitMs * 2, RECONNECT_MS_MAX)) {
      try {
        await this.connect();
        return;
      } catch (error) {
        this.#reportFailure(error);
      }
      await pause(waitMs, undefined, { signal }).catch(() => {});
    }
  }

  /**
   * Sends one batch a partition and answers which are stored for certain. MUST NOT be called again before it has
   * ended; when a partition is left out, the producer is gone.
   */
  async send(batches: readonly Batch<SizedRecords>[], batchBytesMax: number): Promise<SendAnswer> {
    const producer = this.#producer?.producer;
    if (producer === undefined) throw new Error('send without a connected producer');
    const largest = Math.max(...batches.map(({ bytes }) => bytes));
    try {
      const sending = producer.send({
        topic: this.#topic,
        acks: -1,
        // The broker says "not enough replicas in time" before the client stops listening.
        timeout: Math.ceil(this.#requestTimeoutMs * 0.8),
        compression: compressionFor(largest, batchBytesMax),
        messages: batches.map(writtenBatch),
      });
      const stored = storedOffsets(await withinMs(sending, this.#requestTimeoutMs + SEND_SLACK_MS));
      this.#recordsSent += batches.reduce((sum, { records }) => sum + records, 0);
      if (batches.some(({ partition }) => !stored.has(partition)) || this.#recordsSent > RECORDS_MAX) {
        this.#retire();
      }
      return { stored, fault: undefined };
    } catch (error) {
      this.#retire();
      // Whatever comes out of kafkajs here is a rejection, also a TypeError of its own.
      return { stored: new Map(), fault: kafkaFaultOf(error) ?? { name: 'foreign', type: undefined } };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#producer?.client.end();
    this.#producer = undefined;
  }

  #reportFailure(error: unknown): void {
    const code = error instanceof EventLogError ? error.code : 'foreign';
    this.#isRefused = code === 'refused';
    if (this.#isRefused) this.#onRefused();
    else this.#logger.warn({ topic: this.#topic, code }, 'Kafka is not reachable');
  }

  /** Its send has ended or is left to itself; either way nobody listens to that producer any more. */
  #retire(): void {
    this.#producer?.client.end();
    this.#producer = undefined;
  }
}

function storedOffsets(answer: readonly RecordMetadata[]): Map<number, bigint> {
  const stored = new Map<number, bigint>();
  for (const { partition, errorCode, baseOffset } of answer) {
    if (errorCode === 0 && baseOffset !== undefined && !baseOffset.startsWith('-')) {
      stored.set(partition, BigInt(baseOffset));
    }
  }
  return stored;
}
