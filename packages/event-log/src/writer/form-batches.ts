/**
 * Which of the waiting requests travel in the next send, and on which partitions: the pure half of the group commit.
 *
 * Every request is whole in one batch, requests keep their order, and no batch is over the topic's limit, counted
 * uncompressed to the byte. Requests that do not fit stay for the next send.
 */
import { batchBytes, recordsBytes } from '../record-batch-size.ts';

export type Batch<R> = {
  readonly partition: number;
  readonly requests: R[];
  bytes: number;
  records: number;
};

export type BatchLimits = {
  /** The topic's max.message.bytes. */
  readonly batchBytesMax: number;
  /** A batch that has this much takes no further request, so that a burst spreads over partitions and readers. */
  readonly batchBytesTarget: number;
  /** All batches of a send together. */
  readonly sendBytesMax: number;
};

/**
 * Takes requests from the front. At least one is taken, because none is alone over `batchBytesMax`: whoever calls
 * has refused those.
 * @param partitions in the order in which they are to be used, at least one
 */
export function formBatches<R extends { readonly bodies: readonly number[] }>(
  requests: Iterable<R>,
  partitions: readonly number[],
  limits: BatchLimits,
): Batch<R>[] {
  const batches: Batch<R>[] = [];
  let sendBytes = 0;
  for (const request of requests) {
    let batch = batches.at(-1);
    let added = batch === undefined ? 0 : recordsBytes(request.bodies, batch.records);
    if (batch === undefined || isFull(batch, added, limits)) {
      const partition = partitions[batches.length];
      added = batchBytes(request.bodies);
      if (partition === undefined || (sendBytes > 0 && sendBytes + added > limits.sendBytesMax)) break;
      batch = { partition, requests: [], bytes: 0, records: 0 };
      batches.push(batch);
    } else if (sendBytes + added > limits.sendBytesMax) {
      break;
    }
    batch.requests.push(request);
    batch.bytes += added;
    batch.records += request.bodies.length;
    sendBytes += added;
  }
  return batches;
}

function isFull(batch: Batch<unknown>, added: number, limits: BatchLimits): boolean {
  return batch.bytes >= limits.batchBytesTarget || batch.bytes + added > limits.batchBytesMax;
}
