import { expect, it } from 'vitest';
import { remembered } from './remembered.ts';

it('asks once for what was asked lately, and forgets the oldest beyond its bound', () => {
  const asked: string[] = [];
  const answer = remembered((each) => {
    asked.push(each);
    return { each };
  }, 2);
  for (const each of ['a', 'a', 'b', 'a', 'c', 'b', 'a']) expect(answer(each)).toEqual({ each });
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
});

it('remembers nothing of a question that had no answer', () => {
  let asked = 0;
  const answer = remembered(() => {
    asked += 1;
    throw new Error('damaged');
  }, 2);
  expect(() => answer('a')).toThrow();
  expect(() => answer('a')).toThrow();
  expect(asked).toBe(2);
});
