import { expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';

const asked = (...args: string[]) => parseArguments(args);
const DEFAULTS = { range: {}, repair: false, json: false, waitMs: 30_000 };

it('reads the whole log where nothing is asked', () => {
  expect(asked()).toEqual({ asked: DEFAULTS });
  expect(asked('--help')).toEqual({ help: true });
});

it('reads a range by time and by offsets', () => {
  expect(asked('--from', '2026-01-16', '--to', '2026-01-16T16:03:16Z')).toEqual({
    asked: {
      ...DEFAULTS,
      range: { fromMs: Date.UTC(2026, 0, 16), toMs: Date.UTC(2026, 0, 16, 16, 3, 16) },
    },
  });
  expect(asked('--offsets', '3:10-20', '--offsets', '4:-7', '--offsets', '5:7-')).toEqual({
    asked: {
      ...DEFAULTS,
      range: {
        offsets: new Map([
          [3, { from: 10n, to: 20n }],
          [4, { to: 7n }],
          [5, { from: 7n }],
        ]),
      },
    },
  });
});

it('reads the rest', () => {
  expect(asked('--repair', '--json', '--wait', '60')).toEqual({
    asked: { range: {}, repair: true, json: true, waitMs: 60_000 },
  });
  expect(asked('--wait', '0')).toMatchObject({ asked: { waitMs: 0 } });
  expect(asked('--wait', '86400')).toMatchObject({ asked: { waitMs: 86_400_000 } });
});

it.each([
  ['--what'],
  ['x'],
  ['--from'],
  ['--from', 'yesterday'],
  ['--to', '2026-13-01'],
  ['--from', '2026-01-02', '--to', '2026-01-01'],
  ['--from', '2026-01-01', '--to', '2026-01-01'],
  ['--offsets', '1'],
  ['--offsets', '1:5-5'],
  ['--offsets', '1:5-4'],
  ['--offsets', '1:0-1', '--offsets', '1:2-3'],
  ['--offsets=1:-1-3'],
  ['--wait', '1.5'],
  ['--wait='],
  ['--wait', '86401'],
])('refuses %s %s %s %s', (...args) => {
  expect(asked(...args)).toEqual({ problem: expect.stringMatching(/^[^\n]+\.$/) });
});
