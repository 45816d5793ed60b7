/**
 * Who reads which partition: kafkajs's round robin for now; a sticky one comes here. kafkajs lets an assigner see its
 * cluster, which it asks for the group's coordinator exactly when a member begins to join: the only moment before the
 * partitions change hands at which it can be made to wait.
 */
import type { PartitionAssigner } from 'kafkajs';
import { PartitionAssigners } from '../kafkajs.ts';

/** @param beforeJoin kafkajs joins when it has resolved, and does not when it rejects */
export function assignerThatWaits(beforeJoin: () => Promise<void>): PartitionAssigner {
  return (config) => {
    const { cluster } = config;
    const findGroupCoordinator = cluster.findGroupCoordinator.bind(cluster);
    cluster.findGroupCoordinator = async (group) => {
      await beforeJoin();
      return findGroupCoordinator(group);
    };
    return PartitionAssigners.roundRobin(config);
  };
}
