import { expect, it } from 'vitest';
import { NotInTime, waitingWithin, waitUntil } from './wait-until.ts';

const never = () => false;

it('ends when the condition holds, also after looks that throw', async () => {
  let looks = 0;
  const holds = () => {
    looks += 1;
    if (looks === 1) throw new Error('away');
    return looks === 3;
  };
  expect(await waitUntil('all is well', holds, 60_000)).toBeGreaterThan(0);
});

it('ends at its deadline, and says what was not so', async () => {
  await expect(waitUntil('all is well', never, 0)).rejects.toThrow(NotInTime);
});

it('ends with what it is a part of', async () => {
  const over = new AbortController();
  const round = waitingWithin(over.signal, async () => {
    const waiting = Promise.allSettled([waitUntil('this', never, 60_000), waitUntil('that', never, 60_000)]);
    over.abort(new Error('the round is over'));
    return await waiting;
  });
  expect((await round).map((ended) => ended.status === 'rejected' && String(ended.reason))).toEqual([
    'Error: the round is over',
    'Error: the round is over',
  ]);
});
