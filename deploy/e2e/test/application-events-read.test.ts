/**
 * Events of applications, given back in their own shape through the front door: each as it was answered when it was sent, in
 * a list that has exactly those that were asked for, to nobody who may not see them, and never without its trace.
 */
import { createHash } from 'node:crypto';
import { type ApplicationEvent, canonicalForm, type SentEvent, toAuditEvent } from '@auditbox/fhir-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Bundle, postBundle, type Resource, search } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { bearer, type Guarded, startGuarded } from '../src/hostile/guarded.ts';
import { startWorld, type World } from '../src/hostile/world.ts';
import { rawRequest } from '../src/raw-request.ts';

/** Names that mean something to a search, and two that differ by case alone. */
const ORGANISATIONS = ['clinic-7', 'Clinic-7', 'a,b|c', '\\', '*', 'ä b', '"x" OR 1=1'];
const ACTIONS = ['record.view', 'record.edit', 'Record.View', 'log in', 'a|b'];
const ACTORS = ['u-1', 'U-1', '$,'];
const DAY_MS = 24 * 60 * 60 * 1000;
const EVENTS = 60;

/** Every value meets many others, and instants have ties. */
function numbered(n: number): SentEvent {
  const at = <Value>(values: readonly Value[]) => values[n % values.length] as Value;
  return {
    org_id: at(ORGANISATIONS),
    action: at(ACTIONS),
    action_result: n % 4 === 0 ? 'failure' : 'success',
    actor_id: at(ACTORS),
    actor_type: n % 2 === 0 ? 'user' : 'machine',
    occurred_at: new Date(Date.UTC(2026, 0, 1) + (n % 10) * DAY_MS).toISOString(),
    ...(n % 3 === 0 && { actor_name: 'Jörg', request_method: 'GET', request_path: `/records/${n}` }),
    ...(n % 8 === 0 && { response_status: 503, client_ip: '2001:db8::1' }),
  };
}

const STEADY = Array.from({ length: EVENTS }, (_, n) => numbered(n));
const PROFILE = `_profile=${toAuditEvent(STEADY[0] as SentEvent).meta?.profile?.[0]}`;

let world: World;
let guarded: Guarded;
/** As each was answered when it was sent. */
let sent: readonly ApplicationEvent[];
/** Sent as FHIR: AuditEvents of that profile which say more than an event of an application does. */
let claiming: readonly Resource[];
let fhir: Resource;
const started = new AsyncDisposableStack();

/** What a token says of who asks. */
type Claims = Readonly<Record<string, unknown>>;

type Page = { readonly events: readonly ApplicationEvent[]; readonly next_cursor?: string };

async function ask(path: string, claims: Claims = {}, headers: Record<string, string> = {}) {
  const answer = await rawRequest(guarded.gateway, {
    path,
    headers: { ...bearer(world.token({ claims })), ...headers },
  });
  return { ...answer, body: (answer.text === '' ? undefined : JSON.parse(answer.text)) as unknown };
}

async function page(query: string, claims: Claims = {}): Promise<Page> {
  const { status, body, text } = await ask(`/api/events?${query}`, claims);
  if (status !== 200) throw new Error(`${status}: ${text}`);
  return body as Page;
}

/** All pages of a list from a cursor on, or from the first: each but the last has a cursor. */
async function pages(query: string, claims: Claims = {}, from?: string): Promise<readonly Page[]> {
  const at = (cursor?: string) => page(cursor === undefined ? query : `${query}&cursor=${cursor}`, claims);
  const all = [await at(from)];
  for (let next = all[0]?.next_cursor; next !== undefined; next = all.at(-1)?.next_cursor)
    all.push(await at(next));
  return all;
}

const eventsOf = (all: readonly Page[]) => all.flatMap(({ events }) => events);

