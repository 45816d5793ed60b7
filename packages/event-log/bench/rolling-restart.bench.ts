/**
 * How long partitions stand still when a group of three members is restarted one by one, and when one is killed:
 * `KAFKA_BROKERS=127.0.0.1:9092 node packages/event-log/bench/rolling-restart.bench.ts [rounds]` prints one JSON line a
 * round and one for all. Any broker will do, that of `npm start` too; it needs no more than a topic of its own there.
 * Members are processes; a batch takes as long as a bulk does. Every partition gets a record every few milliseconds.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { EVENTS_TOPIC, ensureTopic, type Logger, startLogReader } from '../src/index.ts';
import { clientOf } from '../src/kafka-connection.ts';
import { withAdmin } from '../src/topic-view.ts';

const PARTITIONS = 12;
const MEMBERS = 3;
const RECORD_EVERY_MS = 20;
const BULK_MS = 100;
const SETTLE_MS_MAX = 90_000;
/** Long enough that a settled group has shown that it is. */
const QUIET_MS = 2_000;

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const connection = {
  brokers: (process.env.KAFKA_BROKERS ?? '127.0.0.1:9092').split(','),
  clientId: 'rolling-restart',
};

type Said =
  | { readonly kind: 'assigned'; readonly partitions: readonly number[] }
  | { readonly kind: 'done'; readonly partition: number; readonly atMs: number };

const [, file, mode, ...args] = process.argv as [string, string, ...string[]];

async function member(topic: string, groupId: string): Promise<void> {
  const say = (said: Said) => process.connected && process.send!(said, () => {});
  const reader = await startLogReader(connection, {
    topic,
    groupId,
    logger: quiet,
    partitionsConcurrently: PARTITIONS,
    onFatal: (error) => assert.fail(error.code),
    onAssignment: (partitions) => say({ kind: 'assigned', partitions }),
    async process({ partition, records, confirm }) {
      await pause(BULK_MS);
      for (const { offset } of records) confirm(offset);
      say({ kind: 'done', partition, atMs: Date.now() });
    },
  });
  process.once('SIGTERM', async () => {
    await reader[Symbol.asyncDispose]();
    process.exit();
  });
  process.once('disconnect', () => process.exit());
}

/** A group of processes, and when each partition's batches were done by whom. */
class Group {
  readonly #topic: string;
  readonly #groupId = `group.${randomUUID()}`;
  readonly members = new Map<ChildProcess, readonly number[]>();
  readonly done: { readonly partition: number; readonly atMs: number; readonly by: ChildProcess }[] = [];

  constructor(topic: string) {
    this.#topic = topic;
  }

