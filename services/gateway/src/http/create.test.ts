import type { AppEnv } from '@auditbox/service-kit';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { bundleOf, dependencies, EVENT, INVALID, notificationOf, RECEIVED } from '../domain/gateway.case.ts';
import type { PublishOutcome } from '../domain/publish.ts';
import { type CreateDependencies, createRoutes } from './create.ts';

const BASE = 'https://audit.example.org/fhir';
const PUBLISHED: PublishOutcome = { kind: 'published' };

type Log = { readonly of: 'events' | 'quarantine'; readonly keys: readonly string[] };

/** Routes over logs that end as told, and what reached them, in order. */
function answering(
  {
    events = PUBLISHED,
    quarantine = PUBLISHED,
  }: { events?: PublishOutcome; quarantine?: PublishOutcome } = {},
  part: Partial<CreateDependencies> = {},
) {
  const published: Log[] = [];
  const logged = (of: Log['of'], outcome: PublishOutcome) => async (records: readonly { key: string }[]) => {
    published.push({ of, keys: records.map(({ key }) => key) });
    return outcome;
  };
  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    c.set('requestId', 'r-1');
    c.set('baseUrl', BASE);
    const client = c.req.header('x-test-client');
    if (client !== undefined) c.set('caller', { issuer: 'i', client, permissions: new Set(), claims: {} });
    await next();
  });
  app.route(
    '/',
    createRoutes({
      decide: dependencies(),
      now: () => RECEIVED,
      publishEvents: logged('events', events),
      publishQuarantine: logged('quarantine', quarantine),
      senderOf: (caller) => caller?.client ?? 'anonymous',
      onInvalid: 'reject',
      bodyLimits: { bytesMax: 100_000, deadlineMs: 1000 },
      busyFor: () => undefined,
      holdFor: () => () => true,
      isBound: () => false,
      jsonDepthMax: 16,
      ...part,
    }),
  );
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    app.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { post, published };
}

const issueCodes = async (response: Response) =>
  ((await response.json()) as { issue: { code: string }[] }).issue.map(({ code }) => code);
const idOf = async (response: Response) => ((await response.json()) as { id: string }).id;

