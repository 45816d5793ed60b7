import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExactJson } from './exact-json.ts';

describe('parseExactJson', () => {
  it.each(['1.10', '100', '-0', '1e3', '1E+2', '12345678901234567890', '0.10000000000000000001', '-1.50'])(
    'writes the number %s as it came',
    (number) => {
      for (const text of [`{"a":${number}}`, `[1,${number}]`, `{"a": ${number} }`, `[${number}]`]) {
        const { exact } = parseExactJson(text);
        expect(JSON.stringify(exact)).toBe(text.replaceAll(/\s/g, ''));
      }
    },
  );

  it('gives the plain value beside the exact one', () => {
    expect(parseExactJson('{"a":1.10}').value).toEqual({ a: 1.1 });
  });

  it('parses once when no number needs it', () => {
    const { value, exact } = parseExactJson('{"a":[1,2,-3],"b":"1.10"}');
    expect(exact).toBe(value);
  });

  it('gives back what JSON.stringify wrote, whatever it is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const compact = JSON.stringify(JSON.parse(text));
        expect(JSON.stringify(parseExactJson(compact).exact)).toBe(compact);
      }),
    );
  });

  it('throws a SyntaxError on what is not JSON', () => {
    expect(() => parseExactJson('{')).toThrow(SyntaxError);
  });
});