  join(): void {
    const child = fork(file, ['member', this.#topic, this.#groupId]);
    this.members.set(child, []);
    child.on('message', (said: Said) => {
      if (said.kind === 'done') this.done.push({ ...said, by: child });
      else if (this.members.has(child)) this.members.set(child, said.partitions);
    });
  }

  get owners(): Map<number, ChildProcess> {
    return new Map([...this.members].flatMap(([child, ids]) => ids.map((id) => [id, child] as const)));
  }

  async settled(): Promise<void> {
    const giveUpAt = Date.now() + SETTLE_MS_MAX;
    for (let sinceMs = Date.now(); Date.now() - sinceMs < QUIET_MS; await pause(10)) {
      assert(Date.now() < giveUpAt, 'the group did not settle');
      const sizes = [...this.members.values()].map(({ length }) => length);
      const recent = new Set(
        this.done.filter(({ atMs }) => atMs > sinceMs).map(({ partition }) => partition),
      );
      const isShared =
        sizes.every((size) => size === PARTITIONS / MEMBERS) && this.owners.size === PARTITIONS;
      if (!isShared || (Date.now() - sinceMs > QUIET_MS / 2 && recent.size < PARTITIONS))
        sinceMs = Date.now();
    }
  }
}

/** The longest time within which nothing of a partition was done, from the event on. */
function pausesSince(eventMs: number, { done }: Group): Map<number, number> {
  const last = new Map(Array.from({ length: PARTITIONS }, (_, id) => [id, eventMs]));
  const longest = new Map<number, number>();
  for (const { partition, atMs } of done) {
    if (atMs < eventMs) continue;
    longest.set(partition, Math.max(longest.get(partition) ?? 0, atMs - last.get(partition)!));
    last.set(partition, atMs);
  }
  return longest;
}

type Result = {
  readonly signal: NodeJS.Signals;
  /** How long the member took to end. */
  readonly exitMs: number;
  /** From the event to the first batch of its last partition that another one has done. */
  readonly takenOverMs: number;
  /** The longest that a partition of its stood still, and one that another member had. */
  readonly pauseOfItsMs: number;
  readonly pauseOfOthersMs: number;
  /** Partitions that another member had and has no more. */
  readonly movedOfOthers: number;
};

async function restart(group: Group, signal: NodeJS.Signals): Promise<Result> {
  await group.settled();
  const before = group.owners;
  const [stopping] = group.members.keys();
  const eventMs = Date.now();
  stopping!.kill(signal);
  await once(stopping!, 'exit');
  const exitMs = Date.now() - eventMs;
  group.members.delete(stopping!);
  group.join();
  await group.settled();
  const pauses = pausesSince(eventMs, group);
  const of = (isTheirs: boolean) =>
    [...pauses].filter(([id]) => (before.get(id) === stopping) === isTheirs).map(([, ms]) => ms);
  const takenOverMs = [...before].flatMap(([id, owner]) => {
    const first = group.done.find(
      ({ partition, atMs, by }) =>
        owner === stopping && partition === id && atMs > eventMs && by !== stopping,
    );
    return first === undefined ? [] : [first.atMs - eventMs];
  });
  const moved = [...group.owners].filter(
    ([id, owner]) => before.get(id) !== owner && before.get(id) !== stopping,
  );
  return {
    signal,
    exitMs,
    takenOverMs: Math.max(...takenOverMs),
    pauseOfItsMs: Math.max(...of(true)),
    pauseOfOthersMs: Math.max(...of(false)),
    movedOfOthers: moved.length,
  };
}

async function measure(rounds: number): Promise<void> {
  const topic = `bench.${randomUUID()}`;
  await ensureTopic(
    connection,
    { ...EVENTS_TOPIC, name: topic, partitions: PARTITIONS },
    { allowWeak: true },
  );
  const { kafka } = clientOf(connection, quiet, { requestTimeoutMs: 5_000, retries: 5 });
  const producer = kafka.producer({
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition!,
  });
  await producer.connect();
  const all = Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, value: 'x' }));
  const writing = setInterval(() => void producer.send({ topic, messages: all }), RECORD_EVERY_MS);
  const group = new Group(topic);
  for (let i = 0; i < MEMBERS; i++) group.join();
  const results: Result[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const result = await restart(group, signal);
      results.push(result);
      say(result);
    }
  }
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    const those = results.filter((result) => result.signal === signal);
    const median = (of: (result: Result) => number) => those.map(of).sort((a, b) => a - b)[those.length >> 1];
    say({
      median: signal,
      takenOverMs: median((result) => result.takenOverMs),
      pauseOfItsMs: median((result) => result.pauseOfItsMs),
      pauseOfOthersMs: median((result) => result.pauseOfOthersMs),
      movedOfOthers: median((result) => result.movedOfOthers),
    });
  }
  clearInterval(writing);
  for (const child of group.members.keys()) child.disconnect();
  await producer.disconnect();
  await withAdmin(connection, quiet, 'clean up', (admin) => admin.deleteTopics({ topics: [topic] }));
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

if (mode === 'member') await member(args[0]!, args[1]!);
else await measure(Number(mode ?? 3));
