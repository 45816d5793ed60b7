/** The order of a rebuild, and what it never does: nothing is read of the new generation while it lacks anything. */
import { describe, expect, it } from 'vitest';
import { type RebuildDependencies, type RebuildStore, rebuild } from './rebuild.ts';

const COPIED = { created: 1, alreadyStored: 0, dropped: 0, damaged: 0 };
const JANUARY = { month: '2026.01', index: 'e-v4-2026.01' };
const MAY = { month: '2026.05', index: 'e-v4-2026.05' };
const PAGE = [{ id: 'x', source: {} }];

type Scripted = Partial<Omit<RebuildDependencies, 'store' | 'log'>> & {
  readonly store?: Partial<RebuildStore>;
  readonly log?: Partial<RebuildDependencies['log']>;
};

/** Runs it against scripted ports; everything that happened, in its order. */
async function run(scripted: Scripted = {}): Promise<string[]> {
  const said: string[] = [];
  const copied = new Set<string>();
  let elapsed = 0;
  const store: RebuildStore = {
    isRead: async () => false,
    months: async () => [JANUARY, MAY],
    isDropped: async () => false,
    isCopied: async (month) => copied.has(month),
    markCopied: async (month) => {
      said.push(`mark ${month}`);
      copied.add(month);
    },
    async *pages() {
      yield PAGE;
    },
    countOlder: async () => 1,
    async *idPages(index) {
      yield [`of ${index}`];
    },
    lacking: async () => [],
    refresh: async () => {
      said.push('refresh');
    },
    switchOver: async () => {
      said.push('switch');
    },
    ...scripted.store,
  };
  await rebuild(
    {
      copy: async (index) => {
        said.push(`copy ${index}`);
        return COPIED;
      },
      whose: () => 'ours',
      eventsPerSecondMax: 1000,
      elapsedMs: () => elapsed,
      random: () => 0,
      delay: async (ms) => {
        elapsed += ms;
        // What never holds is seen here, not by a test that never ends.
        if (elapsed > 3_600_000) throw new Error('an hour');
      },
      reports: {
        rebuildProgress: () => {},
        monthCopied: () => {},
        comparing: () => {},
        catchingUp: ({ records }) => said.push(`behind ${records}`),
        rebuildWaits: ({ reason }) => said.push(`waits: ${reason}`),
        rebuildStopped: (reason, events) => said.push(`stopped: ${events} ${reason}`),
        switched: () => said.push('switched'),
      },
      ...scripted,
      store,
      log: {
        ends: async () => new Map([[0, 5n]]),
        positions: async () => new Map([[0, 5n]]),
        ...scripted.log,
      },
    },
    new AbortController().signal,
  );
  return said;
}

const WHOLE = [
  ...['copy e-v4-2026.01', 'mark 2026.01', 'copy e-v4-2026.05', 'mark 2026.05'],
  ...['refresh', 'switch', 'switched'],
];