describe('a create', () => {
  it('is 201 with the event and where it is once it is published', async () => {
    const response = await answering().post('/AuditEvent', EVENT);
    const id = await idOf(response.clone());
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe(`${BASE}/AuditEvent/${id}/_history/1`);
    expect(response.headers.get('etag')).toBe('W/"1"');
    expect(response.headers.get('last-modified')).toBe('Sun, 01 Feb 2026 10:00:00 GMT');
    expect(response.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
  });

  it.each<[PublishOutcome, number, string, string | null]>([
    [{ kind: 'too-large', bytes: 2, limitBytes: 1 }, 413, 'too-long', null],
    [{ kind: 'busy', retryAfterSeconds: 5 }, 503, 'throttled', '5'],
    [{ kind: 'not-known-stored' }, 503, 'transient', '1'],
  ])('that ends as %j is never a 201', async (outcome, status, code, retryAfter) => {
    const quarantine = { 'auditbox-on-invalid': 'quarantine' };
    for (const [path, body, headers] of [
      ['/AuditEvent', EVENT, {}],
      ['/', bundleOf('collection', EVENT), {}],
      ['/', bundleOf('batch', EVENT), {}],
      ['/', notificationOf(EVENT), {}],
      ['/AuditEvent', INVALID, quarantine],
      ['/', '{', quarantine],
    ] as const) {
      const response = await answering({ events: outcome, quarantine: outcome }).post(path, body, headers);
      expect(response.status).toBe(status);
      expect(response.headers.get('retry-after')).toBe(retryAfter);
      expect(await issueCodes(response)).toEqual([code]);
    }
  });

  it.each<[string, string, unknown, Record<string, string>, number]>([
    ['no JSON', '/AuditEvent', '{', {}, 400],
    ['an invalid event', '/AuditEvent', INVALID, {}, 400],
    ['a Patient', '/AuditEvent', { resourceType: 'Patient' }, {}, 400],
    ['an event at the base', '/', EVENT, {}, 400],
    ['a Bundle at AuditEvent', '/AuditEvent', bundleOf('collection', EVENT), {}, 400],
    ['a Bundle with one invalid event', '/', bundleOf('collection', EVENT, INVALID), {}, 400],
    ['XML', '/AuditEvent', '<AuditEvent/>', { 'content-type': 'application/fhir+xml' }, 415],
    ['R5', '/AuditEvent', EVENT, { 'content-type': 'application/fhir+json; fhirVersion=5.0' }, 415],
    ['a client that takes XML only', '/AuditEvent', EVENT, { accept: 'application/fhir+xml' }, 406],
    ['_format=xml', '/AuditEvent?_format=xml', EVENT, {}, 406],
    ['If-None-Exist', '/AuditEvent', EVENT, { 'if-none-exist': 'altid=a' }, 412],
    ['an unknown Auditbox-On-Invalid', '/AuditEvent', EVENT, { 'auditbox-on-invalid': 'x' }, 400],
    ['an empty Idempotency-Key', '/AuditEvent', EVENT, { 'idempotency-key': '""' }, 400],
    ['a long Idempotency-Key', '/AuditEvent', EVENT, { 'idempotency-key': 'k'.repeat(256) }, 400],
    ['an unknown encoding', '/AuditEvent', EVENT, { 'content-encoding': 'br' }, 415],
  ])(
    'refuses %s with an OperationOutcome and publishes nothing',
    async (_what, path, body, headers, status) => {
      const { post, published } = answering();
      const response = await post(path, body, headers);
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ resourceType: 'OperationOutcome' });
      expect(published).toEqual([]);
    },
  );

  it('answers as much as is preferred and says that it did', async () => {
    const response = await answering().post('/AuditEvent', EVENT, { prefer: 'return=minimal' });
    expect(response.status).toBe(201);
    expect(response.headers.get('preference-applied')).toBe('return=minimal');
    expect(await response.text()).toBe('');
    const outcome = await answering().post('/AuditEvent', EVENT, { prefer: 'return=OperationOutcome' });
    expect(await outcome.json()).toMatchObject({ resourceType: 'OperationOutcome' });
  });

  it('answers _pretty with numbers as they came', async () => {
    const text = JSON.stringify({ ...EVENT, extension: [{ url: 'urn:x', valueDecimal: 0 }] }).replace(
      '"valueDecimal":0',
      '"valueDecimal":1.10',
    );
    const body = await (await answering().post('/AuditEvent?_pretty=true', text)).text();
    expect(body).toContain('\n  "resourceType": "AuditEvent"');
    expect(body).toContain('"valueDecimal": 1.10');
  });
});

describe('a request of which nothing is stored', () => {
  it.each([
    ['a batch of entries that are refused', bundleOf('batch', INVALID, INVALID)],
    ['a notification without an event', notificationOf()],
  ])('is answered and reaches no log: %s', async (_what, body) => {
    const { post, published } = answering();
    expect((await post('/', body)).status).toBe(200);
    expect(published).toEqual([]);
  });
});

describe('what is sent again', () => {
  const id = async (headers: Record<string, string>, body: unknown = { ...EVENT, id: 's-1' }) =>
    idOf(await answering().post('/AuditEvent', body, headers));

  it('has the same id, and from another sender another', async () => {
    expect(await id({})).toBe(await id({}));
    expect(await id({ 'x-test-client': 'b' })).not.toBe(await id({}));
  });

  it('has the same id under one Idempotency-Key, with or without quotes', async () => {
    const keyed = await id({ 'idempotency-key': 'k-1' }, EVENT);
    expect(await id({ 'idempotency-key': '"k-1"' }, EVENT)).toBe(keyed);
    expect(await id({ 'idempotency-key': 'k-2' }, EVENT)).not.toBe(keyed);
    expect(await id({}, EVENT)).not.toBe(await id({}, EVENT));
  });
});

