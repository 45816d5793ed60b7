/** What a restricted reader is answered, before a repository that says what it was asked. */
import type { AppEnv, Caller } from '@auditbox/service-kit';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { REFUSED, type Restriction } from '../domain/restriction.ts';
import { type EventsDependencies, eventsRoutes } from './events.ts';
import { framed } from './framed.case.ts';
import { quarantineRoutes } from './quarantine.ts';
import { readRoutes } from './read.ts';
import type { RestrictionOf } from './restricted.ts';
import { searchRoutes } from './search.ts';

const NORTH: Restriction = [
  { code: 'site', type: 'token', not: false, values: [{ match: 'code', code: 'north' }] },
];

const CALLER: Caller = { issuer: 'i', client: 'c', permissions: new Set(), claims: { site: 'north' } };

function repository(restriction: Restriction | typeof REFUSED, caller: Caller | undefined = CALLER) {
  const asked: Restriction[] = [];
  const callers: (Caller | undefined)[] = [];
  const restrictionOf: RestrictionOf = (of) => {
    callers.push(of);
    return restriction;
  };
  const unexpected = () => Promise.reject(new Error('not expected'));
  const events: EventsDependencies = {
    now: () => 0,
    holdFor: () => () => true,
    restrictionOf,
    search: async (search) => {
      asked.push(search.restriction);
      return { total: 0, events: [], more: false, horizon: 0, edges: undefined };
    },
    read: async (_id, within) => {
      asked.push(within);
      return undefined;
    },
  };
  const routes = new Hono<AppEnv>()
    .route('/', searchRoutes(events))
    .route('/', readRoutes(events))
    .route('/', eventsRoutes(events))
    .route(
      '/',
      quarantineRoutes({
        now: () => 0,
        restrictionOf,
        quarantine: { search: unexpected, read: async () => undefined, content: unexpected },
      }),
    );
  return { app: framed(routes, caller), asked, callers };
}

const ID = '019bc78e-2f20-8000-8000-000000000001';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const post = { method: 'POST', headers: FORM, body: 'site=south' };

type Asked = readonly [url: string, init: RequestInit];

const EVENTS: readonly Asked[] = [
  ['/AuditEvent?site=south', {}],
  ['/AuditEvent?_count=0', {}],
  ['/AuditEvent', { method: 'HEAD' }],
  ['/AuditEvent/_search', post],
  ['/Patient/1/AuditEvent', {}],
  ['/Patient/1/AuditEvent/_search', post],
  ['/Device/1/AuditEvent', {}],
  [`/AuditEvent/${ID}`, {}],
  [`/AuditEvent/${ID}`, { headers: { 'if-none-match': '*' } }],
  [`/AuditEvent/${ID}/_history/1`, {}],
  ['/api/events?org_id=south', {}],
  ['/api/events', { method: 'HEAD' }],
  [`/api/events/${ID}`, {}],
  [`/api/events/${ID}/fingerprint`, { headers: { 'if-none-match': '*' } }],
];

const QUARANTINE = ['/quarantine', '/quarantine?_count=0', `/quarantine/${ID}`, `/quarantine/${ID}/content`];

describe('a reader that may see a part', () => {
  it.each(EVENTS)('is answered %s of that part alone', async (url, init) => {
    const { app, asked, callers } = repository(NORTH);
    expect([200, 404]).toContain((await app.request(url, init)).status);
    expect(asked).toEqual([NORTH]);
    expect(callers).toEqual([CALLER]);
  });

  it('finds nothing of it in links', async () => {
    const text = await (await repository(NORTH).app.request('/AuditEvent?action=C&_count=1')).text();
    expect(text).toContain('action=C');
    expect(text).not.toMatch(/site|north/);
  });

  it.each(QUARANTINE)('is forbidden %s', async (url) => {
    const response = await repository(NORTH).app.request(url);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      issue: [{ code: 'forbidden', diagnostics: expect.stringContaining('Quarantine') }],
    });
  });
});

describe('a reader that may see nothing', () => {
  it.each([...EVENTS, ...QUARANTINE.map((url): Asked => [url, {}])])(
    'is forbidden %s, and nothing is looked up',
    async (url, init) => {
      const { app, asked } = repository(REFUSED);
      const response = await app.request(url, init);
      expect(response.status).toBe(403);
      expect(response.headers.get('www-authenticate')).toBe(
        'Bearer realm="auditbox", error="insufficient_scope"',
      );
      if (init.method !== 'HEAD')
        expect(await response.json()).toMatchObject({ issue: [{ code: 'forbidden' }] });
      expect(asked).toEqual([]);
    },
  );
});

it('who is not restricted may look at quarantine', async () =>
  expect((await repository([]).app.request(`/quarantine/${ID}`)).status).toBe(404));
