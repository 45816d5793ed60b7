import { describe, expect, it } from 'vitest';
import { startSweeping } from './sweeping.ts';

const HOUR_MS = 3_600_000;

/** Sweeps that wait only until they are let on; what `sweep` does at each, from 1, is said. */
function sweeping(sweep: (time: number) => Promise<void>, random = () => 0) {
  const told: string[] = [];
  let times = 0;
  let goOn = () => {};
  let waits = () => {};
  const running = startSweeping({
    sweep: () => sweep(++times),
    onDone: () => void told.push('done'),
    onFailed: (error) => void told.push(String(error)),
    random,
    delay: (ms, signal) =>
      new Promise((resolve, reject) => {
        told.push(`waits ${ms / HOUR_MS}`);
        goOn = () => resolve(undefined);
        signal.addEventListener('abort', () => reject(signal.reason));
        waits();
      }),
  });
  const untilItWaits = () =>
    new Promise<void>((resolve) => {
      waits = resolve;
    });
  return { running, told, untilItWaits, goOn: () => goOn() };
}

describe('sweeping', () => {
  it('begins at once and goes on about every hour, also after a sweep that failed', async () => {
    const { running, told, untilItWaits, goOn } = sweeping(async (time) => {
      if (time === 1) throw new TypeError('first');
    });
    await untilItWaits();
    expect(told).toEqual(['TypeError: first', 'waits 0.75']);
    const again = untilItWaits();
    goOn();
    await again;
    expect(told.slice(2)).toEqual(['done', 'waits 0.75']);
    await running[Symbol.asyncDispose]();
    expect(told).toHaveLength(4);
  });

  it('waits for up to an hour and a quarter', async () => {
    const { running, told, untilItWaits } = sweeping(
      async () => {},
      () => 1,
    );
    await untilItWaits();
    expect(told).toEqual(['done', 'waits 1.25']);
    await running[Symbol.asyncDispose]();
  });

  it('ends at once while a sweep waits for an answer that does not come, and reports nothing of it', async () => {
    const { running, told } = sweeping(() => new Promise(() => {}));
    await running[Symbol.asyncDispose]();
    expect(told).toEqual([]);
  });
});
