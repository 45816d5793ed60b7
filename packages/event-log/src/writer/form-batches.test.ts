import fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchBytes } from '../record-batch-size.ts';
import { formBatches } from './form-batches.ts';

const limits = { batchBytesMax: 2_000, batchBytesTarget: 1_000, sendBytesMax: 4_000 };
const request = (...bodies: number[]) => ({ bodies });

/** Requests as the writer accepts them: none alone over the limit. */
const acceptable = fc
  .array(fc.nat(400), { minLength: 1, maxLength: 6 })
  .map((bodies) => ({ bodies }))
  .filter(({ bodies }) => batchBytes(bodies) <= limits.batchBytesMax);

it('keeps every request whole and in order, and every batch and send within its limit', () => {
  fc.assert(
    fc.property(
      fc.array(acceptable, { minLength: 1, maxLength: 60 }),
      fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 5 }),
      (requests, partitions) => {
        const batches = formBatches(requests, partitions, limits);
        const taken = batches.flatMap((batch) => batch.requests);
        expect(taken).toEqual(requests.slice(0, taken.length));
        expect(taken.length).toBeGreaterThan(0);
        expect(batches.map(({ partition }) => partition)).toEqual(partitions.slice(0, batches.length));
        for (const batch of batches) {
          expect(batch.bytes).toBe(batchBytes(batch.requests.flatMap(({ bodies }) => bodies)));
          expect(batch.bytes).toBeLessThanOrEqual(limits.batchBytesMax);
          expect(batch.records).toBe(batch.requests.reduce((sum, { bodies }) => sum + bodies.length, 0));
        }
        const sendBytes = batches.reduce((sum, { bytes }) => sum + bytes, 0);
        expect(sendBytes).toBeLessThanOrEqual(limits.sendBytesMax);
      },
    ),
  );
});

it('takes everything that fits into one batch below the target', () => {
  const requests = [request(100), request(100, 100), request(300)];
  expect(formBatches(requests, [7, 8], limits)).toMatchObject([{ partition: 7, requests, records: 4 }]);
});

it('fills a batch to the limit to the byte, and opens the next one for a byte more', () => {
  const room = limits.batchBytesMax - batchBytes([900]);
  // A record is its body, 1 byte for its place and 2 for its length.
  const fits = request(room - 3);
  const over = request(room - 2);
  expect(formBatches([request(900), fits], [1, 2], limits)).toMatchObject([{ bytes: limits.batchBytesMax }]);
  expect(formBatches([request(900), over], [1, 2], limits)).toHaveLength(2);
});

it('takes one request that alone is over what a send may carry, and only that', () => {
  const batches = formBatches([request(1_500), request(10)], [1, 2], { ...limits, sendBytesMax: 500 });
  expect(batches).toMatchObject([{ partition: 1, records: 1 }]);
});
