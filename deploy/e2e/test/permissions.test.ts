/** What a token may do is what its scopes say, to the letter; and who sends is its issuer and client, whatever else it says. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Bundle, type Resource, search, total } from '../src/client.ts';
import { eventually } from '../src/eventually.ts';
import { forbidden, INVALID, NOTHING_HERE, saidBy } from '../src/hostile/answers.ts';
import {
  askedEverywhere,
  bearer,
  FHIR_JSON,
  type Guarded,
  LET_IN,
  startGuarded,
  tagged,
} from '../src/hostile/guarded.ts';
import { ROLES, SCOPES } from '../src/hostile/scopes.ts';
import { startWorld, type World } from '../src/hostile/world.ts';
import { rawRequest } from '../src/raw-request.ts';

const UNKNOWN = '019bc78b-f1a0-8fff-bfff-ffffffffffff';

const APPLICATION_EVENT = JSON.stringify({
  ...{ org_id: 'o', action: 'a', action_result: 'success', actor_id: 'u', actor_type: 'user' },
  occurred_at: '2026-01-16T16:03:16Z',
});

const ROUTES = [
  { letter: 'c', method: 'POST', path: '/AuditEvent', scope: 'system/AuditEvent.c', done: 201 },
  { letter: 'c', method: 'POST', path: '/', scope: 'system/AuditEvent.c', done: 201 },
  { letter: 'c', method: 'POST', path: '/api/events', scope: 'system/AuditEvent.c', done: 200 },
  { letter: 's', method: 'GET', path: '/AuditEvent?_count=0', scope: 'system/AuditEvent.s', done: 200 },
  { letter: 's', method: 'HEAD', path: '/AuditEvent?_count=0', scope: 'system/AuditEvent.s', done: 200 },
  { letter: 's', method: 'POST', path: '/AuditEvent/_search', scope: 'system/AuditEvent.s', done: 200 },
  { letter: 's', method: 'GET', path: '/Patient/1/AuditEvent', scope: 'system/AuditEvent.s', done: 200 },
  {
    letter: 's',
    method: 'POST',
    path: '/Device/1/AuditEvent/_search',
    scope: 'system/AuditEvent.s',
    done: 200,
  },
  { letter: 'r', method: 'GET', path: `/AuditEvent/${UNKNOWN}`, scope: 'system/AuditEvent.r', done: 404 },
  {
    letter: 'r',
    method: 'GET',
    path: `/AuditEvent/${UNKNOWN}/_history/1`,
    scope: 'system/AuditEvent.r',
    done: 404,
  },
  { letter: 's', method: 'GET', path: '/api/events', scope: 'system/AuditEvent.s', done: 200 },
  { letter: 's', method: 'HEAD', path: '/api/events', scope: 'system/AuditEvent.s', done: 200 },
  { letter: 'r', method: 'GET', path: `/api/events/${UNKNOWN}`, scope: 'system/AuditEvent.r', done: 404 },
  {
    letter: 'r',
    method: 'GET',
    path: `/api/events/${UNKNOWN}/fingerprint`,
    scope: 'system/AuditEvent.r',
    done: 404,
  },
  { letter: 'q', method: 'GET', path: '/quarantine', scope: 'auditbox/quarantine.read', done: 200 },
  {
    letter: 'q',
    method: 'GET',
    path: `/quarantine/${UNKNOWN}`,
    scope: 'auditbox/quarantine.read',
    done: 404,
  },
  {
    letter: 'q',
    method: 'GET',
    path: `/quarantine/${UNKNOWN}/content`,
    scope: 'auditbox/quarantine.read',
    done: 404,
  },
] as const;

let world: World;
let guarded: Guarded;
/** With `IDP_ROLE_SCOPES`, `IDP_CLIENTS`, no audience, no type in the header, and ES256 alone. */
let otherwise: Guarded;
beforeAll(async () => {
  world = await startWorld();
  const parts = { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') };
  guarded = await startGuarded(parts, world);
  otherwise = await startGuarded(parts, world, {
    indexer: false,
    environment: {
      IDP_ROLE_SCOPES: 'auditor=user/AuditEvent.r, auditor=user/AuditEvent.s, a=b=system/AuditEvent.c',
      IDP_CLIENTS: 'ward-7, ward-8',
      IDP_AUDIENCE: 'off',
      IDP_TOKEN_TYPES: 'none',
      IDP_ALGORITHMS: 'ES256',
    },
  });
});
afterAll(async () => {
  await otherwise?.[Symbol.asyncDispose]();
  await guarded?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** What each route says to a token that grants some of it. */
async function expectGranted(at: Guarded, token: string, granted: string): Promise<void> {
  const body = JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: [{ resource: JSON.parse(tagged('c')) }],
  });
  const bodyOf = (path: string): string =>
    path.endsWith('_search')
      ? '_count=0'
      : path === '/api/events'
        ? APPLICATION_EVENT
        : path === '/'
          ? body
          : tagged('c');
  const asked = ROUTES.flatMap(({ letter, method, path, scope, done }) =>
    (letter === 'c' ? [at.gateway] : [at.gateway, at.query]).map(async (base) => {
      const type = path.endsWith('_search')
        ? 'application/x-www-form-urlencoded'
        : path.startsWith('/api/')
          ? 'application/json'
          : 'application/fhir+json';
      const answer = await rawRequest(base, {
        method,
        path,
        headers: { 'content-type': type, ...bearer(token) },
        ...(method === 'POST' && { body: bodyOf(path) }),
      });
      const refusal = method === 'HEAD' ? 403 : forbidden(scope);
      expect([method, path, answer.status === 403 ? saidBy(answer) : answer.status]).toEqual([
        method,
        path,
        granted.includes(letter) ? done : refusal,
      ]);
    }),
  );
  await Promise.all(asked);
  const released = await rawRequest(at.gateway, {
    method: 'POST',
    path: `/quarantine/${UNKNOWN}/release`,
    headers: bearer(token),
  });
  // To release is to look at it first.
  if (granted.includes('l') && granted.includes('q')) expect(released.status).toBe(404);
  else
    expect(saidBy(released)).toEqual(
      forbidden(`auditbox/quarantine.${granted.includes('l') ? 'read' : 'release'}`),
    );
}

describe('a scope grants what it says', () => {
  it.each(SCOPES)('%s', async (_name, claims, granted) => {
    await expectGranted(guarded, world.token({ claims: { scope: undefined, ...claims } }), granted);
  });

  it('and nothing on a path that nobody serves', async () => {
    for (const base of [guarded.gateway, guarded.query])
      for (const path of ['/Patient', '/AuditEvent/a/b', '/metrics', '/fhir/AuditEvent'])
        expect(saidBy(await rawRequest(base, { path, headers: bearer(world.token()) }))).toEqual(
          NOTHING_HERE,
        );
  });
});

describe('where roles, clients, types and algorithms are set', () => {
  const token = (claims: object = {}, header: object = {}) => {
    const { kid } = world.keys.ec;
    const other = { aud: undefined, ...claims };
    return world.token({
      key: world.keys.ec,
      header: { kid, alg: 'ES256', typ: undefined, ...header },
      claims: other,
    });
  };

  it.each(ROLES)('%s grants what it is mapped to', async (_name, claims, granted) => {
    await expectGranted(otherwise, token({ scope: undefined, ...claims }), granted);
  });

  it.each<[name: string, make: () => string]>([
    ['no audience', () => token()],
    ['another audience', () => token({ aud: 'account' })],
    ['the other client', () => token({ azp: 'ward-8' })],
    ['the client by its RFC 9068 name', () => token({ azp: 'ward-9', client_id: 'ward-7' })],
  ])('a token is taken: %s', async (_name, make) => {
    const answers = await askedEverywhere(otherwise, bearer(make()));
    expect(answers.map(({ status }) => status)).toEqual(LET_IN);
  });

  it.each<[name: string, make: () => string]>([
    ['of a client that is not listed', () => token({ azp: 'ward-9' })],
    ['of a client whose name begins so', () => token({ azp: 'ward-77' })],
    ['of a client in other case', () => token({ azp: 'Ward-7' })],
    ['of a client that is listed under the lesser name', () => token({ azp: 'ward-7', client_id: 'ward-9' })],
    ['of a user who is called like a client', () => token({ azp: 'ward-9', sub: 'ward-7' })],
    ['of an algorithm that is not listed', () => world.token({ header: { typ: undefined } })],
    ['of a type that is not listed', () => token({}, { typ: 'JWT' })],
    ['that says that it has no type', () => token({}, { typ: 'NONE ' })],
    ['that may be an ID token', () => token({ nonce: 'x' })],
  ])('a token is refused: %s', async (_name, make) => {
    const answers = await askedEverywhere(otherwise, bearer(make()));
    expect(answers.map(saidBy)).toEqual(LET_IN.map(() => INVALID));
  });
});

describe('who sends', () => {
  const send = async (client: string, body: string, own: object = {}, headers: object = {}) => {
    const token = world.token({ claims: { azp: client, jti: crypto.randomUUID(), ...own } });
    return await rawRequest(guarded.gateway, {
      method: 'POST',
      path: '/AuditEvent',
      headers: { ...FHIR_JSON, ...bearer(token), ...headers },
      body,
    });
  };

  it('is its client: equal ids of two clients are two events, and a resend under a new token is stored once', async () => {
    const event = tagged('whose', { id: 'one-and-the-same' });
    const ids = [];
    for (const client of ['ward-7', 'ward-8', 'ward-7', 'ward-8', 'ward-7']) {
      const own = { sub: `user-${ids.length}`, exp: world.nowSeconds() + 300 + ids.length };
      const { status, text } = await send(client, event, own);
      expect(status).toBe(201);
      ids.push((JSON.parse(text) as { id: string }).id);
    }
    const [first, second] = ids;
    expect(second).not.toBe(first);
    expect(ids).toEqual([first, second, first, second, first]);
    expect((await send('ward-7', tagged('after-whose'))).status).toBe(201);
    const found = await eventually<Bundle>(
      'both are found',
      () => search(guarded.judge, '_tag=whose'),
      ({ total }) => total === 2,
    );
    expect(found.entry?.map(({ resource }) => resource.id).sort()).toEqual([first, second].sort());
    await eventually(
      'what was sent after them is found',
      () => total(guarded.judge, '_tag=after-whose'),
      (n) => n === 1,
    );
    expect(await total(guarded.judge, 'sender-id=one-and-the-same')).toBe(2);
    for (const [at, client] of ['ward-7', 'ward-8'].entries()) {
      const own = await search(guarded.judge, `_tag=whose&sender=${world.issuer.url}|${client}`);
      expect(own.entry?.map(({ resource }) => resource.id)).toEqual([ids[at]]);
    }
    expect(await total(guarded.judge, `_tag=whose&sender=${world.issuer.url}|Ward-7`)).toBe(0);
  });

  it('is not who an event says: a forged event of the trail is told from the real one', async () => {
    const token = world.token({ claims: { preferred_username: 'jane' } });
    const asked = await rawRequest(guarded.query, {
      path: '/AuditEvent?patient=Patient/of-jane',
      headers: bearer(token),
    });
    expect(asked.status).toBe(200);
    const trail = 'type=110101&user=jane';
    const own = `${trail}&sender=${encodeURIComponent('urn:auditbox|query')}`;
    const found = await eventually<Bundle>(
      'what Jane looked for is found',
      () => search(guarded.judge, own),
      ({ total }) => total === 1,
    );
    const { id: real, meta: _meta, ...copy } = (found.entry?.[0]?.resource ?? {}) as Partial<Resource>;
    const forged = await send('ward-7', JSON.stringify({ ...copy, meta: { tag: [{ code: 'forged' }] } }));
    expect(forged.status).toBe(201);
    await eventually(
      'both are found by what they say',
      () => total(guarded.judge, trail),
      (n) => n === 2,
    );
    const ids = async (query: string) =>
      (await search(guarded.judge, query)).entry?.map(({ resource }) => resource.id);
    expect(await ids(own)).toEqual([real]);
    expect(await ids(`${trail}&sender=${world.issuer.url}|ward-7`)).toEqual([
      (JSON.parse(forged.text) as Resource).id,
    ]);
  });

  it('is named by issuer and client where something is set aside, and found by it', async () => {
    const { recorded: _recorded, ...invalid } = JSON.parse(tagged('aside')) as Record<string, unknown>;
    const set = await send('ward-9', JSON.stringify(invalid), {}, { 'auditbox-on-invalid': 'quarantine' });
    expect(set.status).toBe(201);
    const sender = `${world.issuer.url}|ward-9`;
    const list = await eventually(
      'it is listed',
      async () => {
        const { text } = await rawRequest(guarded.gateway, {
          path: `/quarantine?sender=${encodeURIComponent(sender.replaceAll('|', '\\|'))}`,
          headers: bearer(world.token()),
        });
        return JSON.parse(text) as {
          readonly items?: readonly { readonly id: string; readonly sender: string }[];
        };
      },
      ({ items }) => items?.length === 1,
    );
    expect(list.items?.[0]?.sender).toBe(sender);
  });

  it('stays whoever sent it when another client releases it', async () => {
    const operator = (scope: string) => bearer(world.token({ claims: { azp: 'operator', scope } }));
    const both = operator('auditbox/quarantine.read auditbox/quarantine.release');
    const { text } = await rawRequest(guarded.gateway, { path: '/quarantine', headers: both });
    const [item] = (JSON.parse(text) as { items: { id: string }[] }).items;
    const release = (headers: object) =>
      rawRequest(guarded.gateway, {
        method: 'POST',
        path: `/quarantine/${item?.id}/release`,
        headers: { ...FHIR_JSON, ...headers },
        body: tagged('released'),
      });
    expect(saidBy(await release(operator('auditbox/quarantine.release')))).toEqual(
      forbidden('auditbox/quarantine.read'),
    );
    expect(saidBy(await release(operator('auditbox/quarantine.read system/*.cruds')))).toEqual(
      forbidden('auditbox/quarantine.release'),
    );
    expect(await total(guarded.judge, '_tag=released')).toBe(0);
    const released = await release(both);
    expect(released.status).toBe(201);
    expect(JSON.parse(released.text)).toMatchObject({ id: item?.id });
    const state = await eventually(
      'it is released',
      async () => {
        const read = await rawRequest(guarded.query, { path: `/quarantine/${item?.id}`, headers: both });
        return JSON.parse(read.text) as { state: string; sender: string };
      },
      (read) => read.state === 'released',
    );
    const of = (client: string) => `${world.issuer.url}|${client}`;
    expect(state).toMatchObject({ sender: of('ward-9'), released: { by: `${of('operator')} a-subject` } });
  });
});
