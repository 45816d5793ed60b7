/**
 * Readers who may see only what is of their own site or source: whatever they ask, and however, nothing else is found,
 * counted or read, and what is theirs is found as by anybody.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { postBundle, type Resource } from '../src/client.ts';
import { type Answer, counted, linkOf, matches } from '../src/conformance/asking.ts';
import { BASE_EVENT } from '../src/conformance/corpus.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';
import { claiming, type Readers, serveReaders } from '../src/readers.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
/** Events of each site; enough for several pages. */
const EVENTS = 7;
/** Sites whose names mean something to a search, to a query language, or to one who takes a part for the whole. */
const SITES = [
  'north',
  'north-west',
  'nor',
  'a,b',
  'a$b',
  'a\\',
  'a\\,b',
  '*',
  'south OR north',
  '%',
  '"',
  'é',
];

const TAG = 'urn:restricted';

let pipeline: Pipeline;
/** By `/site` and `/org/devices`; those of the second who lack a claim are not restricted by it. */
let readers: Readers;
let lenient: Readers;
let north: readonly Resource[];
let south: readonly Resource[];

const event = (code: string, site: string | undefined, part: object = {}) => ({
  ...BASE_EVENT,
  meta: { tag: [{ system: TAG, code }] },
  agent: [{ requestor: false, who: { reference: 'Practitioner/p' } }],
  entity: [{ what: { reference: 'Patient/x' } }],
  source: { ...(site !== undefined && { site }), observer: { reference: 'Device/1' } },
  ...part,
});