async function send(events: readonly SentEvent[]): Promise<readonly ApplicationEvent[]> {
  const response = await fetch(`${guarded.gateway}/api/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(world.token()) },
    body: JSON.stringify(events),
  });
  const answers = (await response.json()) as { readonly event: ApplicationEvent }[];
  expect(response.status, JSON.stringify(answers)).toBe(200);
  return answers.map(({ event }) => event);
}

const foundAll = (events: readonly { readonly id: string }[]) =>
  eventually<Bundle>(
    'all are found',
    () => search(guarded.judge, `_id=${events.map(({ id }) => id).join(',')}&_count=0`),
    ({ total }) => total === events.length,
  );

/** The order of the list: newest first, events of one instant by their ids. */
function newestFirst(events: readonly ApplicationEvent[]): readonly ApplicationEvent[] {
  const key = ({ occurred_at, id }: ApplicationEvent) => `${Date.parse(occurred_at)} ${id}`;
  return events.toSorted((a, b) => (key(a) < key(b) ? 1 : -1));
}

beforeAll(async () => {
  world = started.use(await startWorld());
  const parts = { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') };
  const environment = {
    AUDITBOX_RESTRICT_BY: 'subtype=/actions',
    AUDITBOX_RESTRICT_WITHOUT_CLAIM: 'allow',
  };
  guarded = started.use(await startGuarded(parts, world, { environment }));
  sent = await send(STEADY);
  const claims = [{ outcomeDesc: 'more' }, { purposeOfEvent: [{ text: 'more' }] }, { subtype: undefined }];
  const resources = claims.map((more) => ({ ...toAuditEvent(STEADY[0] as SentEvent), ...more }));
  const asFhir = await postBundle(`${guarded.gateway}/`, [...resources, PAGE_EVENT], bearer(world.token()));
  claiming = asFhir.slice(0, -1);
  fhir = asFhir.at(-1) as Resource;
  await foundAll([...sent, ...asFhir]);
});
afterAll(() => started.disposeAsync());

describe('an event by its id', () => {
  it('is what was answered when it was sent', async () => {
    for (const event of sent.slice(0, 10)) {
      const { status, headers, body } = await ask(`/api/events/${event.id}`);
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'cache-control': 'no-store',
        etag: 'W/"1"',
        'last-modified': expect.any(String),
      });
      expect(body).toEqual(event);
    }
  });

  it('has the fingerprint that anyone can compute of what was sent', async () => {
    for (const [n, { id, sha256 }] of sent.slice(0, 10).entries()) {
      const sorted = Object.fromEntries(Object.entries(STEADY[n] ?? {}).toSorted());
      expect(sha256).toBe(createHash('sha256').update(JSON.stringify(sorted)).digest('hex'));
      expect(await ask(`/api/events/${id}/fingerprint`)).toMatchObject({ status: 200, body: { id, sha256 } });
    }
  });

  it('is the same event when it was sent as FHIR', async () => {
    const event = STEADY[3] as SentEvent;
    const added = { client_city: 'Bonn', client_geo_lat: 50.75 };
    const asFhir = await postBundle(
      `${guarded.gateway}/`,
      [toAuditEvent(event, added)],
      bearer(world.token()),
    );
    const id = asFhir[0]?.id ?? '';
    const { body } = await eventually(
      'it is read',
      () => ask(`/api/events/${id}`),
      ({ status }) => status === 200,
    );
    expect(body).toEqual({ ...event, ...added, id, sha256: sent[3]?.sha256 });
    const fingerprint = await ask(`/api/events/${id}/fingerprint`);
    expect(fingerprint.body).toEqual({ id, sha256: sent[3]?.sha256 });
  });

  it('is none where only the profile says so, and has its fingerprint as FHIR has it', async () => {
    for (const resource of [...claiming, fhir]) {
      const { id } = resource;
      expect(await ask(`/api/events/${id}`)).toMatchObject({
        status: 404,
        body: { error: { code: 'not_found' } },
      });
      const sha256 = createHash('sha256').update(canonicalForm(resource)).digest('hex');
      expect((await ask(`/api/events/${id}/fingerprint`)).body).toEqual({ id, sha256 });
    }
  });

  it('is not sent again to who has it', async () => {
    for (const path of [`/api/events/${sent[0]?.id}`, `/api/events/${sent[0]?.id}/fingerprint`])
      expect(await ask(path, {}, { 'if-none-match': 'W/"1"' })).toMatchObject({ status: 304, text: '' });
  });
});

describe('the list', () => {
  type Wanted = (event: ApplicationEvent) => boolean;
  const q = encodeURIComponent;

  it.each<[query: string, wanted: Wanted]>([
    ...ORGANISATIONS.map((org): [string, Wanted] => [`org_id=${q(org)}`, ({ org_id }) => org_id === org]),
    ...ACTIONS.map((name): [string, Wanted] => [`action=${q(name)}`, ({ action }) => action === name]),
    ...ACTORS.map((actor): [string, Wanted] => [
      `actor_id=${q(actor)}`,
      ({ actor_id }) => actor_id === actor,
    ]),
    ['action_result=success', ({ action_result }) => action_result === 'success'],
    ['action_result=failure', ({ action_result }) => action_result === 'failure'],
    ['from=2026-01-03T00:00:00Z', ({ occurred_at }) => occurred_at >= '2026-01-03'],
    ['to=2026-01-03T01:00:00%2B01:00', ({ occurred_at }) => occurred_at < '2026-01-03'],
    ['from=2026-01-03T00:00:00.001Z', ({ occurred_at }) => occurred_at > '2026-01-03T00:00:00.000Z'],
    [
      'from=2026-01-03T00:00:00Z&to=2026-01-04T00:00:00Z&action_result=success&actor_id=U-1',
      ({ occurred_at, action_result, actor_id }) =>
        occurred_at.startsWith('2026-01-03') && action_result === 'success' && actor_id === 'U-1',
    ],
    ['from=2026-01-04T00:00:00Z&to=2026-01-03T00:00:00Z', () => false],
    ['org_id=clinic', () => false],
    ['limit=1000', () => true],
  ])('by %s has those events, whole and newest first', async (query, wanted) => {
    const steady = `&to=${q('2026-02-01T00:00:00Z')}`;
    const all = await pages(query.includes('to=') ? query : query + steady);
    // Other tests send one of them again.
    const ids = new Set(sent.map(({ id }) => id));
    const events = eventsOf(all).filter(({ id }) => ids.has(id));
    expect(events).toEqual(newestFirst(sent.filter(wanted)));
    for (const event of eventsOf(all)) expect(wanted(event)).toBe(true);
  });

  it('leads through all pages, each event once, and has no event that came after the first page', async () => {
    const list = 'from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&limit=7';
    const first = await page(list);
    expect(first.events).toHaveLength(7);
    const late = await send([numbered(1), numbered(9)]);
    await foundAll(late);
    const rest = await pages(list, {}, first.next_cursor);
    const seen = [...first.events, ...eventsOf(rest)].map(({ id }) => id);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(sent.map(({ id }) => id)));
    for (const { id } of late) expect(seen).not.toContain(id);
    for (const { id } of claiming) expect(seen).not.toContain(id);
    const again = eventsOf(await pages(list)).map(({ id }) => id);
    expect(again).toEqual(expect.arrayContaining(late.map(({ id }) => id)));
  });

  it('goes on where it was, whatever the limit, and with no cursor of another list', async () => {
    const { next_cursor } = await page('actor_id=$,&limit=3');
    expect((await page(`actor_id=$,&limit=5&cursor=${next_cursor}`)).events).toHaveLength(5);
    for (const other of ['', 'actor_id=u-1', 'actor_id=$,&action=a'])
      expect(await ask(`/api/events?${other}&cursor=${next_cursor}`)).toMatchObject({
        status: 400,
        body: { error: { code: 'invalid', fields: [{ field: 'cursor' }] } },
      });
  });

  it('has what FHIR search finds for the same', async () => {
    const { entry = [] } = await search(guarded.judge, `${PROFILE}&subtype=record.edit&_count=1000`);
    const events = eventsOf(await pages('action=record.edit'));
    expect(events.map(({ id }) => id)).toEqual(entry.map(({ resource }) => resource.id));
  });

  it('comes compressed to who takes that, and has the same headers for HEAD', async () => {
    const headers = { ...bearer(world.token()), 'accept-encoding': 'gzip' };
    const [got, head] = await Promise.all(
      ['GET', 'HEAD'].map((method) => rawRequest(guarded.gateway, { method, path: '/api/events', headers })),
    );
    expect(got).toMatchObject({ status: 200, headers: { 'content-encoding': 'gzip' } });
    expect(head).toMatchObject({ status: 200, text: '', headers: { 'content-encoding': 'gzip' } });
  });
});

describe('what is refused', () => {
  it.each([
    ['org_id=', 'org_id'],
    [`actor_id=${'x'.repeat(257)}`, 'actor_id'],
    ['action=a%20%20b', 'action'],
    ['action_result=Success', 'action_result'],
    ['from=2026-01-03', 'from'],
    ['to=tomorrow', 'to'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['cursor=x', 'cursor'],
    ['org_id=a&org_id=a', 'org_id'],
    ['_count=1', '_count'],
  ])('?%s, for the parameter', async (query, field) => {
    const { status, headers, body } = await ask(`/api/events?${query}`);
    expect(status).toBe(400);
    expect(headers['content-type']).toBe('application/json');
    expect(body).toEqual({
      error: {
        code: 'invalid',
        message: expect.any(String),
        request_id: headers['x-request-id'],
        fields: [{ field, message: expect.stringContaining(field) }],
      },
    });
  });

  it.each([
    ['GET', '/api/events/nonsense', {}, 404, 'not_found'],
    ['GET', '/api/events/nonsense/fingerprint', {}, 404, 'not_found'],
    ['GET', '/api/events', { accept: 'text/html' }, 406, 'not_acceptable'],
    ['GET', '/api/events', { authorization: 'Bearer x' }, 401, 'unauthorized'],
    ['DELETE', '/api/events/x', {}, 405, 'method_not_allowed'],
    ['PUT', '/api/events/x/fingerprint', {}, 405, 'method_not_allowed'],
  ])('%s %s with %j, in the form of this API', async (method, path, more, status, code) => {
    for (const base of [guarded.gateway, guarded.query]) {
      const headers = { ...bearer(world.token()), ...more };
      const answer = await rawRequest(base, { method, path, headers });
      expect(answer.status).toBe(status);
      expect(JSON.parse(answer.text)).toMatchObject({ error: { code } });
      if (status === 405) expect(answer.headers.allow).toBe('GET, HEAD');
    }
  });
});

describe('a reader who is restricted', () => {
  const VIEWER = { actions: 'record.view' };
  const EDITOR = { actions: ['record.edit'] };
  const own = (claims: Claims) =>
    // Codes have no case to a restriction, as to FHIR search.
    sent.filter(({ action }) => String(claims.actions).toLowerCase() === action.toLowerCase());

  it('finds what FHIR search shows it, and nothing else', async () => {
    for (const claims of [VIEWER, EDITOR]) {
      const events = eventsOf(await pages('limit=3', claims));
      const { body } = await ask(`/AuditEvent?${PROFILE}&_count=1000`, claims);
      const shown = ((body as Bundle).entry ?? []).map(({ resource }) => resource.id);
      expect(shown).toEqual(expect.arrayContaining(events.map(({ id }) => id)));
      expect(events.map(({ id }) => id)).toEqual(expect.arrayContaining(own(claims).map(({ id }) => id)));
      const allowed = String(claims.actions).toLowerCase();
      for (const { action } of events) expect(action.toLowerCase()).toBe(allowed);
    }
    expect(await page('action=record.edit', VIEWER)).toEqual({ events: [] });
  });

  it('reads its own, and of another’s learns no more than of an id that never was', async () => {
    const [mine] = own(VIEWER);
    const [other] = own(EDITOR);
    const id = other?.id ?? '';
    const never = `${id.slice(0, -4)}${id.endsWith('0000') ? '0001' : '0000'}`;
    expect(await ask(`/api/events/${mine?.id}`, VIEWER)).toMatchObject({ status: 200, body: mine });
    for (const part of ['', '/fingerprint'])
      for (const condition of [{}, { 'if-none-match': '*' }]) {
        const said = async (asked: string) => {
          const { status, text, headers } = await ask(`/api/events/${asked}${part}`, VIEWER, {
            ...condition,
            'x-request-id': 'r',
          });
          return { status, text, headers: { ...headers, date: '' } };
        };
        const unseen = await said(id);
        expect(unseen.status).toBe(404);
        expect(unseen).toEqual(await said(never));
      }
  });

  it('does not go on where that of another reader ended', async () => {
    const { next_cursor } = await page('limit=3', VIEWER);
    expect((await ask(`/api/events?cursor=${next_cursor}`, VIEWER)).status).toBe(200);
    for (const claims of [EDITOR, {}])
      expect((await ask(`/api/events?cursor=${next_cursor}`, claims)).status).toBe(400);
  });

  it('whose claim says nothing certain sees nothing', async () => {
    for (const path of ['', `/${sent[0]?.id}`, `/${sent[0]?.id}/fingerprint`])
      expect(await ask(`/api/events${path}`, { actions: 7 })).toMatchObject({
        status: 403,
        body: { error: { code: 'forbidden' } },
      });
  });
});

it('whoever lists or reads is in the trail, with what was asked and the event that was read', async () => {
  const claims = { preferred_username: 'jane' };
  const id = sent[7]?.id;
  const asked = [
    `/api/events/${id}`,
    `/api/events/${id}/fingerprint`,
    '/api/events?org_id=a%2Cb%7Cc&limit=1',
  ];
  for (const path of asked) expect((await ask(path, claims)).status).toBe(200);
  const { entry = [] } = await eventually<Bundle>(
    'her three requests are found',
    () => search(guarded.judge, 'type=110101&user=jane'),
    ({ total }) => total === asked.length,
  );
  type Used = Resource & {
    readonly action: string;
    readonly entity: readonly { readonly query?: string; readonly what?: { readonly reference?: string } }[];
  };
  const told = entry.map(({ resource }) => {
    const { action, entity } = resource as Used;
    const [what] = entity;
    return [Buffer.from(what?.query ?? '', 'base64').toString(), action, what?.what?.reference];
  });
  const read = `AuditEvent/${id}`;
  expect(told.toSorted()).toEqual(
    asked.map((path) => [`GET ${path}`, ...(path.includes('?') ? ['E', undefined] : ['R', read])]).toSorted(),
  );
});
