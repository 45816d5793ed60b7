/**
 * Readers who may see only what is of their own site or source: whatever they ask, and however, nothing else is found,
 * counted or read, and what is theirs is found as by anybody.
 */
import { startQuery } from '@auditbox/query';
import { readConfig } from '@auditbox/query/config';
import { createLogger } from '@auditbox/service-kit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { post, postBundle, type Resource } from '../src/client.ts';
import { type Answer, linkOf, matches } from '../src/conformance/asking.ts';
import { BASE_EVENT } from '../src/conformance/corpus.ts';
import { eventually } from '../src/eventually.ts';
import { bearer, type Guarded, startGuarded } from '../src/hostile/guarded.ts';
import { startWorld, type World } from '../src/hostile/world.ts';
import { settingsOf } from '../src/pipeline.ts';

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

/** DICOM's Audit Log Used. */
const LOG_USED = 'type=http://dicom.nema.org/resources/ontology/DCM|110101';

let world: World;
let guarded: Guarded;
/** Query that restricts by `/site`: who lacks the claim sees nothing. */
let strict: string;
/** By `/site` and `/org/devices`: who lacks a claim is not restricted by it. The gateway passes on to this one. */
let lenient: string;
let north: readonly Resource[];
let south: readonly Resource[];
const started = new AsyncDisposableStack();

const event = (code: string, site: string | undefined, part: object = {}) => ({
  ...BASE_EVENT,
  meta: { tag: [{ system: TAG, code }] },
  agent: [{ requestor: false, who: { reference: 'Practitioner/p' } }],
  entity: [{ what: { reference: 'Patient/x' } }],
  source: { ...(site !== undefined && { site }), observer: { reference: 'Device/1' } },
  ...part,
});

beforeAll(async () => {
  world = started.use(await startWorld());
  const parts = { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') };
  const rules = 'site=/site, source=/org/devices';
  const environment = { AUDITBOX_RESTRICT_BY: rules, AUDITBOX_RESTRICT_WITHOUT_CLAIM: 'allow' };
  guarded = started.use(await startGuarded(parts, world, { environment }));
  lenient = guarded.query;
  const config = readConfig({
    ...guarded.pipeline.environment,
    AUDITBOX_RESTRICT_BY: 'site=/site',
    AUDITBOX_RESTRICT_WITHOUT_CLAIM: 'refuse',
  });
  const query = started.use(await startQuery(settingsOf(config), createLogger('test', 'off')));
  strict = `http://127.0.0.1:${query.port}`;
  const numbered = (site: string) =>
    Array.from({ length: EVENTS }, (_, n) => event('steady', site, { action: 'CRUDE'.charAt(n % 5) }));
  north = await stored(numbered('north'));
  south = await stored(numbered('south'));
});
afterAll(() => started.disposeAsync());

/** What a token says of who reads; for everything there is, somebody whom nobody asks for a token. */
type Reader = Readonly<Record<string, unknown>> | 'anybody';

const NORTH = { site: 'north' };
const SOUTH = { site: ['south'] };

async function fetchAs(reader: Reader, path: string, at = strict, init: RequestInit = {}) {
  if (reader === 'anybody') return await fetch(`${guarded.judge}${path}`, init);
  const headers = { ...bearer(world.token({ claims: reader })), ...init.headers };
  return await fetch(`${at}${path}`, { ...init, headers });
}

async function ask(path: string, reader: Reader, at = strict, init: RequestInit = {}) {
  const response = await fetchAs(reader, path, at, init);
  return { status: response.status, answer: (await response.json()) as Answer };
}

/** Sends them and waits until they are found. */
async function stored(events: readonly object[], azp?: string): Promise<readonly Resource[]> {
  const token = world.token(azp === undefined ? {} : { claims: { azp } });
  const sent = await postBundle(`${guarded.gateway}/`, events, bearer(token));
  await eventually(
    'all are found',
    () => ask(`/AuditEvent?_id=${idsOf(sent).join(',')}&_count=0`, 'anybody'),
    ({ answer }) => answer.total === events.length,
  );
  return sent;
}

const idsOf = (events: readonly Resource[]) => events.map(({ id }) => id).toSorted();

const found = async (query: string, reader: Reader, at = strict) => {
  const { status, answer } = await ask(`/AuditEvent?${query}`, reader, at);
  expect(status).toBe(200);
  return idsOf(matches(answer));
};

it('a reader whose token says so is not restricted', async () => {
  const scope = 'system/AuditEvent.rs auditbox/unrestricted';
  const all = idsOf([...north, ...south]);
  expect(await found('_tag=steady', { scope })).toEqual(all);
  expect(await found('_tag=steady', { scope, ...NORTH })).toEqual(all);
});

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
    for (const [reader, own] of [
      [NORTH, north],
      [SOUTH, south],
      [{ site: ['south', 'north'] }, [...north, ...south]],
    ] as const) {
      const { status, answer } = await ask(path, reader, strict, init);
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
    for (const reader of [NORTH, 'anybody'] as const) {
      const { answer } = await ask('/AuditEvent?_tag=steady&_count=3', reader);
      const { pathname, search } = new URL(linkOf(answer, 'next') ?? '');
      expect((await ask(pathname + search, reader)).status).toBe(200);
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
  const answerOf = async (path: string, reader: Reader, condition: Record<string, string> = {}) => {
    const headers = { ...condition, 'x-request-id': 'r' };
    const response = await fetchAs(reader, path, strict, { headers });
    const about = Object.fromEntries([...response.headers].filter(([name]) => name !== 'date'));
    return { status: response.status, about, body: await response.text() };
  };

  it.each(['', '/_history/1'])('of %j of the own site gives the event to the letter', async (version) => {
    const path = `/AuditEvent/${north[0]?.id}${version}`;
    const [own, anybody] = [await answerOf(path, NORTH), await answerOf(path, 'anybody')];
    expect(own.status).toBe(200);
    expect(own).toEqual(anybody);
    expect((await answerOf(path, NORTH, { 'if-none-match': 'W/"1"' })).status).toBe(304);
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
        const unseen = await answerOf(`/AuditEvent/${of}${version}`, NORTH, condition);
        expect(unseen.status).toBe(404);
        expect(unseen).toEqual(await answerOf(`/AuditEvent/${never}${version}`, NORTH, condition));
      }
    const month = '019bc78e-2f20-8000-8000-000000000001';
    expect((await answerOf(`/AuditEvent/${month}`, NORTH)).status).toBe(404);
  });
});

