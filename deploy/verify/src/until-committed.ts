/** Waits until the indexer has committed all that the log has at this moment, of events and then of quarantine. */
import { setTimeout as pause } from 'node:timers/promises';
import { committedOffsets, type KafkaConnection, logBounds } from '@auditbox/event-log';
import type { IndexerGroups } from './options.ts';

const LOOK_AGAIN_MS = 500;

type Waiting = {
  readonly eventsTopic: string;
  readonly quarantineTopic: string;
  readonly groups: IndexerGroups;
  readonly waitMs: number;
};

/**
 * Resolves when that is so, or when `waitMs` have passed: what is not committed by then is reported as waiting. Gives the
 * ends of the log of events up to which it waited, by partition.
 */
export async function untilCommitted(
  kafka: KafkaConnection,
  { eventsTopic, quarantineTopic, groups, waitMs }: Waiting,
): Promise<ReadonlyMap<number, bigint>> {
  const deadlineMs = performance.now() + waitMs;
  const until = new Map<number, bigint>();
  for (const [topic, group] of [
    [eventsTopic, groups.events],
    [quarantineTopic, groups.quarantine],
  ] as const) {
    const ends = await logBounds(kafka, topic);
    if (topic === eventsTopic) for (const { partition, end } of ends) until.set(partition, end);
    while (performance.now() < deadlineMs) {
      const committed = await committedOffsets(kafka, topic, group);
      const isDone = ends.every(
        ({ partition, start, end }) => start === end || (committed.get(partition) ?? start) >= end,
      );
      if (isDone) break;
      await pause(LOOK_AGAIN_MS);
    }
  }
  return until;
}