beforeAll(async () => {
  pipeline = await startPipeline({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') });
  readers = await serveReaders(pipeline.environment, ['site=/site']);
  lenient = await serveReaders(pipeline.environment, ['site=/site', 'source=/org/devices'], 'allow');
  const numbered = (site: string) =>
    Array.from({ length: EVENTS }, (_, n) => event('steady', site, { action: 'CRUDE'.charAt(n % 5) }));
  north = await postBundle(`${pipeline.url}/`, numbered('north'));
  south = await postBundle(`${pipeline.url}/`, numbered('south'));
  await counted(`${pipeline.url}/AuditEvent`, '_tag=steady', 2 * EVENTS);
});
afterAll(async () => {
  await readers?.[Symbol.asyncDispose]();
  await lenient?.[Symbol.asyncDispose]();
  await pipeline?.[Symbol.asyncDispose]();
});

const NORTH = claiming({ site: 'north' });
const SOUTH = claiming({ site: ['south'] });

async function ask(path: string, headers: Record<string, string>, at = readers, init: RequestInit = {}) {
  const response = await fetch(`${at.url}${path}`, { ...init, headers: { ...headers, ...init.headers } });
  return { status: response.status, answer: (await response.json()) as Answer };
}

const idsOf = (events: readonly Resource[]) => events.map(({ id }) => id).toSorted();

const found = async (query: string, headers: Record<string, string>, at = readers) => {
  const { status, answer } = await ask(`/AuditEvent?${query}`, headers, at);
  expect(status).toBe(200);
  return idsOf(matches(answer));
};

describe('a search', () => {
  it.each([
    ['/AuditEvent?_tag=steady', undefined],
    ['/AuditEvent?_tag=steady&_total=accurate&_sort=date', undefined],
    ['/AuditEvent?_tag=steady&_count=3', undefined],
    ['/AuditEvent?_tag=steady&_count=3&_offset=3', undefined],
    ['/AuditEvent?_tag=steady&_count=0', undefined],
    ['/AuditEvent?_tag=steady&_summary=count', undefined],
    ['/AuditEvent?_tag=steady&site=north,south', undefined],
    ['/AuditEvent?_tag=steady&site:not=nowhere', undefined],
    ['/AuditEvent?_tag=steady&site:missing=false', undefined],
    ['/AuditEvent?_tag=steady&_elements=id', undefined],
    ['/AuditEvent?_content=steady', undefined],
    ['/Patient/x/AuditEvent?_tag=steady', undefined],
    ['/Practitioner/p/AuditEvent?_tag=steady', undefined],
    ['/AuditEvent/_search', '_tag=steady'],
    ['/AuditEvent/_search?_tag=steady', 'site:not=nowhere'],
    ['/Patient/x/AuditEvent/_search', '_tag=steady&_count=2'],
  ])('by %s with %j finds and counts what is of the own site alone', async (path, body) => {
    const init = body === undefined ? {} : { method: 'POST', headers: FORM, body };
    for (const [headers, own] of [
      [NORTH, north],
      [SOUTH, south],
      [claiming({ site: ['south', 'north'] }), [...north, ...south]],
    ] as const) {
      const { status, answer } = await ask(path, headers, readers, init);
      expect(status, JSON.stringify(answer)).toBe(200);
      expect(answer.total).toBe(own.length);
      expect(own.map(({ id }) => id)).toEqual(expect.arrayContaining(idsOf(matches(answer))));
    }
  });

  it.each(['site=south', 'site:not=north', 'site:missing=true'])(
    'for %s finds nothing else',
    async (query) => {
      expect(await ask(`/AuditEvent?${query}`, NORTH)).toMatchObject({ status: 200, answer: { total: 0 } });
      expect(await ask(`/AuditEvent?${query}&_count=0`, NORTH)).toMatchObject({ answer: { total: 0 } });
    },
  );

  it('for ids finds those of the own site', async () => {
    const ids = [...north, ...south].map(({ id }) => id).join(',');
    expect(await found(`_id=${ids}`, NORTH)).toEqual(idsOf(north));
    expect(await found(`_id:not=${north[0]?.id}&_tag=steady`, NORTH)).toEqual(idsOf(north.slice(1)));
  });

  it('is led through all pages of the own site, forth and back, and no link says what restricts', async () => {
    let page = (await ask('/AuditEvent?_tag=steady&_count=3&_sort=action', NORTH)).answer;
    const seen = [...matches(page)];
    for (let next = linkOf(page, 'next'); next !== undefined; next = linkOf(page, 'next')) {
      page = (await ask(new URL(next).pathname + new URL(next).search, NORTH)).answer;
      expect(page.total).toBe(EVENTS);
      seen.push(...matches(page));
      expect(decodeURIComponent(JSON.stringify(page.link))).not.toContain('site');
    }
    expect(idsOf(seen)).toEqual(idsOf(north));
    const back = new URL(linkOf(page, 'previous') ?? '');
    const previous = (await ask(back.pathname + back.search, NORTH)).answer;
    expect(idsOf(matches(previous))).toEqual(idsOf(seen.slice(3, 6)));
  });

  it('does not go on where that of another reader ended', async () => {
    for (const headers of [NORTH, {}]) {
      const { answer } = await ask('/AuditEvent?_tag=steady&_count=3', headers);
      const { pathname, search } = new URL(linkOf(answer, 'next') ?? '');
      expect((await ask(pathname + search, headers)).status).toBe(200);
      expect(await ask(pathname + search, SOUTH)).toMatchObject({ status: 400, answer: { issue: [{}] } });
    }
  });

  it('tells nothing in its cursor of when events of others arrived', async () => {
    const arrivals = (events: readonly Resource[]) =>
      events.map(({ meta }) => Date.parse((meta as { lastUpdated: string }).lastUpdated) * 1000);
    const { answer } = await ask('/AuditEvent?_tag=steady&_count=3', NORTH);
    const cursor = new URL(linkOf(answer, 'next') ?? '').searchParams.get('_cursor') ?? '';
    const numbers = (JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]).filter(
      (value) => typeof value === 'number',
    );
    expect(Math.max(...arrivals(south))).toBeGreaterThan(Math.max(...arrivals(north)));
    expect(numbers).not.toContain(Math.max(...arrivals(south)));
  });
});

describe('a read', () => {
  const answerOf = async (path: string, headers: Record<string, string>) => {
    const response = await fetch(`${readers.url}${path}`, { headers: { ...headers, 'x-request-id': 'r' } });
    const about = Object.fromEntries([...response.headers].filter(([name]) => name !== 'date'));
    return { status: response.status, about, body: await response.text() };
  };

  it.each(['', '/_history/1'])('of %j of the own site gives the event to the letter', async (version) => {
    const path = `/AuditEvent/${north[0]?.id}${version}`;
    const [own, anybody] = [await answerOf(path, NORTH), await answerOf(path, {})];
    expect(own.status).toBe(200);
    expect(own).toEqual(anybody);
    expect((await answerOf(path, { ...NORTH, 'if-none-match': 'W/"1"' })).status).toBe(304);
  });

  it('of what may not be seen is the answer to an id that never was, also on a condition', async () => {
    const [of = ''] = idsOf(south);
    // In the same month, so in the same index.
    const never = `${of.slice(0, -4)}${of.endsWith('0000') ? '0001' : '0000'}`;
    for (const version of ['', '/_history/1', '/_history/2', '?_pretty=true', '?_elements=id'])
      for (const condition of [
        {},
        { 'if-none-match': 'W/"1"' },
        { 'if-none-match': '*' },
        { 'if-modified-since': new Date().toUTCString() },
      ]) {
        const headers = { ...NORTH, ...condition };
        const unseen = await answerOf(`/AuditEvent/${of}${version}`, headers);
        expect(unseen.status).toBe(404);
        expect(unseen).toEqual(await answerOf(`/AuditEvent/${never}${version}`, headers));
      }
    const month = '019bc78e-2f20-8000-8000-000000000001';
    expect((await answerOf(`/AuditEvent/${month}`, NORTH)).status).toBe(404);
  });
});

describe('a claim', () => {
  let stored: readonly Resource[];
  const siteOf = (resource: Resource) => (resource.source as { site?: string }).site;
  beforeAll(async () => {
    const events = [...SITES, undefined].map((site) => event('sites', site));
    stored = await postBundle(`${pipeline.url}/`, events);
    await counted(`${pipeline.url}/AuditEvent`, '_tag=sites', events.length);
  });

  it('is compared as a whole and to the character, and shows nothing that is not found without it', async () => {
    const all = await found('_tag=sites', {});
    for (const claims of [...SITES.map((site) => [site]), SITES, SITES.slice(3, 6), ['no', 'NORTH']]) {
      const own = stored.filter((each) => [...claims, 'north'].includes(siteOf(each) ?? ''));
      // Codes have no case.
      const expected = claims.includes('NORTH')
        ? own
        : own.filter((each) => claims.includes(siteOf(each) ?? ''));
      const seen = await found('_tag=sites', claiming({ site: claims }));
      expect(seen, JSON.stringify(claims)).toEqual(idsOf(expected));
      expect(all).toEqual(expect.arrayContaining(seen));
    }
  });

  it.each([
    {},
    { site: '' },
    { site: [] },
    { site: ['north', ''] },
    { site: null },
    { site: 1 },
    { site: { north: true } },
    { site: [['north']] },
    { site: 'a|b|c' },
    { site: Array.from({ length: 101 }, (_, n) => `s${n}`) },
  ])('that says nothing certain shows nothing: %j', async (claims) => {
    for (const path of [
      '/AuditEvent',
      '/AuditEvent?_count=0',
      `/AuditEvent/${north[0]?.id}`,
      '/Patient/x/AuditEvent',
    ])
      expect(await ask(path, claiming(claims))).toMatchObject({
        status: 403,
        answer: { issue: [{ code: 'forbidden' }] },
      });
  });

  it('of a hundred values is asked as one of one', async () => {
    const site = ['north', ...Array.from({ length: 99 }, (_, n) => `s${n}`)];
    const devices = Array.from({ length: 100 }, (_, n) => `Device/${n}`);
    expect(await found('_tag=steady', claiming({ site, org: { devices } }), lenient)).toEqual(idsOf(north));
  });
});

describe('several rules', () => {
  it('are all to hold, and one whose claim may be missing does not count without it', async () => {
    const others = await postBundle(`${pipeline.url}/`, [
      event('sources', 'north', { source: { site: 'north', observer: { reference: 'Device/2' } } }),
      event('sources', 'south', { source: { site: 'south', observer: { reference: 'Device/2' } } }),
      event('sources', 'north', {
        source: { site: 'north', observer: { reference: 'http://h.example/Device/2' } },
      }),
    ]);
    await counted(`${pipeline.url}/AuditEvent`, '_tag=sources', others.length);
    const of = (...at: number[]) => idsOf(at.map((n) => others[n] as Resource));
    const seen = (claims: unknown) => found('_tag=sources', claiming(claims), lenient);
    expect(await seen({ site: 'north', org: { devices: 'Device/2' } })).toEqual(of(0));
    expect(
      await seen({ site: 'north', org: { devices: ['Device/2', 'http://h.example/Device/2'] } }),
    ).toEqual(of(0, 2));
    expect(await seen({ site: 'north' })).toEqual(of(0, 2));
    expect(await seen({ org: { devices: 'Device/2' } })).toEqual(of(0, 1));
    expect(await seen({})).toEqual(of(0, 1, 2));
    expect((await ask('/AuditEvent', claiming({ site: 'north', org: 'x' }), lenient)).status).toBe(403);
  });
});

it('quarantine is forbidden to who is restricted, and to nobody else', async () => {
  for (const path of ['/quarantine', `/quarantine/${north[0]?.id}`, `/quarantine/${north[0]?.id}/content`]) {
    expect((await ask(path, NORTH)).status).toBe(403);
    expect((await ask(path, claiming({}))).status).toBe(403);
    expect((await ask(path, claiming({}), lenient)).status).toBe(path === '/quarantine' ? 200 : 404);
  }
});
