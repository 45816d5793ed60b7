/**
 * Generated searches over generated events: through HTTP each finds what the naive evaluator finds, in its order. The
 * seed is in the name of the suite; AUDITBOX_TEST_SEED repeats a run.
 */
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Bundle, post, total } from '../src/client.ts';
import { ALIAS_BASE, OWN_BASE } from '../src/evaluate/alphabet.case.ts';
import { events } from '../src/evaluate/corpus.case.ts';
import { elementsAt, isObject, type JsonObject, type Kept, readJson, textsAt } from '../src/evaluate/kept.ts';
import { matches } from '../src/evaluate/matches.ts';
import { type GeneratedSearch, searches } from '../src/evaluate/searches.case.ts';
import { idOf, sorted } from '../src/evaluate/sorted.ts';
import { valuesOf } from '../src/evaluate/values.ts';
import { eventually } from '../src/eventually.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';
import { SENDER_NAMES, type Senders, type SendingClient, startSenders } from '../src/senders.ts';

const SEED = Number(process.env.AUDITBOX_TEST_SEED ?? randomInt(2 ** 31));

/** Each is searched together with those before it: 400 events in the end. */
const CORPORA_EVENTS = [100, 120, 180];
const SEARCHES_A_CORPUS = 350;
const SEARCHES_AT_ONCE = 8;
/** Pages of one search: at 20 entries all of the events. */
const PAGES_MAX = 25;
/** How much of a difference is told. */
const DIFFERENCES_SHOWN = 8;
const EVENTS_SHOWN = 2;

const context = { bases: [OWN_BASE, ALIAS_BASE], nowMs: Date.now() };

let pipeline: Pipeline;
let senders: Senders;
const stored = new Map<string, Kept>();

beforeAll(async () => {
  pipeline = await startPipeline(
    { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') },
    { environment: { AUDITBOX_BASE_URL: OWN_BASE, AUDITBOX_BASE_ALIASES: ALIAS_BASE } },
  );
  senders = await startSenders(pipeline);
});
afterAll(async () => {
  await senders?.[Symbol.asyncDispose]();
  await pipeline?.[Symbol.asyncDispose]();
});

describe(`with seed ${SEED}`, () => {
  it.each(CORPORA_EVENTS.map((count, at) => [count, SEED + at] as const))(
    'searches over %d events more (seed %d) find exactly what the evaluator finds',
    async (count, seed) => {
      await store(fc.sample(events, { numRuns: count, seed }));
      const kept = [...stored.values()];
      const known = {
        ids: [...stored.keys()],
        lastUpdated: kept.flatMap(({ event }) => textsAt(event, 'meta.lastUpdated')),
        issuer: senders.issuer,
      };
      const asked = fc.sample(searches(known), { numRuns: SEARCHES_A_CORPUS, seed });
      const differences: string[] = [];
      let telling = 0;
      await inParallel(asked, async (search) => {
        const found = sorted(
          kept.filter((one) => search.criteria.every((criterion) => matches(one, criterion, context))),
          search.sort,
        ).map(idOf);
        if (found.length > 0 && found.length < kept.length) telling += 1;
        const difference = await differenceOf(search, found);
        if (difference !== undefined) differences.push(difference);
      });
      expect(differences.slice(0, DIFFERENCES_SHOWN), `${differences.length} differences`).toEqual([]);
      // A search that finds nothing, or everything, would tell little of what is right.
      expect(telling / asked.length).toBeGreaterThan(0.4);
    },
  );
});

/** Stores them, each sender a part of them, and waits until they are found. */
async function store(made: readonly JsonObject[]): Promise<void> {
  for (const [at, name] of SENDER_NAMES.entries()) {
    const own = made.filter((_event, n) => n % SENDER_NAMES.length === at);
    await storeAs(senders.clients[name], own);
  }
  await eventually(
    'all of them are found',
    () => total(pipeline.url),
    (found) => found === stored.size,
  );
}

/** Numbers are as they were written, both ways. */
async function storeAs({ sender, url, headers }: SendingClient, made: readonly JsonObject[]): Promise<void> {
  const entry = made.map((resource) => ({ resource }));
  const response = await post(`${url}/`, { resourceType: 'Bundle', type: 'collection', entry }, headers());
  const answer = await response.text();
  expect(response.status, answer).toBe(201);
  const answered = elementsAt(readJson(answer), 'entry.resource').filter(isObject);
  for (const [at, event] of answered.entries()) {
    const kept = { event, sentId: textsAt(made[at], 'id')[0], sender };
    stored.set(idOf(kept), kept);
  }
}

/** What the server answers otherwise than expected, in words. */
async function differenceOf(
  search: GeneratedSearch,
  expected: readonly string[],
): Promise<string | undefined> {
  const { parameters, count, offset, hasTotal, paged } = search;
  const pages = await pagesOf(search, parameters);
  if (typeof pages === 'string') return pages;
  const ids = idsOf(pages);
  const page = paged ? expected : expected.slice(offset, offset + count);
  const total = pages[0]?.total;
  const isTotal = total === (hasTotal ? expected.length : undefined);
  if (isTotal && ids.join() === page.join()) return paged ? await differenceBackwards(pages) : undefined;

  const all = await pagesOf(search, [
    ...parameters.filter(([name]) => !PAGING.includes(name)),
    ['_count', '1000'],
  ]);
  const written = parameters.map(([name, value]) => `${name}=${value}`).join('&');
  const asked = `${search.compartment ? JSON.stringify(search.compartment) : ''} ${written}`;
  const said = `total ${total} of ${expected.length}, page ${ids.length} of ${page.length}`;
  return `${asked}\n  ${said}${differing(search, idsOf(typeof all === 'string' ? pages : all), expected)}`;
}

/** From the last page the links lead back to the first, over the same events. */
async function differenceBackwards(pages: readonly Bundle[]): Promise<string | undefined> {
  const back = pages.slice(-1);
  let previous = linkOf(back[0], 'previous');
  while (previous !== undefined && back.length <= PAGES_MAX) {
    const bundle = await pageAt(previous);
    if (typeof bundle === 'string') return bundle;
    back.unshift(bundle);
    previous = linkOf(bundle, 'previous');
  }
  if (idsOf(back).join() === idsOf(pages).join()) return undefined;
  return `${linkOf(pages[0], 'self')} has other pages on the way back`;
}

const PAGING = ['_count', '_offset'];

/** The answer, or all of them where it is read to its end; or why there is none. */
async function pagesOf(
  { compartment, paged }: GeneratedSearch,
  parameters: GeneratedSearch['parameters'],
): Promise<readonly Bundle[] | string> {
  const query = new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value]));
  const path = compartment === undefined ? '' : `/${compartment.type}/${encodeURIComponent(compartment.id)}`;
  const pages: Bundle[] = [];
  let next: string | undefined = `${path}/AuditEvent?${query}`;
  while (next !== undefined && pages.length < PAGES_MAX) {
    const bundle = await pageAt(next);
    if (typeof bundle === 'string') return bundle;
    pages.push(bundle);
    next = paged ? linkOf(bundle, 'next') : undefined;
  }
  return pages;
}

