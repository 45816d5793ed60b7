import { expect, it } from 'vitest';
import { exitProblem, processProblems } from './exits.ts';

const exit = { code: null, signal: null, toldBy: undefined, wasReady: true } as const;

it.each([
  ['is killed', { ...exit, signal: 'SIGKILL', toldBy: 'SIGKILL' }, false],
  ['is asked to end and does', { ...exit, code: 0, toldBy: 'SIGTERM' }, false],
  ['can not start without its backends', { ...exit, code: 1, wasReady: false }, true],
  ['is ended before it listens', { ...exit, signal: 'SIGTERM', toldBy: 'SIGTERM', wasReady: false }, false],
] as const)('a process that %s ends as it may', (_what, ended, mayFailToStart) => {
  expect(exitProblem(ended, mayFailToStart)).toBeUndefined();
});

it.each([
  ['crashes', { ...exit, code: 1 }, true, 'ended with 1, which nobody asked for'],
  ['ends by itself', { ...exit, code: 0 }, true, 'ended with 0, which nobody asked for'],
  [
    'is at the end of its memory',
    { ...exit, signal: 'SIGABRT' },
    true,
    'ended by SIGABRT, which nobody asked for',
  ],
  [
    ...['does not end by its deadline', { ...exit, code: 1, toldBy: 'SIGTERM' }, true],
    'ended with 1 when it was told to by SIGTERM',
  ],
  [
    ...['can not start with all that it needs', { ...exit, code: 1, wasReady: false }, false],
    'ended with 1, which nobody asked for',
  ],
  [
    ...['has wrong settings', { ...exit, code: 78, wasReady: false }, true],
    'ended with 78, which nobody asked for',
  ],
] as [string, Parameters<typeof exitProblem>[0], boolean, string][])(
  'a process that %s is a problem',
  (_what, ended, mayFailToStart, problem) => {
    expect(exitProblem(ended, mayFailToStart)).toBe(problem);
  },
);

it('is judged by the faults of the round: what they explain is no problem, anything else is', () => {
  const lost = 'records were lost before they were read; the partition waits';
  const indexer = {
    name: 'indexer-1',
    exits: [{ ...exit, code: 1, wasReady: false }],
    errors: [lost, 'reader can not go on'],
    said() {
      return this.errors;
    },
  };
  expect(processProblems([indexer], [{ touches: ['kafka'], explains: ['records were lost'] }])).toEqual([
    'indexer-1 says as an ERROR: reader can not go on',
  ]);
  expect(processProblems([indexer], [{ touches: ['gateway'] }])).toEqual([
    'indexer-1 ended with 1, which nobody asked for',
    `indexer-1 says as an ERROR: ${lost}`,
    'indexer-1 says as an ERROR: reader can not go on',
  ]);
});
