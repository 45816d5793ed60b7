import { expect, it } from 'vitest';
import { faultText } from './fault-text.ts';

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

it('says what kind of error it is and where, and nothing of what it says', () => {
  const error = thrownBy(() => JSON.parse('{"a":secret\n    at secret}'));
  expect(String((error as Error).stack)).toContain('secret');
  const text = faultText(error);
  expect(text).toMatch(/^SyntaxError\n {4}at .*fault-text\.test\.ts/s);
  expect(text).not.toContain('secret');
});

it('has no words for what is no error, or has another stack', () => {
  expect(faultText('secret')).toBe('not an error');
  const other = Object.assign(new TypeError('secret'), { stack: 'secret elsewhere' });
  other.message = 'another';
  expect(faultText(other)).toBe('TypeError');
});
