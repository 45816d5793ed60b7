/** The routes before a repository that gives what a test puts there; the errors as the service has them. */
import { type SentEvent, stampedBytes, toAuditEvent } from '@auditbox/fhir-core';
import { type AppEnv, applicationErrors } from '@auditbox/service-kit';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { parseEventList } from '../domain/event-list.ts';
import { type Found, PAGE_TOO_LARGE, type SearchPort, type StoredEvent } from '../domain/found.ts';
import { REFUSED, type ReaderSearch, type Restriction } from '../domain/restriction.ts';
import { cursorFrom } from '../domain/searchset.ts';
import { eventsRoutes } from './events.ts';
import { framed } from './framed.case.ts';

const ID = '019bc78e-2f20-8000-8000-000000000001';
const DIGEST = 'd'.repeat(64);
const SENT: SentEvent = {
  ...{ org_id: 'clinic-7', action: 'record.view', action_result: 'success', actor_id: 'u-1' },
  ...{ actor_type: 'user', occurred_at: '2026-01-31T09:30:00Z' },
};
const text = (more = {}) =>
  stampedBytes({ ...toAuditEvent(SENT), ...more }, { id: ID, lastUpdated: SENT.occurred_at }).toString();

const NOTHING: Found = { total: undefined, events: [], more: false, horizon: 0, edges: undefined };
const ONE: Found = {
  ...{ total: undefined, events: [{ id: ID, text: text() }], more: true, horizon: 7 },
  edges: { first: [1, ID], last: [1, ID] },
};

type Repository = {
  readonly search?: SearchPort;
  readonly stored?: StoredEvent | undefined;
  readonly restriction?: Restriction | typeof REFUSED;
};

function routes({ search = async () => NOTHING, stored, restriction = [] }: Repository = {}) {
  const searches: ReaderSearch[] = [];
  const reads: (readonly [string, Restriction])[] = [];
  const routes = eventsRoutes({
    now: () => 0,
    holdFor: () => () => true,
    restrictionOf: () => restriction,
    search: async (asked, page, request) => {
      searches.push(asked);
      return await search(asked, page, request);
    },
    read: async (id, within) => {
      reads.push([id, within]);
      return stored;
    },
  });
  const app = framed(new Hono<AppEnv>().use('/api/*', applicationErrors).route('/', routes));
  const ask = async (path: string, init?: RequestInit) => {
    const response = await app.request(path, init);
    const body = await response.text();
    return { status: response.status, headers: response.headers, body: body === '' ? '' : JSON.parse(body) };
  };
  return { ask, searches, reads };
}

const refusedFor = (field: string) => ({
  status: 400,
  body: { error: { code: 'invalid', message: expect.any(String), fields: [{ field }] } },
});

describe('GET /api/events', () => {
  it('gives events in their own shape, in plain JSON, within what the reader may see', async () => {
    const restriction: Restriction = [
      { code: 'site', type: 'token', not: false, values: [{ match: 'code', code: 'north' }] },
    ];
    const { ask, searches } = routes({ search: async () => ONE, restriction });
    const { status, headers, body } = await ask('/api/events?org_id=clinic-7&limit=1');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(body).toEqual({
      events: [{ id: ID, sha256: expect.stringMatching(/^[0-9a-f]{64}$/), ...SENT }],
      next_cursor: expect.any(String),
    });
    expect(searches).toMatchObject([{ count: 1, restriction }]);
  });

  it('goes on with a cursor of the same list, whatever the limit, and of no other', async () => {
    const { ask, searches } = routes({ search: async () => ONE });
    const { body } = await ask('/api/events?org_id=clinic-7');
    const on = `cursor=${body.next_cursor}`;
    expect(await ask(`/api/events?${on}&org_id=clinic-7&limit=7`)).toMatchObject({ status: 200 });
    expect(searches).toMatchObject([{ count: 100 }, { count: 7, cursor: body.next_cursor }]);
    for (const other of ['', 'org_id=clinic-8', 'org_id=clinic-7&action=a'])
      expect(await ask(`/api/events?${on}&${other}`)).toMatchObject(refusedFor('cursor'));
    expect(searches).toHaveLength(2);
  });

  it('does not go on where a reader of something else was', async () => {
    const { body } = await routes({ search: async () => ONE }).ask('/api/events');
    const restriction: Restriction = [
      { code: 'site', type: 'token', not: false, values: [{ match: 'code', code: 'north' }] },
    ];
    const { ask, searches } = routes({ restriction });
    expect(await ask(`/api/events?cursor=${body.next_cursor}`)).toMatchObject(refusedFor('cursor'));
    expect(searches).toEqual([]);
  });

  it('goes forward alone: a cursor that leads back, which FHIR’s pages have, is none', async () => {
    const search = searchOfAll();
    const before = cursorFrom(
      { search, page: { from: 'offset', offset: 0, moment: 0 }, found: ONE },
      'before',
    );
    expect(await routes().ask(`/api/events?cursor=${before}`)).toMatchObject(refusedFor('cursor'));
  });

  it.each([
    ['org_id=', 'org_id'],
    ['limit=1001', 'limit'],
    ['from=yesterday', 'from'],
    ['action=a&action=b', 'action'],
    ['_sort=date', '_sort'],
    ['_format=json', '_format'],
    ['cursor=nonsense', 'cursor'],
  ])('refuses ?%s for the parameter, and searches nothing', async (query, field) => {
    const { ask, searches } = routes();
    expect(await ask(`/api/events?${query}`)).toMatchObject(refusedFor(field));
    expect(searches).toEqual([]);
  });

  it('refuses what is not UTF-8', async () =>
    expect(await routes().ask('/api/events?org_id=%FF')).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid', message: 'The parameters are not UTF-8.' } },
    }));

  it('whose page is too large is a 400 that says what to do', async () => {
    const { ask } = routes({ search: async () => PAGE_TOO_LARGE });
    const { status, body } = await ask('/api/events');
    expect({ status, body }).toMatchObject(refusedFor('limit'));
    expect(body.error.message).toContain('use a smaller limit');
  });
});

