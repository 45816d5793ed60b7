/**
 * What FHIR R4 says that a search finds, row by row: events that disagree in every parameter, and searches with the
 * names of those that each has to find. Every row is asked by GET and by POST.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { postBundle, type Resource } from '../src/client.ts';
import {
  type Answer,
  byBoth,
  byGet,
  byPost,
  counted,
  linkOf,
  matches,
  nameOf,
  names,
  remarks,
} from '../src/conformance/asking.ts';
import { COMBINED_ROWS } from '../src/conformance/combined.ts';
import {
  COMBINED,
  CONFORMANCE,
  eventsOf,
  namesOf,
  SENT,
  SETS,
  SORTED,
  TIED,
} from '../src/conformance/corpus.ts';
import { DATE_ROWS } from '../src/conformance/dates.ts';
import { PUBLIC, PUBLIC_ROWS } from '../src/conformance/public-corpus.ts';
import {
  BASE_ALIAS,
  COMPARTMENT_ROWS,
  IDENTIFIER_ROWS,
  OWN_BASE,
  REFERENCE_ROWS,
} from '../src/conformance/references.ts';
import type { Expected, Row } from '../src/conformance/row.ts';
import { SENDER_ROWS } from '../src/conformance/senders.ts';
import { SORT_ROWS, TIE_ROWS } from '../src/conformance/sorted.ts';
import { STRING_ROWS, USER_ROWS } from '../src/conformance/strings.ts';
import {
  CODE_ROWS,
  CODING_ROWS,
  CONCEPT_ROWS,
  ESCAPE_ROWS,
  PLAIN_TOKEN_ROWS,
} from '../src/conformance/tokens.ts';
import { URI_ROWS } from '../src/conformance/uris.ts';
import { WORD_ROWS } from '../src/conformance/words.ts';
import { corpusTexts } from '../src/events.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';
import { SENDER_NAMES, type Senders, startSenders } from '../src/senders.ts';

/** Characters of a query in the name of its test. */
const TITLE_MAX = 100;

let pipeline: Pipeline;
let senders: Senders;
/** `[base]/AuditEvent` */
let url: string;
/** What was answered for each set's events. */
const stored = new Map<string, readonly Resource[]>();

