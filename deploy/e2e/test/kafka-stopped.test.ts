/**
 * Kafka goes away under load and comes back: what was answered 201 is there, once; everything else was an error, in
 * time; memory stays bounded; and the gateway recovers by itself. With a broker of its own, to be killed at will.
 */
import { EVENTS_TOPIC, ensureTopic } from '@auditbox/event-log';
import { freshFolder, type KafkaNode, startKafka } from '@auditbox/local';
import { expect, inject, it } from 'vitest';
import { ALL_ACCOUNTED_FOR, accountOf } from '../src/accounted-for.ts';
import { post } from '../src/client.ts';
import { eventually } from '../src/eventually.ts';
import { generatedEvent } from '../src/generated-events.ts';
import { type Attempt, type SenderKind, startLoad } from '../src/load-senders.ts';
import { startProcesses } from '../src/process-pipeline.ts';
import { residentBytes, sampleResidentBytes } from '../src/resident-memory.ts';
import { storedEvents } from '../src/stored-events.ts';

const MIB = 1024 * 1024;

const PUBLISH_DEADLINE_MS = 3_000;
/** On top of the deadline: two noisy cores parse and answer 6 MiB of other requests in the meantime. */
const ANSWER_SLACK_MS = 10_000;

/** What may wait. The topic takes no larger request either, as the queue always has room for one of those. */
const QUEUE_BYTES = 4 * MIB;
const TOPIC = 'small.events';
/** Garbage is collected soon, so that what is held can be told from it. */
const SMALL_HEAP = '--max-semi-space-size=4 --max-old-space-size=96';
/**
 * A request that waits is held as its text, what it was parsed to, the record and the answer: 12 times the queue. The
 * rest is slack for garbage; both together are measured as 70 MiB, whether 100 MiB were refused or 1,000.
 */
const HELD_BYTES_MAX = 12 * QUEUE_BYTES + 64 * MIB;
const REFUSED_BYTES_MIN = HELD_BYTES_MAX + 80 * MIB;

/** From before Kafka goes until after it is back. */
const STEADY: readonly SenderKind[] = [
  { name: 'forwarder', senders: 4, entries: 50, eventBytes: 2_000, withIds: true, persists: true },
  { name: 'careless', senders: 2, entries: 20, eventBytes: 2_000, withIds: false, persists: false },
  { name: 'single', senders: 3, entries: 0, eventBytes: 2_000, withIds: true, persists: true },
  { name: 'nameless', senders: 3, entries: 0, eventBytes: 2_000, withIds: false, persists: false },
];
/** While Kafka is away: together more than the queue takes, so that some wait and the others are turned away at once. */
const FLOOD: readonly SenderKind[] = [
  { name: 'flood', senders: 24, entries: 12, eventBytes: 20_000, withIds: true, persists: false },
];
/** Requests that are stored before Kafka goes, and again once it is back. */
const STORED_MIN = 40;
/** Requests that wait until their deadline while Kafka is away. */
const LATE_MIN = 30;

const count = (attempts: readonly Attempt[], holds: (attempt: Attempt) => boolean): number =>
  attempts.filter(holds).length;
const isStored = ({ status }: Attempt): boolean => status === 201;
const isLate = ({ status, tookMs }: Attempt): boolean => status === 503 && tookMs >= PUBLISH_DEADLINE_MS;
const refusedBytes = (attempts: readonly Attempt[]): number =>
  attempts.reduce((sum, attempt) => sum + (isStored(attempt) ? 0 : attempt.bytes), 0);

it.each<[how: string, NodeJS.Signals, back: (kafka: KafkaNode) => Promise<void>]>([
  ['killed and started again', 'SIGKILL', (kafka) => kafka.restart()],
  ['frozen and thawed', 'SIGSTOP', (kafka) => kafka.kill('SIGCONT')],
])(
  'when Kafka is %s under load, nothing that was acknowledged is lost or doubled',
  async (_how, signal, back) => {
    await using folder = freshFolder('kafka-stopped');
    await using kafka = await startKafka({ folder: folder.path });
    await ensureTopic(
      { brokers: [kafka.brokers], clientId: 'test' },
      { ...EVENTS_TOPIC, name: TOPIC, maxMessageBytes: QUEUE_BYTES },
      { allowWeak: true },
    );
    await using pipeline = await startProcesses(
      { kafkaBrokers: kafka.brokers, elasticUri: inject('elasticUri') },
      {
        AUDITBOX_EVENTS_TOPIC: TOPIC,
        AUDITBOX_PUBLISH_DEADLINE_MS: String(PUBLISH_DEADLINE_MS),
        AUDITBOX_QUEUE_BYTES_MAX: String(QUEUE_BYTES),
      },
    );
    await using gateway = await pipeline.startGateway({ NODE_OPTIONS: SMALL_HEAP });
    const steady = startLoad(gateway.url, STEADY);
    const storedRequests = async () => count(steady.attempts, isStored);
    await eventually('the load is on', storedRequests, (stored) => stored >= STORED_MIN);

    const beforeBytes = residentBytes(gateway.pid);
    using memory = sampleResidentBytes(gateway.pid);
    await kafka.kill(signal);
    const flood = startLoad(gateway.url, FLOOD);
    await eventually(
      'far more is refused than may be held, some at once and some at the deadline',
      async () => ({ bytes: refusedBytes(flood.attempts), late: count(flood.attempts, isLate) }),
      ({ bytes, late }) => bytes >= REFUSED_BYTES_MIN && late >= LATE_MIN,
      90_000,
    );
    await flood.end();
    const heldBytes = memory.maxBytes() - beforeBytes;

    const storedBefore = await storedRequests();
    await back(kafka);
    await eventually('the gateway recovers by itself', storedRequests, (stored) => stored > storedBefore);
    await eventually('the load goes on', storedRequests, (stored) => stored >= storedBefore + STORED_MIN);
    await steady.end();
    const attempts = [...steady.attempts, ...flood.attempts];
    const senders = [...steady.senders, ...flood.senders];
    const sentinel = generatedEvent({ sender: 'sentinel', key: 'sentinel' });
    expect((await post(`${gateway.url}/AuditEvent`, sentinel)).status).toBe(201);

    const refused = attempts.filter((attempt) => !isStored(attempt));
    expect(new Set(refused.map(({ status, resourceType }) => `${status} ${resourceType}`))).toEqual(
      new Set(['503 OperationOutcome']),
    );
    expect(refused.filter(({ retryAfter }) => !(Number(retryAfter) > 0))).toEqual([]);
    expect(Math.max(...attempts.map(({ tookMs }) => tookMs))).toBeLessThan(
      PUBLISH_DEADLINE_MS + ANSWER_SLACK_MS,
    );
    expect(heldBytes).toBeLessThan(HELD_BYTES_MAX);

    const stored = await storedEvents(pipeline.queryUrl, pipeline.environment, senders);
    expect(accountOf(attempts, stored)).toEqual(ALL_ACCOUNTED_FOR);
  },
);
