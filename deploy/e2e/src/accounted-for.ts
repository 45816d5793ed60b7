/** Holds what clients were answered against what is stored: nothing lost, nothing doubled, nothing that nobody sent. */
import { keyOf } from './generated-events.ts';
import type { Attempt } from './load-senders.ts';
import type { Stored } from './stored-events.ts';

export type Account = {
  /** Ids that were answered 201 and are not found. */
  readonly lost: readonly string[];
  /** Keys that are found more than once. */
  readonly doubled: readonly string[];
  /** Keys that are found and that nobody sent. */
  readonly invented: readonly string[];
};

/** What a store without faults gives. */
export const ALL_ACCOUNTED_FOR: Account = { lost: [], doubled: [], invented: [] };

export function accountOf(attempts: readonly Attempt[], { events }: Stored): Account {
  const ids = new Set(events.map(({ id }) => id));
  const sent = new Set(attempts.flatMap(({ keys }) => keys));
  const found = new Map<string, number>();
  for (const event of events) found.set(keyOf(event), (found.get(keyOf(event)) ?? 0) + 1);
  return {
    lost: attempts.flatMap((attempt) => attempt.ids).filter((id) => !ids.has(id)),
    doubled: [...found].filter(([, times]) => times > 1).map(([key]) => key),
    invented: [...found.keys()].filter((key) => !sent.has(key)),
  };
}
