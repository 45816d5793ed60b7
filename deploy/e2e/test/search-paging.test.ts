/**
 * Pages that follow `next` to the end give each event once, whatever the order and however many, while others
 * arrive; `previous` leads back; and a cursor is good for its own search alone, wherever it is asked.
 */
import { randomUUID } from 'node:crypto';
import { startQuery } from '@auditbox/query';
import { readConfig } from '@auditbox/query/config';
import { createLogger } from '@auditbox/service-kit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { postBundle, type Resource } from '../src/client.ts';
import { type Answer, byGet, byPost, counted, linkOf, matches } from '../src/conformance/asking.ts';
import { BASE_EVENT } from '../src/conformance/corpus.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';

const EVENTS = 120;
const MANY = 10_400;
const PAGE_MAX = 1000;

let pipeline: Pipeline;
let url: string;
let stored: readonly Resource[];

/** Few values among many events, so that every key has ties; and a third has none. */
function numbered(tag: string, i: number) {
  const day = String(1 + (i % 5)).padStart(2, '0');
  return {
    ...BASE_EVENT,
    meta: { tag: [{ system: 'urn:paging', code: tag }] },
    recorded: `2020-01-${day}T00:00:00${i % 2 === 0 ? '' : '.000001'}Z`,
    ...(i % 3 !== 0 && { action: 'CRUDE'.charAt(i % 5) }),
    agent: [
      { requestor: false, ...(i % 3 !== 1 && { name: `Näme ${i % 4}` }) },
      {
        requestor: false,
        ...(i % 4 !== 1 && { name: `Other ${i % 7}`, policy: [`http://p.example/${i % 6}`] }),
      },
    ],
  };
}

const allOf = (tag: string, count: number) => Array.from({ length: count }, (_, i) => numbered(tag, i));

const store = (tag: string, count: number) => postBundle(`${pipeline.url}/`, allOf(tag, count));

