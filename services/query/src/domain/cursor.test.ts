import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CursorPage, decodeCursor, encodeCursor } from './cursor.ts';

const long = fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }).map(String));
const term = fc.option(fc.string({ unit: 'binary' }));
const page: fc.Arbitrary<CursorPage> = fc.record(
  {
    from: fc.constantFrom('after', 'before'),
    moment: fc.nat(),
    horizon: fc.maxSafeNat(),
    total: fc.nat(),
    values: fc.tuple(long, term),
  },
  { requiredKeys: ['from', 'moment', 'horizon', 'values'] },
);

describe('a cursor', () => {
  it('says again what it was made of, to its own search alone', () => {
    fc.assert(
      fc.property(page, fc.string(), fc.string(), (made, search, other) => {
        const cursor = encodeCursor(made, search);
        expect(decodeCursor(cursor, search, ['long', 'term'])).toEqual(made);
        if (other !== search) expect(decodeCursor(cursor, other, ['long', 'term'])).toBeUndefined();
      }),
    );
  });

  it('is none once a character of it is another one', () => {
    const cursor = encodeCursor({ from: 'after', moment: 1, horizon: 2, values: [5, 'id'] }, 's');
    for (let at = 0; at < cursor.length; at++) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
      expect(decodeCursor(changed, 's', ['long', 'term'])).toBeUndefined();
    }
  });

  // Elasticsearch answers 400 to a value of another kind: that would have been a 500.
  it('is none where its values are of another kind or number', () => {
    const cursor = encodeCursor({ from: 'after', moment: 1, horizon: 2, values: [5, 'id'] }, 's');
    expect(decodeCursor(cursor, 's', ['term', 'term'])).toBeUndefined();
    expect(decodeCursor(cursor, 's', ['long'])).toBeUndefined();
    expect(decodeCursor(cursor, 's', ['long', 'long'])).toBeUndefined();
  });
});
