/**
 * Who does not belong is not let in: at the gateway, through its front door, and at query, each by itself. A hostile
 * token is a good one with one thing changed; what is refused leaves nothing behind.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { total } from '../src/client.ts';
import { eventually } from '../src/eventually.ts';
import { EXPIRED, INVALID, LOGIN, MALFORMED, saidBy } from '../src/hostile/answers.ts';
import {
  askedEverywhere,
  bearer,
  FHIR_JSON,
  type Guarded,
  LET_IN,
  startGuarded,
  tagged,
} from '../src/hostile/guarded.ts';
import { PUBLIC_PATHS, TRICKY_PATHS } from '../src/hostile/paths.ts';
import { REQUESTS } from '../src/hostile/requests.ts';
import { ACCEPTED_TOKENS, EXPIRED_TOKENS, INVALID_TOKENS } from '../src/hostile/tokens.ts';
import { startWorld, type World } from '../src/hostile/world.ts';
import { rawRequest } from '../src/raw-request.ts';
import { topicRecords } from '../src/stored-events.ts';

const HOSTILE = 'hostile';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];

let world: World;
let guarded: Guarded;
beforeAll(async () => {
  world = await startWorld();
  const parts = { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') };
  guarded = await startGuarded(parts, world);
});
afterAll(async () => {
  await guarded?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const said = async (headers: Parameters<typeof askedEverywhere>[1], search = '') =>
  (await askedEverywhere(guarded, headers, { tag: HOSTILE, search })).map(saidBy);
const letIn = async (headers: Parameters<typeof askedEverywhere>[1], search = '') =>
  (await askedEverywhere(guarded, headers, { search })).map(({ status }) => status);

describe('a token is refused', () => {
  it.each(INVALID_TOKENS)('%s', async (_name, token) => {
    expect(await said(bearer(token(world)))).toEqual(LET_IN.map(() => INVALID));
  });
  it.each(EXPIRED_TOKENS)('as expired: %s', async (_name, token) => {
    expect(await said(bearer(token(world)))).toEqual(LET_IN.map(() => EXPIRED));
  });
});

it.each(ACCEPTED_TOKENS)('a token is taken: %s', async (_name, token) => {
  expect(await letIn(bearer(token(world)))).toEqual(LET_IN);
});

it('nothing that a token names is ever asked', () => {
  expect(world.rogue.asked()).toBe(0);
});

describe('a request is judged by its Authorization header alone', () => {
  it.each(REQUESTS)('%s', async (_name, dress, expected) => {
    const { headers = {}, search = '' } = dress(world.token(), world);
    if (expected === 'let in') expect(await letIn(headers, search)).toEqual(LET_IN);
    else expect(await said(headers, search)).toEqual(LET_IN.map(() => expected));
  });

  it('and not by the form of a search', async () => {
    for (const base of [guarded.gateway, guarded.query]) {
      const search = (headers: Record<string, string>) =>
        rawRequest(base, {
          method: 'POST',
          path: '/AuditEvent/_search',
          headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
          body: `access_token=${world.token()}&_count=0`,
        });
      expect(saidBy(await search({}))).toEqual(LOGIN);
      expect((await search(bearer(world.token({ claims: { scope: '' } })))).status).toBe(403);
      expect((await search(bearer(world.token()))).status).toBe(200);
    }
  });
});

describe('a path is refused without a token, however it is written', () => {
  it.each(TRICKY_PATHS)('%s', async (path) => {
    const asked = [guarded.gateway, guarded.query].flatMap((base) =>
      METHODS.map(async (method) => {
        const answer = await rawRequest(base, { method, path });
        return [method, method === 'HEAD' ? answer.status : saidBy(answer)];
      }),
    );
    const refused = METHODS.map((method) => [method, method === 'HEAD' ? LOGIN.status : LOGIN]);
    expect(await Promise.all(asked)).toEqual([...refused, ...refused]);
  });

  it('and one that is no path is no request', async () => {
    for (const base of [guarded.gateway, guarded.query])
      for (const path of ['/metadata/..\\AuditEvent', '\\AuditEvent', 'AuditEvent', '*'])
        expect([path, (await rawRequest(base, { path })).status]).toEqual([path, 400]);
  });

  it('and the methods that no server should have are no way in', async () => {
    for (const base of [guarded.gateway, guarded.query])
      for (const method of ['TRACE', 'QUERY', 'COPY', 'MKCOL'])
        for (const path of ['/AuditEvent', '/metadata', '/quarantine', '/']) {
          const { status, text } = await rawRequest(base, { method, path, headers: { 'x-mark': 'sekret' } });
          expect([method, path, status >= 400, text.includes('sekret')]).toEqual([method, path, true, false]);
        }
  });

  it('and a method that says to be another is what it is', async () => {
    const overridden = (method: string) => ({
      'x-http-method-override': method,
      'x-http-method': method,
      'x-method-override': method,
    });
    const reader = bearer(world.token({ claims: { scope: 'system/AuditEvent.rs' } }));
    const post = { method: 'POST', path: '/AuditEvent?_method=GET', body: tagged(HOSTILE) };
    const posted = await rawRequest(guarded.gateway, {
      ...post,
      headers: { ...FHIR_JSON, ...reader, ...overridden('GET') },
    });
    expect(posted.status).toBe(403);
    const writer = bearer(world.token({ claims: { scope: 'system/AuditEvent.c' } }));
    const read = await rawRequest(guarded.gateway, {
      path: '/AuditEvent?_method=POST',
      headers: { ...writer, ...overridden('POST') },
    });
    expect(read.status).toBe(403);
  });

  it('and a token that may only send reads nothing by any of them', async () => {
    const headers = { ...FHIR_JSON, ...bearer(world.token({ claims: { scope: 'system/AuditEvent.c' } })) };
    const asked = [guarded.gateway, guarded.query].flatMap((base) =>
      TRICKY_PATHS.flatMap(([path]) =>
        ['GET', 'POST'].map(async (method) => {
          const { status } = await rawRequest(base, { method, path, headers });
          return { base, method, path, status };
        }),
      ),
    );
    expect((await Promise.all(asked)).filter(({ status }) => status < 400)).toEqual([]);
  });
});

it.each(PUBLIC_PATHS)('what describes the service needs no token: %s', async (path, status) => {
  for (const base of [guarded.gateway, guarded.query])
    expect([base, (await rawRequest(base, { path })).status]).toEqual([base, status]);
});

describe('what is refused', () => {
  it.each([
    ['without a token', LOGIN, () => ({})],
    ['with two tokens', MALFORMED, () => ({ authorization: ['Bearer a', 'Bearer b'] })],
    ['with a bad token', INVALID, () => bearer('sekret')],
  ] as const)('%s is answered before its body is read', async (_name, refusal, headers) => {
    for (const path of ['/AuditEvent', '/', '/AuditEvent/_search']) {
      const sent = { method: 'POST', path, headers: { ...FHIR_JSON, ...headers() } };
      const answer = await rawRequest(guarded.gateway, { ...sent, body: { withheld: 1_000_000 } });
      expect(saidBy(answer)).toEqual(refusal);
    }
  });

  it('for want of a scope is answered before its body is read', async () => {
    const headers = { ...FHIR_JSON, ...bearer(world.token({ claims: { scope: 'system/AuditEvent.rs' } })) };
    const sent = { method: 'POST', path: '/AuditEvent', headers };
    expect((await rawRequest(guarded.gateway, { ...sent, body: { withheld: 1_000_000 } })).status).toBe(403);
  });

  it('is not set aside either, whatever its sender asks for', async () => {
    const headers = { ...FHIR_JSON, 'auditbox-on-invalid': 'quarantine', ...bearer('sekret') };
    for (const body of [JSON.stringify({ resourceType: 'AuditEvent', id: HOSTILE }), `{"${HOSTILE}`])
      for (const path of ['/', '/AuditEvent'])
        expect(saidBy(await rawRequest(guarded.gateway, { method: 'POST', path, headers, body }))).toEqual(
          INVALID,
        );
  });

  it('leaves nothing in the log, in quarantine and in the store', async () => {
    const sentinel = { method: 'POST', path: '/AuditEvent', body: tagged('sentinel') };
    const headers = { ...FHIR_JSON, ...bearer(world.token()) };
    expect((await rawRequest(guarded.gateway, { ...sentinel, headers })).status).toBe(201);
    const { AUDITBOX_EVENTS_TOPIC = '', AUDITBOX_QUARANTINE_TOPIC = '' } = guarded.pipeline.environment;
    const [events, quarantined] = await Promise.all(
      [AUDITBOX_EVENTS_TOPIC, AUDITBOX_QUARANTINE_TOPIC].map((topic) =>
        topicRecords(guarded.pipeline.environment, topic),
      ),
    );
    const texts = events?.map(({ value }) => value?.toString() ?? '') ?? [];
    expect(texts.filter((text) => text.includes('sentinel'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes(HOSTILE))).toEqual([]);
    expect(quarantined).toEqual([]);
    // What was let in is in the trail, with what was asked, and without the tokens that stood there.
    const asked = texts
      .flatMap((text) => [...text.matchAll(/"query":"([^"]+)"/g)])
      .map(([, query = '']) => atob(query));
    expect(asked.filter((query) => /access_token=/i.test(query)).length).toBeGreaterThan(2);
    expect(asked.filter((query) => /access_token=[^&\s]/i.test(query))).toEqual([]);
    const stored = await eventually(
      'the store holds what the log holds',
      () => total(guarded.judge),
      // What is refused is summed up there once a minute: it may have become more.
      (found) => found >= texts.length,
    );
    expect(stored).toBeGreaterThan(ACCEPTED_TOKENS.length);
    expect(await total(guarded.judge, `_tag=${HOSTILE}`)).toBe(0);
  });
});
