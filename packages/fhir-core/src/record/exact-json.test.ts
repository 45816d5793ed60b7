import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactJson } from './exact-json.ts';

const exactly = (text: string) => exactJson(text, JSON.parse(text));

describe('exactJson', () => {
  it.each(['1.10', '100', '-0', '1e3', '1E+2', '12345678901234567890', '0.10000000000000000001', '-1.50'])(
    'writes the number %s as it came',
    (number) => {
      for (const text of [
        `{"a":${number}}`,
        `[1,${number}]`,
        `{"a" :${number}}`,
        `{"a": ${number} }`,
        `[${number}]`,
      ]) {
        expect(JSON.stringify(exactly(text))).toBe(text.replaceAll(/\s/g, ''));
      }
    },
  );

  it('is the plain value itself when no number needs more', () => {
    const text = '{"a":[1,2,-3],"b":"1.10"}';
    const value: unknown = JSON.parse(text);
    expect(exactJson(text, value)).toBe(value);
  });

  it('gives back what JSON.stringify wrote, whatever it is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const compact = JSON.stringify(JSON.parse(text));
        expect(JSON.stringify(exactly(compact))).toBe(compact);
      }),
    );
  });
});
