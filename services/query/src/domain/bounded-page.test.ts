import { describe, expect, it } from 'vitest';
import { FIRST_STEP_EVENTS, readBoundedPage, STEP_EVENTS_MAX } from './bounded-page.ts';
import { PAGE_TOO_LARGE } from './found.ts';

const sized = (...bytes: number[]) => bytes.map((size, i) => ({ id: String(i), text: 'x'.repeat(size) }));

/** Reads events that are their own hits, and notes how many each step asks for. */
function steps() {
  const asked: number[] = [];
  const read = async (hits: readonly { id: string; text: string }[]) => {
    asked.push(hits.length);
    return hits;
  };
  return { asked, read };
}

describe('readBoundedPage', () => {
  it('gives the events in their order, in few steps where they are small', async () => {
    const hits = sized(...Array<number>(200).fill(1));
    const { asked, read } = steps();
    expect(await readBoundedPage(hits, read)).toEqual(hits);
    expect(asked).toEqual([FIRST_STEP_EVENTS, STEP_EVENTS_MAX, STEP_EVENTS_MAX, 56]);
  });

  it('reads nothing where nothing was found', async () => {
    const { asked, read } = steps();
    expect(await readBoundedPage([], read)).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('takes a page at its bound and refuses one past it', async () => {
    expect(await readBoundedPage(sized(60, 40), steps().read, 100)).toHaveLength(2);
    expect(await readBoundedPage(sized(60, 41), steps().read, 100)).toBe(PAGE_TOO_LARGE);
  });

  it('counts bytes, not characters', async () => {
    const events = [{ id: '0', text: 'ü'.repeat(51) }];
    expect(await readBoundedPage(events, steps().read, 100)).toBe(PAGE_TOO_LARGE);
  });

  it('stops at the step that goes over, and takes short steps where events are large', async () => {
    const { asked, read } = steps();
    const hits = sized(...Array<number>(1000).fill(5));
    expect(await readBoundedPage(hits, read, 100)).toBe(PAGE_TOO_LARGE);
    expect(asked).toEqual([FIRST_STEP_EVENTS, 20]);
  });

  it('is too large where a step alone is', async () => {
    expect(await readBoundedPage(sized(1), async () => PAGE_TOO_LARGE)).toBe(PAGE_TOO_LARGE);
  });
});