describe('a claim', () => {
  let ofSites: readonly Resource[];
  const siteOf = (resource: Resource) => (resource.source as { site?: string }).site;
  beforeAll(async () => {
    ofSites = await stored([...SITES, undefined].map((site) => event('sites', site)));
  });

  it('is compared as a whole and to the character, and shows nothing that is not found without it', async () => {
    const all = await found('_tag=sites', 'anybody');
    for (const claims of [...SITES.map((site) => [site]), SITES, SITES.slice(3, 6), ['no', 'NORTH']]) {
      const own = ofSites.filter((each) => [...claims, 'north'].includes(siteOf(each) ?? ''));
      // Codes have no case.
      const expected = claims.includes('NORTH')
        ? own
        : own.filter((each) => claims.includes(siteOf(each) ?? ''));
      const seen = await found('_tag=sites', { site: claims });
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
      expect(await ask(path, claims)).toMatchObject({
        status: 403,
        answer: { issue: [{ code: 'forbidden' }] },
      });
  });

  it('of a hundred values is asked as one of one', async () => {
    const site = ['north', ...Array.from({ length: 99 }, (_, n) => `s${n}`)];
    const devices = Array.from({ length: 100 }, (_, n) => `Device/${n}`);
    expect(await found('_tag=steady', { site, org: { devices } }, lenient)).toEqual(idsOf(north));
  });
});

describe('several rules', () => {
  it('are all to hold, and one whose claim may be missing does not count without it', async () => {
    const others = await stored([
      event('sources', 'north', { source: { site: 'north', observer: { reference: 'Device/2' } } }),
      event('sources', 'south', { source: { site: 'south', observer: { reference: 'Device/2' } } }),
      event('sources', 'north', {
        source: { site: 'north', observer: { reference: 'http://h.example/Device/2' } },
      }),
    ]);
    const of = (...at: number[]) => idsOf(at.map((n) => others[n] as Resource));
    const seen = (claims: Reader) => found('_tag=sources', claims, lenient);
    expect(await seen({ site: 'north', org: { devices: 'Device/2' } })).toEqual(of(0));
    expect(
      await seen({ site: 'north', org: { devices: ['Device/2', 'http://h.example/Device/2'] } }),
    ).toEqual(of(0, 2));
    expect(await seen({ site: 'north' })).toEqual(of(0, 2));
    expect(await seen({ org: { devices: 'Device/2' } })).toEqual(of(0, 1));
    expect(await seen({})).toEqual(of(0, 1, 2));
    expect((await ask('/AuditEvent', { site: 'north', org: 'x' }, lenient)).status).toBe(403);
  });
});

describe('a restriction by who sent', () => {
  it('shows to each what its own clients sent, to the letter, whatever the events say', async () => {
    const config = readConfig({
      ...guarded.pipeline.environment,
      AUDITBOX_RESTRICT_BY: 'sender=/clients',
      AUDITBOX_RESTRICT_WITHOUT_CLAIM: 'refuse',
    });
    await using query = await startQuery(settingsOf(config), createLogger('test', 'off'));
    const bySender = `http://127.0.0.1:${query.port}`;
    const [ehr, upper, lab] = [
      await stored([event('sent', 'north')], 'ehr'),
      await stored([event('sent', 'north')], 'EHR'),
      await stored([event('sent', 'north', { id: 'lab' })], 'lab'),
    ];
    const of = (client: string) => `${world.issuer.url}|${client}`;
    const seen = (clients: unknown) => found('_tag=sent', { clients }, bySender);
    expect(await seen(of('ehr'))).toEqual(idsOf(ehr));
    expect(await seen([of('EHR'), of('lab')])).toEqual(idsOf([...upper, ...lab]));
    expect(await seen('lab')).toEqual(idsOf(lab));
    for (const none of [of('eh'), of('Lab'), '|ehr', 'urn:auditbox:api-key|ehr', world.issuer.url])
      expect(await seen(none), none).toEqual([]);
    for (const clients of [undefined, [], `${world.issuer.url}|`, 'a|b|c'])
      expect((await ask('/AuditEvent', { clients }, bySender)).status).toBe(403);
    const unseen = await fetchAs({ clients: of('ehr') }, `/AuditEvent/${lab[0]?.id}`, bySender);
    await unseen.body?.cancel();
    expect(unseen.status).toBe(404);
  });
});

describe('who used the log', () => {
  it('is seen by those who may see everything, and by nobody who is restricted, whoever it was', async () => {
    for (const reader of [NORTH, SOUTH]) expect((await ask('/AuditEvent?_count=1', reader)).status).toBe(200);
    const { answer } = await eventually(
      'their searches are found',
      () => ask(`/AuditEvent?${LOG_USED}&outcome=0&_count=2`, {}, lenient),
      ({ answer: { total = 0 } }) => total >= 2,
    );
    const bySource = { org: { devices: 'Device/1' } };
    for (const [reader, at] of [
      [NORTH, strict],
      [SOUTH, strict],
      [NORTH, guarded.gateway],
      [bySource, lenient],
    ] as const) {
      expect(await found(LOG_USED, reader, at)).toEqual([]);
      for (const id of idsOf(matches(answer)))
        expect((await ask(`/AuditEvent/${id}`, reader, at)).status).toBe(404);
    }
  });
});

describe('quarantine', () => {
  it('is forbidden to who is restricted, and to nobody else', async () => {
    for (const path of [
      '/quarantine',
      `/quarantine/${north[0]?.id}`,
      `/quarantine/${north[0]?.id}/content`,
    ]) {
      for (const at of [strict, lenient, guarded.gateway])
        expect((await ask(path, NORTH, at)).status).toBe(403);
      expect((await ask(path, {})).status).toBe(403);
      for (const at of [lenient, guarded.gateway])
        expect((await ask(path, {}, at)).status).toBe(path === '/quarantine' ? 200 : 404);
    }
  });

  // The gateway asks query for the item with the token of who asks it, so query restricts the release too.
  it('is not left by release of who is restricted', async () => {
    const scope = 'system/AuditEvent.crs auditbox/quarantine.read auditbox/quarantine.release';
    const corrected = event('aside', 'north');
    const { recorded: _recorded, ...invalid } = corrected;
    const onInvalid = { 'auditbox-on-invalid': 'quarantine' };
    const sending = { ...bearer(world.token()), ...onInvalid };
    expect((await post(`${guarded.gateway}/AuditEvent`, invalid, sending)).status).toBe(201);
    type Listed = { readonly items?: readonly { readonly id: string }[] };
    const { items = [] } = await eventually<Listed>(
      'it is listed',
      async () => (await (await fetchAs({}, '/quarantine', guarded.gateway)).json()) as Listed,
      ({ items }) => items?.length === 1,
    );
    const release = (reader: object, body: unknown) =>
      post(
        `${guarded.gateway}/quarantine/${items[0]?.id}/release`,
        body,
        bearer(world.token({ claims: { ...reader, scope } })),
      );
    for (const body of ['', corrected]) {
      const refused = await release(NORTH, body);
      expect(refused.status).toBe(403);
      expect(await refused.json()).toMatchObject({ issue: [{ code: 'forbidden' }] });
    }
    expect((await release({}, corrected)).status).toBe(201);
  });
});
