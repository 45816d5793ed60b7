/** Waits until the indexer has committed what is verified, of events and then of quarantine. */
import { setTimeout as pause } from 'node:timers/promises';
import { committedOffsets, type KafkaConnection, logBounds, type PartitionRange } from '@auditbox/event-log';
import type { IndexerGroups } from './options.ts';

const LOOK_AGAIN_MS = 500;

type Waiting = {
  readonly eventsTopic: string;
  /** What is verified of it. */
  readonly ranges: readonly PartitionRange[];
  /** All that it has when the events are committed: where the indexer put what it could not index. */
  readonly quarantineTopic: string;
  readonly groups: IndexerGroups;
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
};

/** Resolves when that is so, or when `waitMs` have passed: what is not committed by then is reported as waiting. */
export async function untilCommitted(
  kafka: KafkaConnection,
  { eventsTopic, ranges, quarantineTopic, groups, waitMs, signal }: Waiting,
): Promise<void> {
  const deadlineMs = performance.now() + waitMs;
  const committing = async (topic: string, group: string, ends: readonly PartitionRange[]) => {
    while (performance.now() < deadlineMs) {
      const committed = await committedOffsets(kafka, topic, group);
      if (areCommitted(ends, committed)) return;
      await pause(LOOK_AGAIN_MS, undefined, { ...(signal && { signal }) });
    }
  };
  await committing(eventsTopic, groups.events, ranges);
  await committing(quarantineTopic, groups.quarantine, await logBounds(kafka, quarantineTopic));
}

function areCommitted(ends: readonly PartitionRange[], committed: ReadonlyMap<number, bigint>): boolean {
  return ends.every(
    ({ partition, start, end }) => start === end || (committed.get(partition) ?? start) >= end,
  );
}