describe('setting aside', () => {
  const QUARANTINE = { 'auditbox-on-invalid': 'quarantine' };

  it('is durable before the events are, and neither is answered before both', async () => {
    const { post, published } = answering();
    expect((await post('/', bundleOf('collection', EVENT, INVALID), QUARANTINE)).status).toBe(201);
    expect(published.map(({ of, keys }) => [of, keys.length])).toEqual([
      ['quarantine', 1],
      ['events', 1],
    ]);
  });

  it('that is not known to be durable publishes no event', async () => {
    const { post, published } = answering({ quarantine: { kind: 'not-known-stored' } });
    expect((await post('/', bundleOf('collection', EVENT, INVALID), QUARANTINE)).status).toBe(503);
    expect(published.map(({ of }) => of)).toEqual(['quarantine']);
  });

  it('may be the rule of the house, and one request may ask for the other', async () => {
    const lenient = answering({}, { onInvalid: 'quarantine' });
    expect((await lenient.post('/AuditEvent', INVALID)).status).toBe(201);
    const strict = { 'auditbox-on-invalid': 'Reject' };
    expect((await lenient.post('/AuditEvent', INVALID, strict)).status).toBe(400);
  });

  it('keeps a body that does not inflate', async () => {
    const { post, published } = answering();
    const headers = { 'content-encoding': 'gzip' };
    expect((await post('/', 'no gzip', headers)).status).toBe(400);
    expect((await post('/', 'no gzip', { ...headers, ...QUARANTINE })).status).toBe(201);
    expect(published.map(({ of }) => of)).toEqual(['quarantine']);
  });
});

describe('the bounds', () => {
  it('take a body at the limit and refuse one byte more', async () => {
    const text = JSON.stringify(EVENT);
    const at = (bytesMax: number) =>
      answering({}, { bodyLimits: { bytesMax, deadlineMs: 1000 } }).post('/AuditEvent', text);
    expect((await at(text.length)).status).toBe(201);
    expect((await at(text.length - 1)).status).toBe(413);
  });

  it('take an event at the depth and refuse one level more, alone and in a Bundle', async () => {
    /** Of `levels` levels: an extension in an extension … */
    const nested = (levels: number) => {
      let extension: object = { url: 'urn:x', valueBoolean: true };
      for (let level = 3; level < levels; level += 2) extension = { url: 'urn:x', extension: [extension] };
      return { ...EVENT, extension: [extension] };
    };
    const at = (jsonDepthMax: number) => answering({}, { jsonDepthMax });
    for (const [path, of] of [
      ['/AuditEvent', (event: object) => event],
      ['/', (event: object) => bundleOf('collection', event)],
    ] as const) {
      expect((await at(15).post(path, of(nested(15)))).status).toBe(201);
      expect((await at(14).post(path, of(nested(15)))).status).toBe(400);
    }
  });

  it('answer 503 before a body is read where the log would not take so much', async () => {
    const read: number[] = [];
    const { post } = answering(
      {},
      {
        busyFor: (bytes) => (bytes > 10 ? { kind: 'busy', retryAfterSeconds: 5 } : undefined),
        holdFor: () => (bytes) => read.push(bytes) > 0,
      },
    );
    const response = await post('/AuditEvent', EVENT, { 'content-length': '11' });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(response.headers.get('connection')).toBe('close');
    expect(await issueCodes(response)).toEqual(['throttled']);
    expect(read).toEqual([]);
  });

  it('answer 503 where there is no room for a body', async () => {
    const { post, published } = answering({}, { holdFor: () => () => false });
    const response = await post('/AuditEvent', EVENT);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(published).toEqual([]);
  });
});
