import { describe, expect, it } from 'vitest';
import { LIST_TOO_LARGE, type QuarantineFields, type QuarantinePorts } from '../domain/quarantined.ts';
import { BASE, framed } from './framed.case.ts';
import { quarantineRoutes } from './quarantine.ts';

const ID = '019bc78e-2f20-8000-8000-000000000001';

const ITEM: QuarantineFields = {
  ...{ id: ID, event_id: ID, origin: 'gateway', reason: 'invalid-event', sender: 'a' },
  ...{ received: Date.UTC(2026, 0, 1), bytes: 3, sha256: 'f'.repeat(64) },
  issues: '[{"severity":"error","code":"required"}]',
};

function app(ports: Partial<QuarantinePorts>) {
  const unexpected = () => Promise.reject(new Error('not expected'));
  const quarantine = { search: unexpected, read: unexpected, content: unexpected, ...ports };
  return framed(quarantineRoutes({ now: () => 0, quarantine, restrictionOf: () => [] }));
}

const contentOf = (bytes: Buffer) =>
  app({ content: async () => ({ bytes }) }).request(`/quarantine/${ID}/content`);

describe('GET /quarantine', () => {
  it('gives items, what is about each, and where to go on', async () => {
    const released = { ...ITEM, released_at: Date.UTC(2026, 1, 1), released_by: 'o', corrected: false };
    const routes = app({ search: async () => ({ total: 3, items: [ITEM, released], hasMore: true }) });
    const response = await routes.request('/quarantine?sender=a&_count=2');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    const about = {
      ...{ id: ID, eventId: ID, origin: 'gateway', reason: 'invalid-event', sender: 'a', bytes: 3 },
      ...{ received: '2026-01-01T00:00:00.000Z', sha256: 'f'.repeat(64) },
      issues: [{ severity: 'error', code: 'required' }],
      links: { self: `${BASE}/quarantine/${ID}`, content: `${BASE}/quarantine/${ID}/content` },
    };
    const release = { at: '2026-02-01T00:00:00.000Z', by: 'o', corrected: false };
    expect(await response.json()).toEqual({
      total: 3,
      items: [
        { ...about, state: 'held' },
        { ...about, state: 'released', released: release },
      ],
      next: expect.stringMatching(
        /^http:\/\/localhost:3002\/quarantine\?sender=a&_count=2&after=[A-Za-z0-9_-]+$/,
      ),
    });
  });

  it('has no next page after the last', async () => {
    const routes = app({ search: async () => ({ total: 1, items: [ITEM], hasMore: false }) });
    expect(await (await routes.request('/quarantine')).json()).not.toHaveProperty('next');
  });

  it.each(['reason=x', 'patient=1', 'sender=%ff'])(
    'answers 400 to %s and searches nothing',
    async (query) => {
      const response = await app({}).request(`/quarantine?${query}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ resourceType: 'OperationOutcome' });
    },
  );

  it('answers 400 to a page that is too large', async () => {
    const response = await app({ search: async () => LIST_TOO_LARGE }).request('/quarantine');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ issue: [{ code: 'too-costly' }] });
  });

  it('answers 406 to who takes no JSON', async () => {
    const response = await app({}).request('/quarantine', { headers: { accept: 'application/fhir+xml' } });
    expect(response.status).toBe(406);
  });
});

describe('GET /quarantine/{id}', () => {
  it('gives one item as it is listed', async () => {
    const log = { topic: 't', partition: 1, offset: '2', key: 'k' };
    const response = await app({ read: async () => ({ ...ITEM, place: 'p', log }) }).request(
      `/quarantine/${ID}`,
    );
    expect(await response.json()).toMatchObject({ id: ID, place: 'p', log, state: 'held' });
  });

  it.each([`/quarantine/${ID}`, `/quarantine/${ID}/content`])(
    'answers 404 at %s where there is none',
    async (url) => {
      const none = async () => undefined;
      const response = await app({ read: none, content: none }).request(url);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ issue: [{ code: 'not-found' }] });
    },
  );
});

describe('GET /quarantine/{id}/content', () => {
  it.each([
    [Buffer.from([0xff, 0x00, 0x7b]), 'application/octet-stream'],
    [Buffer.alloc(0), 'application/octet-stream'],
    [Buffer.from('<script>'), 'application/octet-stream'],
    [Buffer.from('\uFEFF{}'), 'application/octet-stream'],
    [Buffer.from('"\xff"', 'latin1'), 'application/octet-stream'],
    [Buffer.from('{"a":1.10}\n'), 'application/fhir+json; charset=utf-8'],
  ])('gives the bytes of %j to be saved, never guessed at', async (bytes, type) => {
    const response = await contentOf(bytes);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': type,
      'content-disposition': `attachment; filename="${ID}"`,
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    ['too-large-for-topic', /log/],
    ['refused-by-index', /topic of quarantine/],
  ] as const)('says where what is %s is', async (omitted, where) => {
    const response = await app({ content: async () => ({ omitted }) }).request(`/quarantine/${ID}/content`);
    expect(response.status).toBe(404);
    expect(JSON.stringify(await response.json())).toMatch(where);
  });
});
