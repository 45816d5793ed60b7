import { expect, it } from 'vitest';
import { lastWords } from './last-words.ts';

it('shows plain lines and the messages of errors, and leaves out the rest of the log', () => {
  const tail = [
    '{"level":"info","msg":"starting"}',
    '{"level":"error","msg":"cannot listen","port":3002}',
    "gateway: PORT can't be read: a whole number from 0 to 65535.",
    '',
    '{"level":"info","msg":"cut',
  ];
  expect(lastWords(tail)).toEqual([
    'cannot listen',
    "gateway: PORT can't be read: a whole number from 0 to 65535.",
    '{"level":"info","msg":"cut',
  ]);
});

it('keeps the last eight', () => {
  expect(lastWords(Array.from({ length: 9 }, (_, line) => `line ${line}`))).toHaveLength(8);
});
