import { expect, it } from 'vitest';
import { EVENTS_TOPIC, QUARANTINE_TOPIC, topicSettings, weaknessesOf } from './topic-contract.ts';
import type { TopicView } from './topic-view.ts';

function view(settings: Record<string, string> = {}, replicas = 3, partitions = 12): TopicView {
  return {
    partitions: Array.from({ length: partitions }, (_, id) => ({ id, leader: 1, replicas })),
    settings: new Map(Object.entries({ ...topicSettings(EVENTS_TOPIC), ...settings })),
    maxMessageBytes: 0,
  };
}

it('finds nothing weak in a topic made as its contract says', () => {
  expect(weaknessesOf(view(), EVENTS_TOPIC)).toEqual([]);
});

it('takes more than the contract as no weakness', () => {
  const more = view({ 'retention.ms': '-1', 'max.message.bytes': '33554432' }, 5, 48);
  expect(weaknessesOf(more, EVENTS_TOPIC)).toEqual([]);
});

it.each([
  [view({}, 2), 'replication factor is 2, not 3'],
  [view({}, 3, 11), 'partitions is 11, not 12'],
  [view({ 'min.insync.replicas': '1' }), 'min.insync.replicas is 1, not 2'],
  [view({ 'unclean.leader.election.enable': 'true' }), 'unclean.leader.election.enable is true, not false'],
  [view({ 'cleanup.policy': 'compact' }), 'cleanup.policy is compact, not delete'],
  [view({ 'retention.ms': '86400000' }), 'retention.ms is 86400000, not 2592000000'],
  [view({ 'retention.bytes': '1000' }), 'retention.bytes is 1000, not -1'],
  [view({ 'max.message.bytes': '1048588' }), 'max.message.bytes is 1048588, not 16777216'],
  [
    view({ 'message.timestamp.type': 'CreateTime' }),
    'message.timestamp.type is CreateTime, not LogAppendTime',
  ],
  [view({ 'compression.type': 'lz4' }), 'compression.type is lz4, which is not read here'],
])('names what is weaker: %#', (weak, weakness) => {
  expect(weaknessesOf(weak, EVENTS_TOPIC)).toEqual([weakness]);
});

it('keeps the quarantine for ever', () => {
  expect(weaknessesOf(view(), QUARANTINE_TOPIC)).toContain('retention.ms is 2592000000, not Infinity');
});
