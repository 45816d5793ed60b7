import { eventId } from '@auditbox/fhir-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IdTable } from './id-table.ts';

/** Few milliseconds and few last bytes, so that ids meet at the same place. */
const idArbitrary = fc
  .tuple(fc.nat({ max: 3 }), fc.uint8Array({ minLength: 10, maxLength: 10, max: 3 }))
  .map(([ms, rest]) => eventId(ms, rest));

it('knows of each id what a map would', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(idArbitrary, fc.integer({ min: 1, max: 7 })), { maxLength: 5_000 }),
      fc.array(idArbitrary),
      (marks, others) => {
        const table = new IdTable();
        const known = new Map<string, number>();
        for (const [id, bits] of marks) {
          expect(table.mark(id, bits)).toBe(known.get(id) ?? 0);
          known.set(id, (known.get(id) ?? 0) | bits);
        }
        for (const id of [...known.keys(), ...others]) expect(table.get(id)).toBe(known.get(id) ?? 0);
        expect(table.size).toBe(known.size);
      },
    ),
    { numRuns: 30 },
  );
});

it('holds a hundred thousand ids in 17 bytes a place', () => {
  const table = new IdTable();
  const bytes = Buffer.alloc(10);
  for (let n = 0; n < 100_000; n++) {
    bytes.writeUInt32BE(n, 6);
    table.mark(eventId(n, bytes), 1);
  }
  expect(table.size).toBe(100_000);
  expect(table.bytes).toBe(17 * 2 ** 18);
});
