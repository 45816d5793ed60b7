import { expect, it } from 'vitest';
import { elementsAt, isObject, readJson } from './kept.ts';

it('numbers stay as they are written', () => {
  const text = '{"extension":[{"valueDecimal":1.10},{"valueDecimal":7E+2},{"valueInteger":42}]}';
  const read = readJson(text);
  expect(JSON.stringify(read)).toBe(text);
  expect(elementsAt(read, 'extension.valueDecimal').map(isObject)).toEqual([false, false]);
});
