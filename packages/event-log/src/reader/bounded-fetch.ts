/**
 * Stands between kafkajs and a broker when it fetches, and asks only for what there is room for. While a partition is
 * full it is not asked for; the others are. What was asked for an assignment that has ended meanwhile is dropped.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Batch, Broker, Cluster } from 'kafkajs';
import { unpackWithin } from '../unpack-budget.ts';
import type { FetchAnswer, FetchRequest, FetchRoom } from './fetch-room.ts';
import type { PartitionRun } from './partition-run.ts';
import { untilEnd } from './until-end.ts';

export type FetchGate = {
  readonly room: FetchRoom;
  /** What may be read now; nothing while the reader stops. */
  runs(): ReadonlyMap<number, PartitionRun>;
  /** @throws what makes kafkajs join instead of fetching */
  check(): void;
  /** Aborts when there is no time to wait for a broker any more. */
  readonly hurry: AbortSignal;
};

const NOTHING: FetchAnswer = { responses: [] };

/** How soon it is looked again whether there is room. */
const FULL_WAIT_MS = 20;

/** kafkajs looks up a broker in the same turn in which it notes from which offsets it will fetch. */
export function fetchThrough(gate: () => FetchGate, cluster: Cluster): void {
  const findBroker = cluster.findBroker.bind(cluster);
  cluster.findBroker = async (node) => {
    const asked = new Map(gate().runs());
    const broker = await findBroker(node);
    const fetch = (request: FetchRequest) => fetchWhatFits(gate(), asked, broker, request);
    return Object.create(broker, { fetch: { value: fetch } });
  };
}

async function fetchWhatFits(
  gate: FetchGate,
  asked: ReadonlyMap<number, PartitionRun>,
  broker: Broker,
  request: FetchRequest,
): Promise<FetchAnswer> {
  gate.check();
  const isCurrent = (partition: number) => asked.get(partition) === gate.runs().get(partition);
  const inHand = new Map([...asked].map(([partition, run]) => [partition, run.inHandBytes]));
  const bounded = gate.room.begin(request, inHand);
  if (bounded === undefined) {
    await pause(FULL_WAIT_MS);
    return NOTHING;
  }
  let answer: FetchAnswer | undefined;
  const fetching = unpackWithin(bounded.budget, () => broker.fetch(bounded.request)).then(
    (answered: FetchAnswer) => {
      answer = answered;
    },
  );
  try {
    await untilEnd(fetching, gate.hurry);
  } catch (error) {
    // To kafkajs an error speaks of the present assignment: of its offsets, or of leaders that it has joined for already.
    gate.check();
    if ([...asked.keys()].every(isCurrent)) throw error;
    return NOTHING;
  }
  gate.check();
  if (answer === undefined) return NOTHING;
  const taken = gate.room.end(answer, bounded, isCurrent);
  for (const { partitions } of taken.responses) {
    for (const { partition, messages } of partitions) fetchedFor.set(messages, asked.get(partition)!);
  }
  return taken;
}

/** By the array in which kafkajs carries what was fetched: it can join between two batches of one answer. */
const fetchedFor = new WeakMap<object, PartitionRun>();

/** The run that this was fetched for; it may have ended. */
export function runOf(batch: Batch): PartitionRun | undefined {
  return fetchedFor.get((batch as Batch & { rawMessages: object }).rawMessages);
}