beforeAll(async () => {
  pipeline = await startPipeline(
    { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') },
    { environment: { AUDITBOX_BASE_URL: OWN_BASE, AUDITBOX_BASE_ALIASES: BASE_ALIAS } },
  );
  url = `${pipeline.url}/AuditEvent`;
  senders = await startSenders(pipeline);
  for (const set of SETS)
    stored.set(set[0], set[0] === SENT ? await sentByEach(set) : await sent(eventsOf(set)));
  const fixtures = corpusTexts().map((text) => JSON.parse(text) as object);
  stored.set(PUBLIC, await sent(fixtures));
  for (const [system, events] of stored) await counted(url, `_tag=${system}|`, events.length);
});
afterAll(async () => {
  await senders?.[Symbol.asyncDispose]();
  await pipeline?.[Symbol.asyncDispose]();
});

const sent = (events: readonly object[]) => postBundle(`${pipeline.url}/`, events);

/** Each event by the client of its name. */
async function sentByEach(set: (typeof SETS)[number]): Promise<readonly Resource[]> {
  const events = eventsOf(set);
  const answered = SENDER_NAMES.map((name, at) => {
    const { url, headers } = senders.clients[name];
    return postBundle(`${url}/`, events.slice(at, at + 1), headers());
  });
  return (await Promise.all(answered)).flat();
}

const setOf = (system: string): readonly Resource[] => stored.get(system) ?? [];
const idOf = (system: string, name: string): string =>
  setOf(system).find((event) => nameOf(event, system) === name)?.id ?? `no event ${name}`;
const byIdDescending = (a: Resource, b: Resource): number => (a.id < b.id ? 1 : -1);

const withIds = (system: string, query: string): string =>
  query
    .replaceAll('{issuer}', senders.issuer)
    .replaceAll(/\{([\w-]+)\}/g, (_braces, name: string) => idOf(system, name));

const resolved = (system: string, expected: Expected): readonly string[] => {
  if (!('allBut' in expected)) return expected.toSorted();
  const { allBut } = expected;
  return namesOf(system)
    .filter((name) => !allBut.includes(name))
    .toSorted();
};

const TABLES: readonly (readonly [title: string, system: string, rows: readonly Row[]])[] = [
  ['a code', CONFORMANCE, CODE_ROWS],
  ['a coding', CONFORMANCE, CODING_ROWS],
  ['a concept', CONFORMANCE, CONCEPT_ROWS],
  ['a token that is a string or an id', CONFORMANCE, PLAIN_TOKEN_ROWS],
  ['who sent it', SENT, SENDER_ROWS],
  ['an escape', CONFORMANCE, ESCAPE_ROWS],
  ['a string', CONFORMANCE, STRING_ROWS],
  ['a user', CONFORMANCE, USER_ROWS],
  ['a reference', CONFORMANCE, REFERENCE_ROWS],
  ['a logical identifier', CONFORMANCE, IDENTIFIER_ROWS],
  ['a date', CONFORMANCE, DATE_ROWS],
  ['a URI', CONFORMANCE, URI_ROWS],
  ['words', CONFORMANCE, WORD_ROWS],
  ['several parameters', COMBINED, COMBINED_ROWS],
  ['real events', PUBLIC, PUBLIC_ROWS],
];

describe.each(TABLES)('a search for %s finds exactly what R4 says', (_title, system, rows) => {
  const titled = rows.map((row) => [row[0].slice(0, TITLE_MAX), ...row] as const);
  it.each(titled)('%s', async (_title, template, expected) => {
    const query = `${withIds(system, template)}&_tag=${system}|&_count=1000`;
    const wanted = resolved(system, expected);
    for (const ask of [byGet, byPost]) {
      const { status, answer } = await ask(url, query);
      expect(status, JSON.stringify(answer.issue)).toBe(200);
      expect(names(answer, system).toSorted()).toEqual(wanted);
      expect(answer.total).toBe(wanted.length);
    }
  });
});

describe('parameters in the URL of a POST and in its form', () => {
  it.each(COMBINED_ROWS)('are joined: %s', async (template, expected) => {
    const query = `_tag=${COMBINED}|&${withIds(COMBINED, template)}`;
    const { status, answer } = await byBoth(url, query);
    expect(status).toBe(200);
    expect(names(answer, COMBINED).toSorted()).toEqual(resolved(COMBINED, expected));
  });
});

describe('a POST', () => {
  const SEARCH = `_tag=${SORTED}|&action=C`;
  const searchUrl = () => `${url}/_search?${new URL(`http://x.example/?${SEARCH}`).search.slice(1)}`;

  it('without a form is the search of its URL', async () => {
    const response = await fetch(searchUrl(), { method: 'POST' });
    expect(response.headers.get('content-type')).toContain('application/fhir+json');
    const answer = (await response.json()) as Answer;
    expect(response.status, JSON.stringify(answer)).toBe(200);
    expect(names(answer, SORTED)).toEqual(['one']);
  });

  it.each(['UTF-8', 'utf-8', 'UTF8', 'utf8', '"utf-8"'])('may name its charset %s', async (charset) => {
    const response = await fetch(`${url}/_search`, {
      method: 'POST',
      headers: { 'content-type': `application/x-www-form-urlencoded; charset=${charset}` },
      body: `_tag=${CONFORMANCE}%7C&agent-name:exact=%C3%89RIK`,
    });
    const answer = (await response.json()) as Answer;
    expect(response.status, JSON.stringify(answer)).toBe(200);
    expect(names(answer, CONFORMANCE)).toEqual(['erik']);
  });
});

describe('a compartment', () => {
  it.each(COMPARTMENT_ROWS)('%s of %j finds its own', async (compartment, query, wanted) => {
    const within = `${pipeline.url}/${compartment}/AuditEvent`;
    const asked = `${query}&_tag=${CONFORMANCE}|`;
    for (const ask of [byGet, byPost]) {
      const { status, answer } = await ask(within, asked);
      expect(status).toBe(200);
      expect(names(answer, CONFORMANCE).toSorted()).toEqual(wanted.toSorted());
      expect(answer.total).toBe(wanted.length);
    }
  });

  it.each(['Organization/obs-1', 'Client/my_client', 'Patient'])('%s is none', async (compartment) => {
    expect((await fetch(`${pipeline.url}/${compartment}/AuditEvent`)).status).toBe(404);
  });
});

describe('an id', () => {
  it('is matched to its case', async () => {
    const id = idOf(CONFORMANCE, 'action-c').toUpperCase();
    expect((await byGet(url, `_id=${id}`)).answer.total).toBe(0);
  });

  it('is that of the event alone, whole', async () => {
    const id = idOf(CONFORMANCE, 'action-c');
    expect((await byGet(url, `_id=${id}`)).answer.total).toBe(1);
    expect((await byGet(url, `_id=${id.slice(0, 8)}`)).answer.total).toBe(0);
    expect((await byGet(url, `_id=${id.slice(1)}`)).answer.total).toBe(0);
  });
});

describe('_lastUpdated', () => {
  const updated = (event: Resource) => (event.meta as { lastUpdated: string }).lastUpdated;
  const all = () => [...stored.values()].flat();
  const found = async (query: string) => {
    const { status, answer } = await byGet(url, `${query}&_count=1000`);
    expect(status).toBe(200);
    return matches(answer)
      .map(({ id }) => id)
      .toSorted();
  };
  const among = (holds: (ms: number) => boolean) =>
    all()
      .filter((event) => holds(Date.parse(updated(event))))
      .map(({ id }) => id)
      .toSorted();

  // A row for each prefix, around the moments at which the sets were stored.
  it.each<[prefix: string, holds: (ms: number, at: number) => boolean]>([
    ['', (ms, at) => ms === at],
    ['eq', (ms, at) => ms === at],
    ['ne', (ms, at) => ms !== at],
    ['gt', (ms, at) => ms > at],
    ['sa', (ms, at) => ms > at],
    ['ge', (ms, at) => ms >= at],
    ['lt', (ms, at) => ms < at],
    ['eb', (ms, at) => ms < at],
    ['le', (ms, at) => ms <= at],
  ])('%s an instant is when the event was stored', async (prefix, holds) => {
    for (const events of stored.values()) {
      const [first] = events;
      if (first === undefined) throw new Error('an empty set');
      const at = Date.parse(updated(first));
      const value = encodeURIComponent(new Date(at).toISOString());
      expect(await found(`_lastUpdated=${prefix}${value}`)).toEqual(among((ms) => holds(ms, at)));
    }
  });

  it('is a date of less precision as well, and never what the sender said', async () => {
    const [event] = all();
    const year = updated(event as Resource).slice(0, 4);
    const inYear = all().filter((each) => updated(each).startsWith(year));
    expect(await found(`_lastUpdated=${year}`)).toEqual(inYear.map(({ id }) => id).toSorted());
    expect(await found('_lastUpdated=lt2020')).toEqual([]);
    expect(await found('_lastUpdated=ap2001')).toEqual([]);
    expect(await found('_lastUpdated:missing=true')).toEqual([]);
  });
});

describe('_sort', () => {
  it.each(SORT_ROWS)('%s', async (sort, wanted) => {
    for (const ask of [byGet, byPost]) {
      const { status, answer } = await ask(url, `_tag=${SORTED}|&_sort=${sort}`);
      expect(status, JSON.stringify(answer.issue)).toBe(200);
      expect(names(answer, SORTED)).toEqual(wanted);
    }
  });

  it.each(TIE_ROWS)('%s, and then the greatest id', async (sort, wanted) => {
    const ids = wanted.flatMap((tied) =>
      tied
        .map((name) => idOf(TIED, name))
        .toSorted()
        .toReversed(),
    );
    const { status, answer } = await byGet(url, `_tag=${TIED}|&_sort=${sort}`);
    expect(status, JSON.stringify(answer.issue)).toBe(200);
    expect(matches(answer).map(({ id }) => id)).toEqual(ids);
  });

  it('is the newest first where nothing is said, and then the greatest id', async () => {
    for (const system of [SORTED, TIED]) {
      const plain = await byGet(url, `_tag=${system}|`);
      const sorted = await byGet(url, `_tag=${system}|&_sort=-date`);
      expect(names(plain.answer, system)).toEqual(names(sorted.answer, system));
    }
  });

  it('by _id is by the ids themselves, up and down', async () => {
    const ids = setOf(CONFORMANCE)
      .map(({ id }) => id)
      .toSorted();
    const query = `_tag=${CONFORMANCE}|&_count=1000`;
    const up = await byGet(url, `${query}&_sort=_id`);
    const down = await byGet(url, `${query}&_sort=-_id`);
    expect(matches(up.answer).map(({ id }) => id)).toEqual(ids);
    expect(matches(down.answer).map(({ id }) => id)).toEqual(ids.toReversed());
  });

  it('by date has what was recorded at no known time last, up and down', async () => {
    for (const sort of ['date', '-date', 'date,_id', '-date,-_id']) {
      const { answer } = await byGet(url, `_tag=${CONFORMANCE}|&_count=1000&_sort=${sort}`);
      expect(names(answer, CONFORMANCE).at(-1)).toBe('undated');
      expect(names(answer, CONFORMANCE)).toHaveLength(setOf(CONFORMANCE).length);
    }
  });

  it.each([
    ['date,,action', 'date,action'],
    [',-date', '-date'],
    ['-action,,,date,', '-action,date'],
  ])('%s is %s: what is empty says nothing', async (sort, same) => {
    const [odd, plain] = [
      await byGet(url, `_tag=${TIED}|&_sort=${sort}`),
      await byGet(url, `_tag=${TIED}|&_sort=${same}`),
    ];
    expect(odd.status, JSON.stringify(odd.answer.issue)).toBe(200);
    expect(matches(odd.answer)).toEqual(matches(plain.answer));
  });

  it('by _lastUpdated is by when it was stored; Aidbox says -createdAt', async () => {
    const at = (event: Resource) => Date.parse((event.meta as { lastUpdated: string }).lastUpdated);
    const all = [...stored.values()].flat();
    const up = all.toSorted((a, b) => at(a) - at(b) || byIdDescending(a, b)).map(({ id }) => id);
    const down = all.toSorted((a, b) => at(b) - at(a) || byIdDescending(a, b)).map(({ id }) => id);
    for (const [sort, ids] of [
      ['_lastUpdated', up],
      ['-_lastUpdated', down],
      ['-createdAt', down],
    ] as const) {
      const { answer } = await byGet(url, `_count=1000&_sort=${sort}`);
      expect(matches(answer).map(({ id }) => id)).toEqual(ids);
    }
  });
});

describe('what is said beside what was found', () => {
  const ofSet = `_tag=${SORTED}|`;

  it('the total is there unless it is not wanted, and exact', async () => {
    for (const form of ['', '&_total=accurate', '&_total=estimate']) {
      const { answer } = await byGet(url, `${ofSet}&_count=2${form}`);
      expect(answer.total).toBe(5);
      expect(matches(answer)).toHaveLength(2);
    }
    const { status, answer } = await byGet(url, `${ofSet}&_count=2&_total=none`);
    expect(status).toBe(200);
    expect(answer).not.toHaveProperty('total');
    expect(matches(answer)).toHaveLength(2);
    expect(linkOf(answer, 'next')).toBeDefined();
  });

  it('_count=0 and _summary=count give the total alone', async () => {
    // To ask for the total alone is to ask for it.
    for (const form of ['_count=0', '_summary=count', '_count=0&_total=none', '_total=none&_summary=count']) {
      const { status, answer } = await byGet(url, `${ofSet}&${form}`);
      expect(status).toBe(200);
      expect(answer.total).toBe(5);
      expect(matches(answer)).toEqual([]);
      expect(linkOf(answer, 'next')).toBeUndefined();
    }
  });

  it.each([
    ['_summary=false&_elements=recorded', ['recorded'], ['action']],
    ['_elements=recorded,,outcome,', ['recorded', 'outcome'], ['action']],
  ])('%s is a part of each event', async (form, kept, left) => {
    const { status, answer } = await byGet(url, `${ofSet}&action=C&${form}`);
    expect(status, JSON.stringify(answer.issue)).toBe(200);
    const [event] = matches(answer);
    for (const element of kept) expect(event).toHaveProperty(element);
    for (const element of left) expect(event).not.toHaveProperty(element);
  });

  it('every entry is a match with its own URL', async () => {
    const { answer } = await byGet(url, ofSet);
    for (const { fullUrl, resource, search } of answer.entry ?? []) {
      expect(search).toEqual({ mode: 'match' });
      expect(fullUrl).toBe(`${OWN_BASE}/AuditEvent/${resource.id}`);
    }
    expect(answer.entry).toHaveLength(5);
  });

  it('self is what was applied, and finds the same', async () => {
    const query = 'type=a\\|b,a&type=a\\|b&action:missing=true&_sort=-date,_id&_count=7';
    const { answer } = await byGet(url, `${query}&_tag=${CONFORMANCE}|`);
    const self = new URL(linkOf(answer, 'self') ?? '');
    expect(`${self.origin}${self.pathname}`).toBe(`${OWN_BASE}/AuditEvent`);
    expect(self.searchParams.getAll('type')).toEqual(['a\\|b,a', 'a\\|b']);
    expect(self.searchParams.get('action:missing')).toBe('true');
    expect(self.searchParams.get('_sort')).toBe('-date,_id');
    const again = await byGet(url, self.search.slice(1));
    expect(names(again.answer, CONFORMANCE)).toEqual(names(answer, CONFORMANCE));
    expect(names(answer, CONFORMANCE)).toEqual(['type-pipe']);
  });

  it.each([
    ['an unknown parameter', 'colour=blue', 'colour'],
    ['an unknown parameter with a modifier', 'colour:exact=blue', 'colour'],
    ['a known parameter in another case', 'Action=X', 'Action'],
    ['a parameter without a value', 'patient=', 'patient'],
    ['a parameter with empty values', 'action=,', 'action'],
    ['a modifier without a value', 'type:not=', 'type'],
  ])('%s is ignored, named, and left out of self', async (_what, parameter, name) => {
    for (const ask of [byGet, byPost]) {
      const { status, answer } = await ask(url, `${ofSet}&${parameter}&outcome=0`);
      expect(status).toBe(200);
      expect(names(answer, SORTED)).toEqual(['three']);
      expect(answer.total).toBe(1);
      const [remark, ...more] = remarks(answer);
      expect(remark).toContain('"severity":"warning"');
      expect(remark).toContain('"code":"not-supported"');
      expect(remark).toContain(name);
      expect(remark).not.toContain('blue');
      expect(more).toEqual([]);
      expect(new URL(linkOf(answer, 'self') ?? '').search).not.toContain(name);
    }
  });

  it('several ignored parameters are named in one entry', async () => {
    const { answer } = await byGet(url, `${ofSet}&colour=blue&size=1&patient=`);
    expect(remarks(answer)).toHaveLength(1);
    for (const name of ['colour', 'size', 'patient']) expect(remarks(answer)[0]).toContain(name);
    expect(answer.total).toBe(5);
  });

  it('an unknown parameter is refused by who wants that', async () => {
    const { status, answer } = await byGet(url, `${ofSet}&colour=blue`, { prefer: 'handling=strict' });
    expect(status).toBe(400);
    expect(JSON.stringify(answer)).toContain('colour');
    const lenient = await byGet(url, `${ofSet}&colour=blue`, { prefer: 'handling=lenient' });
    expect(lenient.status).toBe(200);
  });
});