describe('a rebuild', () => {
  it('copies month by month, and then lets its generation be read', async () => {
    expect(await run()).toEqual(WHOLE);
  });

  it('leaves months that are copied or dropped', async () => {
    const store = {
      isCopied: async (month: string) => month === JANUARY.month,
      isDropped: async (month: string) => month === MAY.month,
    };
    expect(await run({ store })).toEqual(['refresh', 'switch', 'switched']);
  });

  it('does nothing where another replica has done it', async () => {
    expect(await run({ store: { isRead: async () => true } })).toEqual([]);
  });

  it('goes on after a failure that passes, at the month that was not finished', async () => {
    let failures = 0;
    async function* pages(index: string) {
      if (index === MAY.index && failures++ === 0) {
        throw Object.assign(new Error('away'), { code: 'elasticsearch-503' });
      }
      yield PAGE;
    }
    const said = await run({ store: { pages } });
    expect(said).toEqual([...WHOLE.slice(0, 2), 'waits: elasticsearch-503', ...WHOLE.slice(2)]);
  });

  it('ends with an error that nobody expected', async () => {
    const store = { months: () => Promise.reject(new TypeError('ours')) };
    await expect(run({ store })).rejects.toThrow(TypeError);
  });

  it.each<[string, ReturnType<RebuildDependencies['whose']>, times: number]>([
    ['hands on where the partition is taken away', 'not-ours', 2],
    ['goes on while nobody knows whose it is', 'unknown', 1],
  ])('%s', async (_what, then, times) => {
    // Ours, then for a moment not so in the middle of January, then ours again.
    let asked = 0;
    let read = 0;
    const whose = () => (++asked === 2 || asked === 3 ? then : 'ours');
    async function* pages(index: string) {
      if (index === JANUARY.index) read++;
      yield PAGE;
    }
    expect(await run({ whose, store: { pages } })).toEqual(WHOLE);
    expect(read).toBe(times);
  });

  it('copies all that it can and stops where something is damaged', async () => {
    const said: string[] = [];
    const copy: RebuildDependencies['copy'] = async (index) => {
      said.push(index);
      return index === JANUARY.index ? { ...COPIED, damaged: 2 } : COPIED;
    };
    expect(await run({ copy })).toEqual(['mark 2026.05', 'stopped: 2 damaged-documents']);
    expect(said).toEqual([JANUARY.index, MAY.index]);
  });

  it('does not switch before all is read that was in the log when all was copied', async () => {
    let looks = 0;
    const positions = async () => new Map([[0, looks++ < 30 ? 4n : 5n]]);
    const said = await run({ log: { positions } });
    // Once more after the comparison.
    expect(looks).toBe(32);
    expect(said).toEqual([...WHOLE.slice(0, 4), 'behind 1', 'refresh', 'switch', 'switched']);
  });

  it('does not switch while it is behind what came during the comparison', async () => {
    let end = 5n;
    let looks = 0;
    const lacking = async () => {
      end = 9n;
      return [];
    };
    const positions = async () => new Map([[0, end === 5n || looks++ >= 30 ? end : 5n]]);
    const ends = async () => new Map([[0, end]]);
    const said = await run({ store: { lacking }, log: { ends, positions } });
    expect(said).toEqual([...WHOLE.slice(0, 4), 'behind 4', 'refresh', 'switch', 'switched']);
  });

  it('does not switch where the older generation has an event that this one has not, however many this one has', async () => {
    const lacking = async (month: string, ids: readonly string[]) => (month === MAY.month ? ids : []);
    expect(await run({ store: { lacking } })).toEqual([...WHOLE.slice(0, 4), 'stopped: 1 fewer-events']);
  });

  it('looks at every id of every month that is not dropped', async () => {
    const asked: string[] = [];
    async function* idPages(index: string) {
      yield [`${index} 1`, `${index} 2`];
      yield [`${index} 3`];
    }
    const lacking = async (month: string, ids: readonly string[]) => {
      asked.push(...ids.map((id) => `${month}: ${id}`));
      return [];
    };
    const isDropped = async (month: string) => month === MAY.month;
    const said = await run({ store: { idPages, lacking, isDropped } });
    expect(said.slice(-3)).toEqual(['refresh', 'switch', 'switched']);
    expect(asked).toEqual([1, 2, 3].map((n) => `${JANUARY.month}: ${JANUARY.index} ${n}`));
  });

  it('switches where what was missing is there once the log is read on, or its month is dropped meanwhile', async () => {
    // It came while the ids were read, so that the log has a new end.
    let end = 5n;
    let at = 5n;
    let isGone = false;
    const lacking = async (month: string, ids: readonly string[]) => {
      if (month === MAY.month) {
        isGone = true;
        return ids;
      }
      if (at === 5n) end = 6n;
      return at === 6n ? [] : ids;
    };
    const said = await run({
      store: { lacking, isDropped: async (month) => isGone && month === MAY.month },
      log: { ends: async () => new Map([[0, end]]), positions: async () => new Map([[0, at]]) },
      delay: async () => {
        at = end;
      },
    });
    expect(said).toEqual(WHOLE);
  });

  it('copies no more events a second than it may', async () => {
    const waited: number[] = [];
    async function* pages() {
      yield Array.from({ length: 500 }, () => PAGE[0] ?? { id: '', source: {} });
    }
    await run({
      eventsPerSecondMax: 100,
      store: { pages, months: async () => [JANUARY] },
      delay: async (ms) => void waited.push(ms),
    });
    expect(waited).toEqual([5000]);
  });
});
