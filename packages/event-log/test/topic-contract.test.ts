import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { EVENTS_TOPIC, ensureTopic } from '../src/index.ts';
import { viewTopic, withAdmin } from '../src/topic-view.ts';
import { connection, newTopic, quiet } from './broker.ts';

const strong = (name: string) => ({ ...EVENTS_TOPIC, name, replicationFactor: 1, minInsyncReplicas: 1 });

it('creates a topic as its contract says, and finds nothing weak in it', async () => {
  const topic = await newTopic({ partitions: 5 });
  expect(await ensureTopic(connection, { ...strong(topic), partitions: 5 }, { allowWeak: false })).toEqual({
    partitions: 5,
    maxMessageBytes: 16 * 1024 * 1024,
    weaknesses: [],
  });
  const { settings } = await withAdmin(connection, quiet, 'look', (admin) => viewTopic(admin, topic));
  expect(settings.get('unclean.leader.election.enable')).toBe('false');
  expect(settings.get('message.timestamp.type')).toBe('LogAppendTime');
});

it('refuses a topic that is weaker, and names each weakness', async () => {
  const topic = await newTopic({ partitions: 2, retentionMs: 60_000 });
  await expect(ensureTopic(connection, strong(topic), { allowWeak: false })).rejects.toMatchObject({
    code: 'weak-topic',
    retryable: false,
    message: `topic ${topic}: partitions is 2, not 12; retention.ms is 60000, not 2592000000`,
  });
  const ensured = await ensureTopic(connection, strong(topic), { allowWeak: true });
  expect(ensured.weaknesses).toHaveLength(2);
});

it('creates no topic with fewer copies than promised', async () => {
  const name = `test.${randomUUID()}`;
  const contract = { ...EVENTS_TOPIC, name, replicationFactor: 9 };
  await expect(ensureTopic(connection, contract, { allowWeak: false })).rejects.toMatchObject({
    code: 'weak-topic',
  });
  const topics = await withAdmin(connection, quiet, 'list', (admin) => admin.listTopics());
  expect(topics).not.toContain(name);
});

it('lets several services create the same topic at the same moment', async () => {
  const topic = await newTopic();
  const all = Array.from({ length: 4 }, () =>
    ensureTopic(connection, { ...strong(topic), partitions: 3 }, { allowWeak: false }),
  );
  expect((await Promise.all(all)).map(({ partitions }) => partitions)).toEqual([3, 3, 3, 3]);
});

it('says that Kafka is unreachable', async () => {
  const nowhere = { ...connection, brokers: ['127.0.0.1:1'] };
  await expect(ensureTopic(nowhere, EVENTS_TOPIC, { allowWeak: true })).rejects.toMatchObject({
    code: 'unreachable',
    retryable: true,
  });
});
