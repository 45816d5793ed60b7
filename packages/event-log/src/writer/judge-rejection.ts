/**
 * What follows from a rejected send: a pure decision. kafkajs tells one error for a whole send, not which of its
 * partitions it is about, so batches that travelled together are tried again apart, each with the same records, and
 * only a batch that fails alone tells on its partition.
 */
import type { KafkaFault } from '../translate-kafka-error.ts';
import type { Batch } from './form-batches.ts';

export type Judgement<R> = {
  /** Each to be sent alone, on one partition. */
  readonly apart: readonly (readonly R[])[];
  /** Requests that the broker says are too large even alone. */
  readonly tooLarge: readonly R[];
  /** What to avoid for a while: nothing, the partition, or all that its broker leads. */
  readonly avoid: 'nothing' | 'partition' | 'leader';
};

/** The topic's limit was lowered since it was read, or a segment is smaller than a batch. */
const TOO_LARGE = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];

/** The producer's own state is out of step with the broker's; the partition is well. */
const PRODUCER_STATE = [
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'INVALID_PRODUCER_EPOCH',
  'UNKNOWN_PRODUCER_ID',
];

/** @param fault undefined when the answer of a successful send did not name the partition */
export function judgeRejection<R>(batches: readonly Batch<R>[], fault: KafkaFault | undefined): Judgement<R> {
  const type = fault?.type;
  if (type !== undefined && TOO_LARGE.includes(type)) {
    const requests = batches.flatMap((batch) => batch.requests);
    if (requests.length === 1) return { apart: [], tooLarge: requests, avoid: 'nothing' };
    return { apart: requests.map((request) => [request]), tooLarge: [], avoid: 'nothing' };
  }
  return {
    apart: batches.map((batch) => batch.requests),
    tooLarge: [],
    avoid: whatToAvoid(batches.length, fault),
  };
}

function whatToAvoid(batchCount: number, fault: KafkaFault | undefined): Judgement<never>['avoid'] {
  if (fault === undefined) return 'nothing';
  // No answer: the broker or the way to it is at fault, and so all that it leads.
  if (fault.type === undefined) return 'leader';
  if (PRODUCER_STATE.includes(fault.type)) return 'nothing';
  return batchCount === 1 ? 'partition' : 'nothing';
}