beforeAll(async () => {
  pipeline = await startPipeline({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') });
  url = `${pipeline.url}/AuditEvent`;
  stored = await store('steady', EVENTS);
  await counted(url, '_tag=steady', EVENTS);
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

const sortedIds = (events: readonly Resource[]) => events.map(({ id }) => id).toSorted();
const idsOf = (answer: Answer) => matches(answer).map(({ id }) => id);

/** The answer that a link of another one leads to, at any base. */
async function follow(link: string, at = url): Promise<Answer> {
  expect(link).toMatch(/^http/);
  const { status, answer } = await byGet(at, new URL(link).search.slice(1));
  expect(status, JSON.stringify(answer.issue)).toBe(200);
  return answer;
}

async function first(query: string, ask: typeof byGet | typeof byPost = byGet): Promise<Answer> {
  const { status, answer } = await ask(url, query);
  expect(status, JSON.stringify(answer.issue)).toBe(200);
  return answer;
}

/** Every page of a search, the first one given; `between` runs after each. */
async function pagesFrom(page: Answer, between = async (_page: number) => {}): Promise<Answer[]> {
  const pages = [page];
  for (;;) {
    await between(pages.length);
    const next = linkOf(pages.at(-1) as Answer, 'next');
    if (next === undefined) return pages;
    pages.push(await follow(next));
    if (pages.length > MANY) throw new Error('no end');
  }
}

/** Follows a search to its end, and stores events that it would find after every third page. */
async function whileOthersArrive(order: string) {
  const tag = `arriving-${randomUUID()}`;
  const before = await store(tag, 60);
  await counted(url, `_tag=${tag}`, before.length);
  let stored = before.length;
  const pages = await pagesFrom(await first(`_tag=${tag}${order}&_count=7`), async (page) => {
    if (page % 3 !== 1 || stored > 100) return;
    stored += (await store(tag, 10)).length;
    await counted(url, `_tag=${tag}`, stored);
  });
  return { before, pages };
}

const cursorOf = (answer: Answer, relation = 'next'): string =>
  new URL(linkOf(answer, relation) ?? '').searchParams.get('_cursor') ?? '';

const SORTS = [
  '',
  'date',
  '-date',
  '_id',
  '-_id',
  '_lastUpdated',
  '-_lastUpdated',
  'action',
  '-action',
].concat([
  'agent-name',
  '-agent-name',
  'policy,-date',
  '-action,agent-name,-_id',
  'outcome',
  '-policy,action',
  'type',
]);

const COUNTS = [1, 7, 50, 60, EVENTS, EVENTS + 1];

describe('following next', () => {
  it.each(
    SORTS.flatMap((sort) =>
      // A page of one event is the most that can go wrong, and the slowest.
      COUNTS.filter((count) => count > 1 || ['', '-action', 'agent-name'].includes(sort)).map(
        (count) => [sort, count] as const,
      ),
    ),
  )('in the order "%s", %d at a time, gives each event once, in one order', async (sort, count) => {
    const order = sort === '' ? '' : `&_sort=${sort}`;
    const whole = idsOf(await first(`_tag=steady${order}&_count=${PAGE_MAX}`));
    expect(whole.toSorted()).toEqual(sortedIds(stored));
    const pages = await pagesFrom(await first(`_tag=steady${order}&_count=${count}`));
    expect(pages.flatMap(idsOf)).toEqual(whole);
    expect(pages.map((page) => page.total)).toEqual(pages.map(() => EVENTS));
    expect(pages).toHaveLength(Math.ceil(EVENTS / count));
    for (const page of pages.slice(0, -1)) expect(matches(page)).toHaveLength(count);
    expect(pages.every((page) => linkOf(page, 'self') !== undefined)).toBe(true);
  });

  it('is the same after a POST, and where no total is wanted', async () => {
    const whole = idsOf(await first(`_tag=steady&_sort=-action&_count=${PAGE_MAX}`));
    const posted = await pagesFrom(await first('_tag=steady&_sort=-action&_count=50', byPost));
    expect(posted.flatMap(idsOf)).toEqual(whole);
    const without = await pagesFrom(await first('_tag=steady&_sort=-action&_count=50&_total=none'));
    expect(without.flatMap(idsOf)).toEqual(whole);
    for (const page of without) expect(page).not.toHaveProperty('total');
  });

  it('keeps the search as it was: its filters, its subset, its compartment', async () => {
    const query = 'action:not=C&agent-name:contains=am&_elements=recorded&_count=7&_tag=steady';
    const pages = await pagesFrom(await first(query));
    const wanted = (await first('action:not=C&agent-name:contains=am&_tag=steady&_count=1000')).total;
    expect(pages.flatMap(idsOf)).toHaveLength(wanted ?? -1);
    expect(pages.length).toBeGreaterThan(2);
    for (const event of pages.flatMap(matches)) expect(event).not.toHaveProperty('action');
  });

  it.each(['', '&_sort=date', '&_sort=-_id', '&_sort=_lastUpdated', '&_sort=-_lastUpdated', '&_sort=action'])(
    'has no gap and no repeat while others arrive%s, and keeps its total',
    async (order) => {
      const { before, pages } = await whileOthersArrive(order);
      const seen = pages.flatMap(idsOf);
      expect(new Set(seen).size).toBe(seen.length);
      const known = sortedIds(before);
      expect(seen.filter((id) => known.includes(id)).toSorted()).toEqual(known);
      expect(new Set(pages.map((page) => page.total))).toEqual(new Set([before.length]));
    },
  );

  it('gives as many as the total says, also while others arrive: those of its first page', async () => {
    const { before, pages } = await whileOthersArrive('&_sort=_lastUpdated');
    expect(pages.flatMap(idsOf).toSorted()).toEqual(sortedIds(before));
  });

  it('goes past 10,000 events, and the last page is the last', async () => {
    const ids: string[] = [];
    for (let posted = 0; posted < MANY; posted += PAGE_MAX * 4)
      ids.push(...sortedIds(await store('many', Math.min(PAGE_MAX * 4, MANY - posted))));
    await counted(url, '_tag=many', MANY);
    const pages = await pagesFrom(await first(`_tag=many&_sort=action&_count=${PAGE_MAX}`));
    expect(pages.flatMap(idsOf).toSorted()).toEqual(ids.toSorted());
    expect(new Set(pages.map((page) => page.total))).toEqual(new Set([MANY]));
  });
});

describe('following previous', () => {
  it.each(['', '&_sort=action', '&_sort=-agent-name,date', '&_sort=-_id', '&_sort=outcome'])(
    'leads back over the same pages%s',
    async (order) => {
      const forward = await pagesFrom(await first(`_tag=steady${order}&_count=25`));
      expect(linkOf(forward[0] as Answer, 'previous')).toBeUndefined();
      const back = [forward.at(-1) as Answer];
      for (;;) {
        const previous = linkOf(back.at(-1) as Answer, 'previous');
        if (previous === undefined) break;
        back.push(await follow(previous));
        if (back.length > EVENTS) throw new Error('no beginning');
      }
      expect(back.map(idsOf)).toEqual(forward.map(idsOf).toReversed());
      expect(back.map((page) => page.total)).toEqual(forward.map((page) => page.total));
    },
  );

  it('and then next again, leads forward; first is the beginning', async () => {
    const start = await first('_tag=steady&_sort=-action&_count=25');
    const [one, two, three] = await pagesFrom(start);
    const back = await follow(linkOf(three as Answer, 'previous') ?? '');
    expect(idsOf(back)).toEqual(idsOf(two as Answer));
    const forth = await follow(linkOf(back, 'next') ?? '');
    expect(idsOf(forth)).toEqual(idsOf(three as Answer));
    const again = await follow(linkOf(three as Answer, 'first') ?? '');
    expect(idsOf(again)).toEqual(idsOf(one as Answer));
  });
});

describe('_offset', () => {
  it.each(['', '&_sort=-action'])('is a place in the same order%s', async (order) => {
    const whole = idsOf(await first(`_tag=steady${order}&_count=${PAGE_MAX}`));
    for (const offset of [0, 1, 7, 119, 120, 500]) {
      const page = await first(`_tag=steady${order}&_count=7&_offset=${offset}`);
      expect(idsOf(page)).toEqual(whole.slice(offset, offset + 7));
      expect(page.total).toBe(EVENTS);
      expect(linkOf(page, 'next') !== undefined).toBe(offset + 7 < EVENTS);
    }
    const rest = await pagesFrom(await first(`_tag=steady${order}&_count=50&_offset=33`));
    expect(rest.flatMap(idsOf)).toEqual(whole.slice(33));
  });
});

describe('a cursor', () => {
  const QUERY = '_tag=steady&_sort=-action,date&_count=7';
  const refused = async (query: string) => {
    const { status, answer } = await byGet(url, query);
    expect(status, query).toBe(400);
    expect(answer.issue?.[0]?.diagnostics).toContain('_cursor');
  };

  it('is refused when a character of it was changed, taken or added', async () => {
    const cursor = cursorOf(await first(QUERY));
    const other = (character: string) => (character === 'A' ? 'B' : 'A');
    // Of a last character some bits may stand for nothing.
    for (let at = 0; at < cursor.length - 1; at += Math.max(1, Math.floor(cursor.length / 25)))
      await refused(
        `${QUERY}&_cursor=${cursor.slice(0, at)}${other(cursor.charAt(at))}${cursor.slice(at + 1)}`,
      );
    for (const taken of [cursor.slice(1), cursor.slice(0, -4), cursor.slice(0, cursor.length / 2)])
      await refused(`${QUERY}&_cursor=${taken}`);
    for (const added of [`${cursor}AAAA`, `A${cursor}`, `${cursor}.`, `${cursor},${cursor}`])
      await refused(`${QUERY}&_cursor=${added}`);
    await refused(`${QUERY}&_cursor=${cursor}&_cursor=${cursor}`);
  });

  it('is refused in another search than its own', async () => {
    const cursor = cursorOf(await first(QUERY));
    for (const other of [
      '_tag=steady&_count=7',
      '_tag=steady&_sort=action,date&_count=7',
      '_tag=steady&_sort=-action&_count=7',
      '_tag=steady&_sort=-action,date,_id&_count=7',
      '_tag=other&_sort=-action,date&_count=7',
      '_sort=-action,date&_count=7',
      '_tag:not=steady&_sort=-action,date&_count=7',
      '_tag=steady&action=C&_sort=-action,date&_count=7',
    ])
      await refused(`${other}&_cursor=${cursor}`);
    await refused(`${QUERY}&_offset=7&_cursor=${cursor}`);
    const { status } = await byGet(`${pipeline.url}/Patient/1/AuditEvent`, `${QUERY}&_cursor=${cursor}`);
    expect(status).toBe(400);
  });

  it('is good at a service that was started after it was given', async () => {
    const page = await first(QUERY);
    const second = await follow(linkOf(page, 'next') ?? '');
    const decoded = readConfig(pipeline.environment);
    if ('problems' in decoded) throw new Error(decoded.problems.join(' '));
    await using service = await startQuery(decoded.settings, createLogger('test', 'off'));
    const at = `http://127.0.0.1:${service.port}/AuditEvent`;
    expect(idsOf(await follow(linkOf(page, 'next') ?? '', at))).toEqual(idsOf(second));
    expect(idsOf(await follow(linkOf(second, 'previous') ?? '', at))).toEqual(idsOf(page));
  });

  it('can be posted, and needs no escape in a URL', async () => {
    const page = await first(QUERY);
    expect(cursorOf(page)).toMatch(/^[\w.~-]+$/);
    const next = await follow(linkOf(page, 'next') ?? '');
    const posted = await first(`${QUERY}&_cursor=${cursorOf(page)}`, byPost);
    expect(idsOf(posted)).toEqual(idsOf(next));
  });
});