/** The answer, or why there is none. */
async function pageAt(path: string): Promise<Bundle | string> {
  const response = await fetch(pipeline.url + path);
  const bundle = (await response.json()) as Bundle;
  return response.status === 200 ? bundle : `${path}: ${response.status} ${JSON.stringify(bundle)}`;
}

/** Where a link leads, below the base. */
function linkOf(bundle: Bundle | undefined, name: string): string | undefined {
  return bundle?.link?.find(({ relation }) => relation === name)?.url.slice(OWN_BASE.length);
}

function idsOf(pages: readonly Bundle[]): string[] {
  return pages.flatMap(({ entry = [] }) => entry.map(({ resource }) => resource.id));
}

/** Which events are found and should not be, or the other way round, with what is asked of them. */
function differing(
  { criteria, sort }: GeneratedSearch,
  ids: readonly string[],
  expected: readonly string[],
): string {
  const codes = [...criteria, ...sort].map(({ code }) => code);
  const told = (id: string | undefined) => {
    const kept = stored.get(id ?? '');
    const values = kept === undefined ? [] : codes.map((code) => [code, valuesOf(code, kept)]);
    return `\n    ${id} ${JSON.stringify(Object.fromEntries(values))}`;
  };
  const tooMany = ids.filter((id) => !expected.includes(id));
  const missing = expected.filter((id) => !ids.includes(id));
  if (tooMany.length + missing.length === 0) {
    const at = ids.findIndex((id, place) => id !== expected[place]);
    return at < 0 ? '' : `\n  in place of${told(expected[at])}\n  comes${told(ids[at])}`;
  }
  const some = (which: readonly string[]) => which.slice(0, EVENTS_SHOWN).map(told).join('');
  return `\n  ${tooMany.length} too many${some(tooMany)}\n  ${missing.length} missing${some(missing)}`;
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: SEARCHES_AT_ONCE }, async () => {
      for (const item of left) await work(item);
    }),
  );
}