describe('GET /api/events/{id}', () => {
  const stored = { text: text(), lastUpdatedMs: 0, digest: DIGEST };
  const other = { ...stored, text: text({ outcomeDesc: 'more' }) };

  it('gives the event, and its fingerprint alone', async () => {
    const { ask, reads } = routes({ stored });
    const { status, headers, body } = await ask(`/api/events/${ID}`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(body).toEqual({ id: ID, sha256: expect.stringMatching(/^[0-9a-f]{64}$/), ...SENT });
    const fingerprint = await ask(`/api/events/${ID}/fingerprint`);
    expect(fingerprint).toMatchObject({ status: 200, body: { id: ID, sha256: body.sha256 } });
    expect(Object.keys(fingerprint.body)).toEqual(['id', 'sha256']);
    expect(reads).toEqual([
      [ID, []],
      [ID, []],
    ]);
  });

  it('has nothing to give of what is no event of an application, but its fingerprint', async () => {
    const { ask } = routes({ stored: other });
    expect(await ask(`/api/events/${ID}`)).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found' } },
    });
    expect(await ask(`/api/events/${ID}/fingerprint`)).toMatchObject({
      status: 200,
      body: { id: ID, sha256: DIGEST },
    });
  });

  it.each(['', '/fingerprint'])('answers 404 where there is none (%s)', async (part) =>
    expect(await routes().ask(`/api/events/${ID}${part}`)).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found' } },
    }),
  );

  it.each(['', '/fingerprint'])('answers 304 to who has it, by GET and by HEAD (%s)', async (part) => {
    const { ask } = routes({ stored });
    for (const method of ['GET', 'HEAD']) {
      const headers = { 'if-none-match': 'W/"1"' };
      const answer = await ask(`/api/events/${ID}${part}`, { method, headers });
      expect(answer).toMatchObject({ status: 304, body: '' });
      expect(Object.fromEntries(answer.headers)).toEqual({
        etag: 'W/"1"',
        'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
      });
    }
    const changed = { headers: { 'if-none-match': 'W/"2"' } };
    expect((await ask(`/api/events/${ID}${part}`, changed)).headers.get('etag')).toBe('W/"1"');
  });

  it('is no 304 where it finds no event of an application', async () => {
    const headers = { 'if-none-match': '*' };
    expect(await routes({ stored: other }).ask(`/api/events/${ID}`, { headers })).toMatchObject({
      status: 404,
    });
  });
});

describe('each of them', () => {
  const PATHS = ['/api/events', `/api/events/${ID}`, `/api/events/${ID}/fingerprint`];

  it.each(PATHS)('%s is forbidden to who may see nothing, and looks nothing up', async (path) => {
    const { ask, searches, reads } = routes({ restriction: REFUSED });
    const answer = await ask(path);
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } });
    expect(answer.headers.get('www-authenticate')).toContain('insufficient_scope');
    expect([...searches, ...reads]).toEqual([]);
  });

  it.each(PATHS)('%s is not given to who takes no JSON', async (path) => {
    const { ask, searches, reads } = routes();
    expect(await ask(path, { headers: { accept: 'text/html' } })).toMatchObject({
      status: 406,
      body: { error: { code: 'not_acceptable', message: 'The only format is application/json in UTF-8.' } },
    });
    expect([...searches, ...reads]).toEqual([]);
  });
});

function searchOfAll(): ReaderSearch {
  const parsed = parseEventList([]);
  if ('issues' in parsed) throw new Error('the list of all is one');
  return { ...parsed.search, restriction: [] };
}
