import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { acceptEvents } from '../domain/accept-events.ts';
import type { PublishOutcome } from '../domain/publish.ts';
import { createRoutes } from './create.ts';

const EVENT = {
  resourceType: 'AuditEvent',
  type: { code: '110100' },
  recorded: '2026-01-16T16:03:16Z',
  agent: [{ requestor: true }],
  source: { observer: { display: 'My System' } },
};
const bundleOf = (count: number) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: Array.from({ length: count }, () => ({ resource: EVENT })),
});

type Limits = { bodyBytesMax: number; bundleEntriesMax: number; eventBytesMax: number };
const LIMITS: Limits = { bodyBytesMax: 10_000, bundleEntriesMax: 3, eventBytesMax: 5_000 };

/** Routes over a log that ends as told. */
function answering(outcome: PublishOutcome, limits: Partial<Limits> = {}) {
  const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest();
  const published: number[] = [];
  const app = createRoutes({
    baseUrl: 'http://localhost:3002',
    accept: acceptEvents({
      now: () => new Date('2026-02-01T10:00:00Z'),
      randomBytes,
      sha256,
      keyedDigest: sha256,
    }),
    publish: async (records) => {
      published.push(records.length);
      return outcome;
    },
    bodyDeadlineMs: 60_000,
    holdFor: () => () => true,
    ...LIMITS,
    ...limits,
  });
  const post = (path: string, body: unknown, type = 'application/fhir+json') =>
    app.request(path, {
      method: 'POST',
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { post, published };
}

const issueCode = async (response: Response) =>
  ((await response.json()) as { issue: { code: string }[] }).issue.map(({ code }) => code);

describe('a create', () => {
  it('is 201 with the event and where it is once it is published', async () => {
    const response = await answering({ kind: 'published' }).post('/AuditEvent', EVENT);
    const { id } = (await response.clone().json()) as { id: string };
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe(`http://localhost:3002/AuditEvent/${id}/_history/1`);
    expect(response.headers.get('etag')).toBe('W/"1"');
    expect(response.headers.get('last-modified')).toBe('Sun, 01 Feb 2026 10:00:00 GMT');
    expect(response.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
  });

  it.each<[PublishOutcome, number, string, string | null]>([
    [{ kind: 'too-large', bytes: 2, limitBytes: 1 }, 413, 'too-long', null],
    [{ kind: 'busy', retryAfterSeconds: 5 }, 503, 'throttled', '5'],
    [{ kind: 'not-known-stored' }, 503, 'transient', '1'],
  ])('that ends as %j is never a 201', async (outcome, status, code, retryAfter) => {
    for (const [path, body] of [
      ['/AuditEvent', EVENT],
      ['/', bundleOf(1)],
    ] as const) {
      const response = await answering(outcome).post(path, body);
      expect(response.status).toBe(status);
      expect(response.headers.get('retry-after')).toBe(retryAfter);
      expect(await issueCode(response)).toEqual([code]);
    }
  });

  it.each([
    'application/fhir+json; charset=utf-8; fhirVersion=4.0',
    'application/json',
    'Application/FHIR+JSON',
  ])('takes %s', async (type) =>
    expect((await answering({ kind: 'published' }).post('/AuditEvent', EVENT, type)).status).toBe(201),
  );

  it.each<[string, string, unknown, string, number]>([
    ['no JSON', '/AuditEvent', '{', 'application/fhir+json', 400],
    ['an invalid event', '/AuditEvent', { ...EVENT, agent: [] }, 'application/fhir+json', 400],
    ['a Patient', '/AuditEvent', { resourceType: 'Patient' }, 'application/fhir+json', 400],
    ['an event at the base', '/', EVENT, 'application/fhir+json', 400],
    [
      'a Bundle with one invalid event',
      '/',
      { ...bundleOf(1), entry: [{ resource: {} }] },
      'application/json',
      400,
    ],
    [
      'a Bundle nested in itself',
      '/',
      { ...bundleOf(1), entry: [{ resource: bundleOf(1) }] },
      'application/json',
      400,
    ],
    ['XML', '/AuditEvent', '<AuditEvent/>', 'application/fhir+xml', 415],
  ])('refuses %s and publishes nothing', async (_what, path, body, type, status) => {
    const { post, published } = answering({ kind: 'published' });
    expect((await post(path, body, type)).status).toBe(status);
    expect(published).toEqual([]);
  });
});

describe('the bounds', () => {
  it('take a Bundle at the limit and refuse one entry more', async () => {
    const { post, published } = answering({ kind: 'published' });
    expect((await post('/', bundleOf(3))).status).toBe(201);
    expect((await post('/', bundleOf(4))).status).toBe(413);
    expect(published).toEqual([3]);
  });

  it('take a body at the limit and refuse one byte more', async () => {
    const text = JSON.stringify(EVENT);
    const at = (bodyBytesMax: number) =>
      answering({ kind: 'published' }, { bodyBytesMax }).post('/AuditEvent', text);
    expect((await at(text.length)).status).toBe(201);
    expect((await at(text.length - 1)).status).toBe(413);
  });

  it('take an event at the limit and refuse one byte more, at its place, publishing nothing', async () => {
    const stored = await answering({ kind: 'published' }).post('/AuditEvent', EVENT);
    const eventBytesMax = Buffer.byteLength(await stored.text());
    const at = answering({ kind: 'published' }, { eventBytesMax });
    expect((await at.post('/', bundleOf(2))).status).toBe(201);
    const over = answering({ kind: 'published' }, { eventBytesMax: eventBytesMax - 1 });
    const response = await over.post('/', bundleOf(1));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ issue: [{ expression: ['Bundle.entry[0].resource'] }] });
    expect(over.published).toEqual([]);
  });
});

describe('what lies around the events of a Bundle', () => {
  it.each(['x', 'extension'])(
    'is refused where its %s is nested too deep, before anything is published',
    async (name) => {
      const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
      for (const text of [
        JSON.stringify(bundleOf(1)).replace(/}$/, `,"${name}":${deep}}`),
        JSON.stringify({ ...bundleOf(1), entry: [{ resource: EVENT, y: 0 }] }).replace(
          '"y":0',
          `"${name}":${deep}`,
        ),
      ]) {
        const { post, published } = answering({ kind: 'published' }, { bodyBytesMax: 100_000 });
        const response = await post('/', text);
        expect(response.status).toBe(400);
        expect(await response.json()).toMatchObject({
          issue: [{ code: 'structure', expression: ['Bundle'] }],
        });
        expect(published).toEqual([]);
      }
    },
  );
});
