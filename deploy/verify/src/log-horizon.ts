/**
 * Until when the log may have deleted records: what was received after it still has its record. Asked once, when the
 * records have been read.
 */
import { type KafkaConnection, logBounds, readLog, retentionMs } from '@auditbox/event-log';

/**
 * How far the clocks of gateways (a document's `received`) and of brokers (the log's beginning) may be apart: what was
 * received within this of the beginning of a log that has deleted records may have been among them.
 */
export const CLOCKS_APART_MS = 24 * 60 * 60 * 1000;

type Log = { readonly kafka: KafkaConnection; readonly eventsTopic: string; readonly signal?: AbortSignal };

/** Milliseconds since 1970, the clocks' difference included; -Infinity where nothing was ever deleted. */
export type Horizon = {
  /** What was received before this may be gone, as it is to be. */
  readonly goneMs: number;
  /** What was received before this may be gone if somebody deleted it by hand: nobody can tell. */
  readonly doubtfulMs: number;
};

export async function logHorizon({ kafka, eventsTopic: topic, signal }: Log): Promise<Horizon> {
  let goneMs = Number.NEGATIVE_INFINITY;
  let isDoubtful = false;
  for (const { partition, start, end } of await logBounds(kafka, topic)) {
    if (start === 0n) continue;
    const ranges = [{ partition, start, end }];
    // What is before the first record that is left is not younger than it.
    let beginsMs: number | undefined;
    for await (const { records } of readLog(kafka, { topic, ranges, ...(signal && { signal }) })) {
      beginsMs = records[0]?.timestampMs;
      if (beginsMs !== undefined) break;
    }
    isDoubtful ||= beginsMs === undefined;
    goneMs = Math.max(goneMs, beginsMs ?? (await emptiedMs(kafka, topic)));
  }
  goneMs += CLOCKS_APART_MS;
  return { goneMs, doubtfulMs: isDoubtful ? Number.POSITIVE_INFINITY : goneMs };
}

/** A partition that has nothing left has lost what its retention let it lose: of the rest nothing tells. */
async function emptiedMs(kafka: KafkaConnection, topic: string): Promise<number> {
  const keptMs = await retentionMs(kafka, topic);
  return keptMs === undefined ? Number.NEGATIVE_INFINITY : Date.now() - keptMs;
}
