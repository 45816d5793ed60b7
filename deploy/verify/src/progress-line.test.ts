import { expect, it } from 'vitest';
import { progressLine, progressText } from './progress-line.ts';

it('says how far it is, how fast, and what is left', () => {
  expect(progressText({ phase: 'log', done: 30_000, total: 120_000 }, 3_000)).toBe(
    '██████░░░░░░░░░░░░░░░░░░ 30,000 of 120,000 records, 10,000/s, 9 s left',
  );
  expect(progressText({ phase: 'indices', done: 0, total: 0 }, 0)).toBe(
    '████████████████████████ 0 of 0 documents, 0/s',
  );
});

it.each([
  [true, 100],
  [false, 5_000],
])('on a terminal (%s) it is shown every %d ms, and leaves nothing behind', (isTTY, everyMs) => {
  const written: string[] = [];
  let nowMs = 0;
  const line = progressLine({ isTTY, columns: 40, write: (text) => written.push(text) }, () => nowMs);
  const show = () => line.show({ phase: 'log', done: 1, total: 2 });
  show();
  nowMs += everyMs - 1;
  show();
  expect(written).toEqual([]);
  nowMs += 1;
  show();
  show();
  expect(written).toHaveLength(1);
  if (isTTY) expect(written[0]?.replace('\r\x1b[K', '')).toHaveLength(39);
  else expect(written[0]).toMatch(/^\S+ 1 of 2 records, .*\n$/);
  line.end();
  expect(written.slice(1)).toEqual(isTTY ? ['\r\x1b[K'] : []);
});
