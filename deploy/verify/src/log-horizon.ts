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

/**
 * Milliseconds since 1970, the clocks' difference included; -Infinity where nothing was ever deleted, Infinity where anything
 * may have been.
 */
export async function logHorizonMs({ kafka, eventsTopic: topic, signal }: Log): Promise<number> {
  let horizonMs = Number.NEGATIVE_INFINITY;
  for (const { partition, start, end } of await logBounds(kafka, topic)) {
    if (start === 0n) continue;
    const ranges = [{ partition, start, end }];
    // What is before the first record that is left is not younger than it.
    let beginsMs: number | undefined;
    for await (const { records } of readLog(kafka, { topic, ranges, ...(signal && { signal }) })) {
      beginsMs = records[0]?.timestampMs;
      if (beginsMs !== undefined) break;
    }
    horizonMs = Math.max(horizonMs, beginsMs ?? (await emptiedMs(kafka, topic)));
  }
  return horizonMs + CLOCKS_APART_MS;
}

/** A partition that has nothing left has lost what its retention let it lose: age alone deletes. */
async function emptiedMs(kafka: KafkaConnection, topic: string): Promise<number> {
  const keptMs = await retentionMs(kafka, topic);
  return keptMs === undefined ? Number.POSITIVE_INFINITY : Date.now() - keptMs;
}
