/**
 * What quarantine has of the log of events, by the place of the record: the whole topic is read, values are hashed and let
 * go. An item takes some 300 bytes here; quarantine is for exceptions.
 */
import { createHash } from 'node:crypto';
import { type KafkaConnection, type PartitionRange, readLog } from '@auditbox/event-log';
import { decodeQuarantine, decodeRelease, type QuarantineReason } from '@auditbox/fhir-core';

export type LoggedItem = {
  readonly id: string;
  readonly reason: QuarantineReason;
  /** What the item says is the SHA-256 of its record's value. */
  readonly sha256: string;
  /** Whether its own value is what it says; undefined where that was left out. */
  readonly isWhole: boolean | undefined;
  /** Its place in quarantine. */
  readonly place: string;
};

export type Quarantine = {
  /** Of the log of events, by `partition@offset`; of one that was written twice, the last. */
  readonly byPlace: Map<string, LoggedItem>;
  /** Another item of a place that has one already: a record is one item, however often it is delivered. */
  readonly rivals: readonly (readonly [key: string, item: LoggedItem])[];
  /** The ids of items that were released. */
  readonly released: Set<string>;
  /** All items by their id, whoever could not take them: their places in quarantine. */
  readonly places: Map<string, { readonly partition: number; readonly offset: bigint }>;
  readonly records: number;
};

export function placeText(topic: string, partition: number, offset: bigint | string): string {
  return `${topic}/${partition}@${offset}`;
}

export async function readQuarantine(
  kafka: KafkaConnection,
  topic: string,
  ranges: readonly PartitionRange[],
  { eventsTopic, onRecords, signal }: QuarantineOptions,
): Promise<Quarantine> {
  const byPlace = new Map<string, LoggedItem>();
  const rivals: [string, LoggedItem][] = [];
  const places: Quarantine['places'] = new Map();
  const released = new Set<string>();
  let count = 0;
  for await (const { records } of readLog(kafka, { topic, ranges, ...(signal && { signal }) })) {
    for (const record of records) {
      const { partition, offset, headers } = record;
      const sha256 = sha256Of(record.value ?? Buffer.alloc(0));
      const item = decodeQuarantine(headers, { sha256, timestampMs: record.timestampMs });
      if (item === undefined) {
        const release = decodeRelease(headers);
        if (release !== undefined) released.add(release.id);
        continue;
      }
      places.set(item.id, { partition, offset });
      if (item.log?.topic !== eventsTopic) continue;
      const key = `${item.log.partition}@${item.log.offset}`;
      const logged = {
        ...{ id: item.id, reason: item.reason, sha256: item.sha256 },
        isWhole: item.omittedBytes === undefined ? item.sha256 === sha256 : undefined,
        place: placeText(topic, partition, offset),
      };
      if ((byPlace.get(key)?.id ?? item.id) === item.id) byPlace.set(key, logged);
      else rivals.push([key, logged]);
    }
    count += records.length;
    onRecords(count);
  }
  return { byPlace, rivals, released, places, records: count };
}

type QuarantineOptions = {
  readonly eventsTopic: string;
  readonly onRecords: (records: number) => void;
  readonly signal?: AbortSignal | undefined;
};

export function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
