/** Something happens to the topic itself: partitions are added, records are deleted unread, a partition has no leader. */
import { topicRecords } from '@auditbox/e2e';
import { EVENTS_TOPIC, QUARANTINE_TOPIC } from '@auditbox/event-log';
import type { Fault } from '../fault.ts';
import type { Stage } from '../stage.ts';
import { pause, waitUntil } from '../wait-until.ts';

const PARTITIONS_ADDED = 4;
const FIRST_BROKER = 1;
const SECOND_BROKER = 2;
const PARTITIONS = 12;
/** That lose their leader. */
const ORPHANS = 2;
const NOBODY = -1;
const LEADERLESS_MS_MAX = 30_000;
/** Records of a partition that are there unread before some are deleted. */
const UNREAD_MIN = 5n;
const UNREAD_MS_MAX = 120_000;
const SHOUT_MS_MAX = 120_000;
const LOSS_SAID = 'records were lost before they were read';

const topicOf = ({ environment }: Pick<Stage, 'environment'>): string => environment.AUDITBOX_EVENTS_TOPIC!;

export const KAFKA_TOPIC_FAULTS = {
  'partitions-added': {
    touches: ['topic'],
    run: async (stage) => {
      const { admin } = stage.backends;
      // Kafka may be away in a mix; who adds partitions tries again.
      await waitUntil(
        'partitions are added',
        async () => {
          const { size } = await admin.leaders(topicOf(stage));
          if (size === PARTITIONS) await admin.growTopic(topicOf(stage), PARTITIONS + PARTITIONS_ADDED);
          return size > PARTITIONS;
        },
        UNREAD_MS_MAX,
      );
      await waitUntil(
        'an event is in a partition that was added',
        async () =>
          [...(await admin.bounds(topicOf(stage)))].some(([id, { end }]) => id >= PARTITIONS && end > 0n),
        UNREAD_MS_MAX,
      );
    },
  },
  /** A second broker that leads some of the partitions, alone, is stopped and comes back. */
  'partition-without-leader': {
    touches: ['topic', 'kafka'],
    lasts: { aloneMs: 8_000, mixedMs: [2_000, 8_000] },
    prepare: async ({ backends, environment, defer }) => {
      await backends.secondBroker.start();
      defer(() => backends.secondBroker.stop());
      const leaders = Array.from({ length: PARTITIONS }, (_, partition) =>
        partition < ORPHANS ? SECOND_BROKER : FIRST_BROKER,
      );
      await backends.admin.createTopic(topicOf({ environment }), leaders, EVENTS_TOPIC.maxMessageBytes);
      await backends.admin.createTopic(
        environment.AUDITBOX_QUARANTINE_TOPIC!,
        leaders.map(() => FIRST_BROKER),
        QUARANTINE_TOPIC.maxMessageBytes,
      );
    },
    run: async (stage, { forMs }) => {
      const { admin, secondBroker } = stage.backends;
      try {
        await secondBroker.stop();
        await waitUntil(
          'partitions have no leader',
          async () =>
            [...(await admin.leaders(topicOf(stage)))].filter(([, leader]) => leader === NOBODY).length ===
            ORPHANS,
          LEADERLESS_MS_MAX,
        );
        await pause(forMs);
      } finally {
        await secondBroker.start();
      }
    },
  },
  /**
   * With no indexer there, the log deletes records of one partition that nobody has read: its partition has to stop and
   * say so, while the others go on; acknowledged, it goes on too. What is lost is what was deleted, and nothing else.
   */
  'kafka-retention': {
    touches: ['topic', 'indexer', 'kafka', 'elasticsearch'],
    isAlone: true,
    explains: [LOSS_SAID],
    run: async (stage, { which }) => {
      const { admin } = stage.backends;
      const topic = topicOf(stage);
      await waitUntil(
        'offsets are committed everywhere',
        async () => (await committedOf(stage)).size === PARTITIONS,
        UNREAD_MS_MAX,
      );
      await Promise.all(stage.indexers.map((indexer) => indexer.stop()));
      const committed = await committedOf(stage);
      const partition = which % PARTITIONS;
      const from = committed.get(partition)!;
      await waitUntil(
        'records wait to be read',
        async () => (await admin.bounds(topic)).get(partition)!.end >= from + UNREAD_MIN,
        UNREAD_MS_MAX,
      );
      const deletedTo = from + UNREAD_MIN - 1n;
      const records = await topicRecords(stage.environment, topic);
      await admin.deleteRecords(topic, partition, deletedTo);
      const isDeleted = (record: (typeof records)[number]): boolean =>
        record.partition === partition && record.offset >= from && record.offset < deletedTo;
      for (const { partition: of, offset, key } of records)
        if (of === partition && offset < from) stage.expected.forgotten.add(key ?? '');
      // What is in the log a second time is not lost.
      const kept = new Set(records.filter((record) => !isDeleted(record)).map(({ key }) => key));
      for (const record of records)
        if (isDeleted(record) && !kept.has(record.key)) stage.expected.deleted.add(record.key ?? '');

      for (const indexer of stage.indexers) indexer.start();
      await waitUntil(
        'the indexer that has the partition is not ready for data-loss',
        async () => {
          const readiness = await Promise.all(stage.indexers.map((indexer) => indexer.readiness()));
          return readiness.some((seen) => seen?.status === 503 && seen.checks.kafka === 'data-loss');
        },
        SHOUT_MS_MAX,
      );
      const place = `${topic}/${partition}@${from}`;
      await waitUntil(
        'the loss is logged as an ERROR',
        () =>
          stage.indexers.some((indexer) => indexer.said('error').some((said) => said.includes(LOSS_SAID))),
        SHOUT_MS_MAX,
      );
      await waitUntil(
        'the other partitions go on',
        async () => {
          const [now, bounds] = await Promise.all([committedOf(stage), admin.bounds(topic)]);
          const stuck = [...now].filter(([id, offset]) => id !== partition && offset <= committed.get(id)!);
          return stuck.every(([id]) => bounds.get(id)!.end <= committed.get(id)!);
        },
        SHOUT_MS_MAX,
      );
      if ((await committedOf(stage)).get(partition) !== from)
        throw new Error('the partition went on before its loss was acknowledged');
      for (const indexer of stage.indexers) indexer.set({ AUDITBOX_ACKNOWLEDGE_DATA_LOSS: place });
      await Promise.all(stage.indexers.map((indexer) => indexer.stop()));
      for (const indexer of stage.indexers) indexer.start();
    },
  },
} as const satisfies Record<string, Fault>;

/** Of the indexers' group: its name begins as it is set, and says the projection too. */
async function committedOf(stage: Stage): Promise<ReadonlyMap<number, bigint>> {
  const { admin } = stage.backends;
  const base = stage.environment.AUDITBOX_INDEXER_GROUP!;
  const group = (await admin.groups(base)).find((name) => name !== `${base}-quarantine`);
  return group === undefined ? new Map() : await admin.committed(group, topicOf(stage));
}
