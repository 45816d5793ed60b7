/**
 * The judge of the fault tests: what is stored, once everything that is in the topic has been indexed. The topic is
 * read to its end first, so that what is absent is known to be absent and not just late.
 */
import { randomUUID } from 'node:crypto';
import { type ReceivedRecord, startLogReader } from '@auditbox/event-log';
import { type Resource, search, total } from './client.ts';
import { eventually } from './eventually.ts';
import type { Environment } from './pipeline.ts';

const PAGE_EVENTS = 1000;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export type Stored = {
  /** Every event that a search for the tag of a sender finds, once for each time that it is found. */
  readonly events: readonly Resource[];
  /** Records in the topic: more than events where something was sent again. */
  readonly records: number;
};

/** Waits until the store holds each id of the topic, and gives what it holds of these senders. */
export async function storedEvents(
  url: string,
  environment: Environment,
  senders: readonly string[],
): Promise<Stored> {
  const ids = await topicIds(environment);
  const distinct = new Set(ids).size;
  await eventually(
    'the store holds what the topic holds',
    () => total(url),
    (found) => found === distinct,
    60_000,
  );
  const events: Resource[] = [];
  for (const sender of senders) events.push(...(await foundOf(url, sender)));
  return { events, records: ids.length };
}

/** All that a search for this tag finds, page by page. */
async function foundOf(url: string, tag: string): Promise<readonly Resource[]> {
  const found: Resource[] = [];
  let query: string | undefined = `_tag=${tag}&_count=${PAGE_EVENTS}`;
  while (query !== undefined) {
    const { entry = [], link = [] } = await search(url, query);
    found.push(...entry.map(({ resource }) => resource));
    const next = link.find(({ relation }) => relation === 'next');
    query = next && new URL(next.url).search.slice(1);
  }
  return found;
}

/** The ids of the events topic's records, to its end. */
async function topicIds(environment: Environment): Promise<readonly string[]> {
  const records = await topicRecords(environment, environment.AUDITBOX_EVENTS_TOPIC ?? '');
  return records.map(({ key }) => key ?? '');
}

/** The records of a topic, to its end: what is not among them was never written. */
export async function topicRecords(
  environment: Environment,
  topic: string,
): Promise<readonly ReceivedRecord[]> {
  const received: ReceivedRecord[] = [];
  const kafka = { brokers: (environment.KAFKA_BROKERS ?? '').split(','), clientId: 'judge' };
  await using reader = await startLogReader(kafka, {
    topic,
    groupId: `judge-${randomUUID()}`,
    logger: silent,
    onFatal: (error) => {
      throw error;
    },
    process: async ({ records, confirm }) => {
      for (const record of records) {
        received.push(record);
        confirm(record.offset);
      }
    },
  });
  await eventually(
    'the topic is read to its end',
    async () => (await reader.lag()).map(({ records }) => Number(records)),
    (lag) => lag.length > 0 && lag.every((records) => records === 0),
    60_000,
  );
  return received;
}
