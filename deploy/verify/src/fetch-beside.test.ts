import { expect, it } from 'vitest';
import { areAllEqual, type Expected } from './fetch-beside.ts';

const expected: readonly Expected[] = [
  { index: 'i-v5-2026.01', id: 'a', source: '{"event":"{\\"x\\":\\"},{\\"}","bytes":1}' },
  { index: 'i-v5-2026.02', id: 'b', source: '{"event":"ß","bytes":2}' },
];
const doc = ({ index, id, source }: Expected) =>
  `{"_index":"${index}","_id":"${id}","_version":1,"_seq_no":12,"_primary_term":3,"found":true,"_source":${source}}`;
const answer = (...docs: readonly Expected[]) => `{"docs":[${docs.map(doc).join(',')}]}`;
const [first, second] = expected as [Expected, Expected];

it('sees that an answer is what is expected', () => {
  expect(areAllEqual(answer(first, second), expected)).toBe(true);
  expect(JSON.parse(answer(first, second)).docs).toHaveLength(2);
});

it.each([
  ['one is missing', answer(first)],
  ['one more', answer(first, second, second)],
  ['another order', answer(second, first)],
  ['another index', answer({ ...first, index: 'i-v5-2026.03' }, second)],
  ['another id', answer({ ...first, id: 'c' }, second)],
  ['another source', answer(first, { ...second, source: '{"event":"ß","bytes":3}' })],
  ['a longer source', answer(first, { ...second, source: '{"event":"ß","bytes":2,"more":1}' })],
  ['a field beside it', answer(first, { ...second, source: `${second.source},"fields":{}` })],
  ['not found', answer(first, second).replace('"found":true', '"found":false')],
  ['something after it', `${answer(first, second)} `],
  ['nothing', ''],
])('sees that it is not: %s', (_why, text) => {
  expect(areAllEqual(text, expected)).toBe(false);
});
