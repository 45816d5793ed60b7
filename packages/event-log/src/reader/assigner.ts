/**
 * Who reads which partition, as kafkajs asks it: sticky where all members of the group know that, round robin beside
 * one that does not (Kafka takes what all support, so a rolling upgrade goes through without a stop). kafkajs lets an
 * assigner see its cluster, which it asks for the group's coordinator exactly when a member begins to join: the only
 * moment before the partitions change hands at which it can be made to wait.
 */
import type { PartitionAssigner } from 'kafkajs';
import { AssignerProtocol, PartitionAssigners } from '../kafkajs.ts';
import { type FetchGate, fetchThrough } from './bounded-fetch.ts';
import { type Claim, decodeClaim, encodeClaim } from './claim.ts';
import { assignStickily } from './sticky-assignment.ts';

/** Of the language of claims too: a member that speaks another one must not be taken for one of these. */
const STICKY = 'auditbox-sticky-1';

/** The newest that kafkajs writes; consumers of all versions read it. */
const METADATA_VERSION = 0;

export type AssignerOptions = {
  readonly topic: string;
  /** kafkajs joins when it has resolved, and does not when it rejects. */
  readonly beforeJoin: () => Promise<void>;
  /** What this member had last, asked when it joins. */
  readonly claim: () => Claim;
  /** For the other thing that an assigner is made to do here: it sees the cluster, and all fetches go through that. */
  readonly gate: () => FetchGate;
};

/** In the order of preference. */
export function assignersThatWait(options: AssignerOptions): PartitionAssigner[] {
  return [stickyThatWaits(options), PartitionAssigners.roundRobin];
}

function stickyThatWaits({ topic, beforeJoin, claim, gate }: AssignerOptions): PartitionAssigner {
  return ({ cluster }) => {
    const findGroupCoordinator = cluster.findGroupCoordinator.bind(cluster);
    cluster.findGroupCoordinator = async (group) => {
      await beforeJoin();
      return findGroupCoordinator(group);
    };
    fetchThrough(gate, cluster);
    return {
      name: STICKY,
      version: METADATA_VERSION,
      protocol: ({ topics }) => ({
        name: STICKY,
        metadata: AssignerProtocol.MemberMetadata.encode({
          version: METADATA_VERSION,
          topics,
          userData: encodeClaim(claim()),
        }),
      }),
      async assign({ members }) {
        const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
        const claiming = members.map(({ memberId, memberMetadata }) => ({
          id: memberId,
          claim: decodeClaim(AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData),
        }));
        return [...assignStickily(partitions, claiming)].map(([memberId, share]) => ({
          memberId,
          memberAssignment: AssignerProtocol.MemberAssignment.encode({
            version: METADATA_VERSION,
            assignment: { [topic]: share },
            userData: Buffer.alloc(0),
          }),
        }));
      },
    };
  };
}
