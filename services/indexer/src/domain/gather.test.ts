import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { gathering } from './gather.ts';
import type { CreateResult } from './index-records.ts';
import type { EventDocument } from './to-document.ts';

const never = new AbortController().signal;
const LIMITS = { countMax: 3, bytesMax: 100, ageMs: 0, inFlightMax: 1 };

const documentOf = (id: string, bytes = 1): EventDocument => ({
  ...{
    id,
    month: '2026.01',
    digest: 'd',
    received: 'r',
    takenMs: 0,
    source: Buffer.from('{}'),
    bytes,
    keptBytes: 1,
  },
});

/** A bulk request is answered when the test says so; each result is the status that its id says. */
function elastic(limits = LIMITS) {
  const requests: string[] = [];
  const answers: (() => void)[] = [];
  const create = gathering(
    (documents) =>
      new Promise((resolve, reject) => {
        requests.push(documents.map(({ id }) => id).join(','));
        answers.push(() =>
          documents.some(({ id }) => id === 'x')
            ? reject(Object.assign(new Error(), { code: 'elasticsearch-503' }))
            : resolve(documents.map(({ id }): CreateResult => ({ status: Number(id) }))),
        );
      }),
    limits,
  );
  return {
    requests,
    write: (...ids: string[]) =>
      create(
        ids.map((id) => documentOf(id)),
        never,
      ),
    create,
    answer: async () => {
      answers.shift()?.();
      await turn();
    },
  };
}

describe('gathering', () => {
  it('gathers what comes while a request is on its way, and gives each caller its own results', async () => {
    const { requests, write, answer } = elastic();
    const all = Promise.all([write('1'), write('2'), write('3', '4')]);
    expect(requests).toEqual(['1']);
    await answer();
    expect(requests).toEqual(['1', '2,3,4']);
    await answer();
    expect(await all).toEqual([[{ status: 1 }], [{ status: 2 }], [{ status: 3 }, { status: 4 }]]);
  });

  it('never has more of them on their way than it may, and none over its limits', async () => {
    const { requests, write, answer, create } = elastic({ ...LIMITS, inFlightMax: 2 });
    const all = [
      write('1', '2'),
      write('3', '4'),
      write('5'),
      create([documentOf('6', 100)], never),
      write('7', '8'),
    ];
    expect(requests).toEqual(['1,2', '3,4']);
    for (let i = 0; i < 5; i++) await answer();
    expect(requests).toEqual(['1,2', '3,4', '5', '6', '7,8']);
    await Promise.all(all);
  });

  it('sends a large document alone, so that nothing is refused with it', async () => {
    const { requests, write, create, answer } = elastic({ ...LIMITS, bytesMax: 8 * 1024 * 1024 });
    const all = [write('1'), write('2'), create([documentOf('3', 1024 * 1024 + 1)], never), write('4')];
    for (let i = 0; i < 4; i++) await answer();
    expect(requests).toEqual(['1', '2', '3', '4']);
    await Promise.all(all);
  });

  it('rejects for all whom a failed request had, and goes on', async () => {
    const { requests, write, answer } = elastic();
    const first = write('1');
    const failing = Promise.allSettled([write('x'), write('2')]);
    const last = write('3', '4');
    for (let i = 0; i < 3; i++) await answer();
    expect(requests).toEqual(['1', 'x,2', '3,4']);
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect([await first, await last].flat()).toHaveLength(3);
  });

  it('lets who is taken away go, and leaves out what has not been sent', async () => {
    const { requests, write, create, answer } = elastic();
    const stop = new AbortController();
    const first = create([documentOf('1')], stop.signal);
    const second = create([documentOf('2')], stop.signal);
    const third = write('3');
    const ended = Promise.allSettled([first, second]);
    stop.abort();
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await answer();
    await answer();
    expect(requests).toEqual(['1', '3']);
    expect(await third).toEqual([{ status: 3 }]);
    await expect(create([documentOf('4')], stop.signal)).rejects.toThrow();
  });

  it('waits for others as long as it may, unless it is full', async () => {
    vi.useFakeTimers();
    try {
      const { requests, write } = elastic({ ...LIMITS, ageMs: 20, inFlightMax: 9 });
      void write('1');
      await vi.advanceTimersByTimeAsync(15);
      void write('2');
      expect(requests).toEqual([]);
      await vi.advanceTimersByTimeAsync(5);
      expect(requests).toEqual(['1,2']);
      void write('3', '4', '5');
      expect(requests).toEqual(['1,2', '3,4,5']);
    } finally {
      vi.useRealTimers();
    }
  });
});
