/**
 * Who reads which partition: kafkajs's round robin for now; a sticky one comes here. kafkajs asks it for its protocol
 * exactly when a member begins to join, which is the only word it gives before the partitions change hands.
 */
import type { PartitionAssigner } from 'kafkajs';
import { PartitionAssigners } from '../kafkajs.ts';

export function assignerThatTells(onJoinBegins: () => void): PartitionAssigner {
  return (config) => {
    const roundRobin = PartitionAssigners.roundRobin(config);
    return {
      ...roundRobin,
      protocol(subscription) {
        onJoinBegins();
        return roundRobin.protocol(subscription);
      },
    };
  };
}
