import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OffsetLedger } from './offset-ledger.ts';

it('has its head exactly behind the last record of the confirmed beginning', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 40 });
  const scenario = gaps.chain((steps) => {
    let offset = 100n;
    const offsets = steps.map((step) => {
      offset += BigInt(step);
      return offset;
    });
    return fc.tuple(fc.constant(offsets), fc.shuffledSubarray(offsets), fc.nat(offsets.length));
  });
  fc.assert(
    fc.property(scenario, ([offsets, confirmed, deliveredLate]) => {
      const ledger = new OffsetLedger();
      const early = offsets.slice(0, offsets.length - deliveredLate);
      const isEarly = (offset: bigint) => early.includes(offset);
      for (const offset of early) ledger.deliver(offset);
      for (const offset of confirmed.filter(isEarly)) ledger.confirm(offset);
      for (const offset of offsets.slice(early.length)) ledger.deliver(offset);
      for (const offset of confirmed.filter((late) => !isEarly(late))) ledger.confirm(offset);

      const firstOpen = offsets.findIndex((offset) => !confirmed.includes(offset));
      const beginning = firstOpen === -1 ? offsets : offsets.slice(0, firstOpen);
      const last = beginning.at(-1);
      expect(ledger.head).toBe(last === undefined ? undefined : last + 1n);
      expect(ledger.outstanding).toBe(offsets.length - confirmed.length);
    }),
  );
});

it('takes a confirmation twice as once, also under the head', () => {
  const ledger = new OffsetLedger();
  for (const offset of [5n, 6n, 7n]) ledger.deliver(offset);
  ledger.confirm(6n);
  ledger.confirm(6n);
  ledger.confirm(5n);
  ledger.confirm(5n);
  expect([ledger.head, ledger.outstanding]).toEqual([7n, 1]);
});

it('refuses what was never delivered, and a delivery that goes back', () => {
  const ledger = new OffsetLedger();
  ledger.deliver(5n);
  expect(() => ledger.confirm(4n)).toThrow(/only what was delivered/);
  expect(() => ledger.confirm(6n)).toThrow(/only what was delivered/);
  expect(() => ledger.deliver(5n)).toThrow(/order of the log/);
});
