import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { KafkaFault } from '../translate-kafka-error.ts';
import { judgeRejection } from './judge-rejection.ts';

const batch = (partition: number, ...requests: string[]) => ({ partition, requests, bytes: 1, records: 1 });
const answer = (type: string): KafkaFault => ({ name: 'KafkaJSProtocolError', type });
const lostAnswer: KafkaFault = { name: 'KafkaJSConnectionClosedError', type: undefined };

it('loses and doubles no request, whatever the fault', () => {
  const faults = ['NOT_ENOUGH_REPLICAS', 'MESSAGE_TOO_LARGE', 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN'];
  const fault = fc.constantFrom(undefined, lostAnswer, ...faults.map(answer));
  const groups = fc.array(fc.array(fc.uuid(), { minLength: 1 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(groups, fault, (requests, why) => {
      const batches = requests.map((group, partition) => batch(partition, ...group));
      const { apart, tooLarge } = judgeRejection(batches, why);
      expect([...apart.flat(), ...tooLarge].sort()).toEqual(requests.flat().sort());
    }),
  );
});

it('tries partitions that travelled together apart, and suspects none of them', () => {
  const judgement = judgeRejection([batch(1, 'a', 'b'), batch(2, 'c')], answer('NOT_ENOUGH_REPLICAS'));
  expect(judgement).toEqual({ apart: [['a', 'b'], ['c']], tooLarge: [], avoid: 'nothing' });
});

it('avoids a partition that fails alone', () => {
  expect(judgeRejection([batch(1, 'a')], answer('KAFKA_STORAGE_ERROR')).avoid).toBe('partition');
});

it('avoids all that a broker leads when it does not answer', () => {
  expect(judgeRejection([batch(1, 'a'), batch(2, 'b')], lostAnswer).avoid).toBe('leader');
});

it('does not blame a partition for the state of the producer', () => {
  expect(judgeRejection([batch(1, 'a')], answer('OUT_OF_ORDER_SEQUENCE_NUMBER')).avoid).toBe('nothing');
});

it('finds the one request that is too large, without failing the others', () => {
  const together = judgeRejection([batch(1, 'a', 'b')], answer('MESSAGE_TOO_LARGE'));
  expect(together).toEqual({ apart: [['a'], ['b']], tooLarge: [], avoid: 'nothing' });
  expect(judgeRejection([batch(1, 'a')], answer('MESSAGE_TOO_LARGE')).tooLarge).toEqual(['a']);
});
