import { expect, it } from 'vitest';
import { PartitionChoice } from './partition-choice.ts';

/** Partitions 0… with these leaders. */
function choiceOf(...leaders: number[]): PartitionChoice {
  const choice = new PartitionChoice();
  choice.see(leaders.map((leader, id) => ({ id, leader, replicas: 3 })));
  return choice;
}

const chosen = (choice: PartitionChoice, nowMs: number, countMax = 1) => {
  const made = choice.choose(nowMs, countMax);
  return made.kind === 'partitions' ? made.partitions : made;
};

it('takes partitions in turn', () => {
  const choice = choiceOf(1, 1, 1);
  expect([0, 1, 2, 3].map(() => chosen(choice, 0))).toEqual([[0], [1], [2], [0]]);
});

it('gives one send partitions of one leader only', () => {
  const choice = choiceOf(1, 2, 1, 2, 1);
  expect(chosen(choice, 0, 4)).toEqual([0, 2, 4]);
  expect(chosen(choice, 0, 4)).toEqual([1, 3]);
});

it('leaves out partitions without a leader', () => {
  const choice = choiceOf(-1, 1, -1);
  expect(chosen(choice, 0, 4)).toEqual([1]);
  expect(chosen(choice, 0, 4)).toEqual([1]);
  expect(chosen(choiceOf(-1, -1), 0)).toEqual({ kind: 'none-live' });
});

it('avoids a partition that failed, longer each time, until it stores again', () => {
  const choice = choiceOf(1, 1);
  choice.failed([0], 0);
  expect([chosen(choice, 0), chosen(choice, 99)]).toEqual([[1], [1]]);
  expect(chosen(choice, 100)).toEqual([0]);
  choice.failed([0], 100);
  expect([chosen(choice, 100), chosen(choice, 299), chosen(choice, 300)]).toEqual([[1], [1], [0]]);
  choice.stored(0);
  choice.failed([0], 800);
  expect([chosen(choice, 800), chosen(choice, 900)]).toEqual([[1], [0]]);
});

it('waits for the first that may be tried again when all failed', () => {
  const choice = choiceOf(1, 1);
  choice.failed([0, 1], 0);
  choice.failed([0], 0);
  expect(chosen(choice, 40)).toEqual({ kind: 'wait', ms: 60 });
});

it('knows what a broker leads', () => {
  expect(choiceOf(1, 2, 1).besides(2)).toEqual([0, 2]);
});
