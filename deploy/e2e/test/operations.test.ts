/**
 * What operators and well-behaved clients look at, through the front door and at query: metrics, conditional reads,
 * HEAD, compression, health.
 */
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Bundle, post, postBundle, total } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';

const EVENTS = 20;

let pipeline: Pipeline;
let id: string;
/** The API at the gateway and at query. */
let bases: readonly string[];

beforeAll(async () => {
  pipeline = await startPipeline({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') });
  bases = [pipeline.url, pipeline.queryUrl];
  const stored = await postBundle(pipeline.url, Array(EVENTS).fill(PAGE_EVENT));
  id = stored[0]?.id ?? '';
  await eventually(
    'all are found',
    () => total(pipeline.url),
    (found) => found === EVENTS,
  );
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

type Answer = {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** What is on the wire: `fetch` would decode it. */
async function raw(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const asked = request(url, { method, headers: { 'x-request-id': 'r-1', ...headers } });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

describe('the metrics', () => {
  const lines = async (name: string): Promise<string> =>
    (await raw(pipeline.metricsUrls[name] ?? '')).body.toString();

  it('of the indexer say how long each event was on its way, and how it ended', async () => {
    const text = await lines('indexer');
    expect(text).toContain(
      `auditbox_indexed_events_total{disposition="created",service="indexer"} ${EVENTS}`,
    );
    expect(text).toContain('auditbox_indexed_events_total{disposition="quarantined",service="indexer"} 0');
    expect(text).toContain(`auditbox_indexing_delay_seconds_count{service="indexer"} ${EVENTS}`);
    expect(text).toContain(`auditbox_indexing_delay_seconds_bucket{le="60",service="indexer"} ${EVENTS}`);
  });

  it('count the same event, sent again by its id, as stored already', async () => {
    const event = JSON.stringify({ ...PAGE_EVENT, id: 'sent-twice' });
    for (let sent = 0; sent < 2; sent++)
      expect((await post(`${pipeline.url}/AuditEvent`, event)).status).toBe(201);
    await eventually(
      'both are counted',
      () => lines('indexer'),
      (text) => text.includes('{disposition="already-stored",service="indexer"} 1'),
    );
  });

  it('of gateway and query count requests by route, and know no id', async () => {
    await fetch(`${pipeline.url}/AuditEvent/${id}`);
    for (const [name, stored] of [
      ['gateway', true],
      ['query', false],
    ] as const) {
      const text = await lines(name);
      expect(text).toMatch(
        /auditbox_http_requests_total\{route="\/AuditEvent\/:id",method="GET",status="200",service="\w+"\} \d/,
      );
      expect(text.includes('{route="/",method="POST",status="201"')).toBe(stored);
      expect(text).not.toContain(id);
    }
  });

  it('are not at the API', async () => {
    for (const base of bases) expect((await raw(`${base}/metrics`)).status).toBe(404);
  });
});

describe('a conditional read', () => {
  it.each(['', '/_history/1'])('of …%s by who has the event is a 304 without a body', async (suffix) => {
    for (const base of bases) {
      const url = `${base}/AuditEvent/${id}${suffix}`;
      const whole = await raw(url);
      const { etag = '', 'last-modified': lastModified = '' } = whole.headers;
      expect(whole.status).toBe(200);
      for (const headers of [
        { 'if-none-match': etag },
        { 'if-none-match': '"0", *' },
        { 'if-none-match': '*' },
        { 'if-none-match': '"0", "1"' },
        { 'if-modified-since': lastModified },
      ] as Record<string, string>[]) {
        for (const method of ['GET', 'HEAD']) {
          const response = await raw(url, { ...headers, 'accept-encoding': 'gzip' }, method);
          if (headers['if-none-match'] === '"0", *') expect(response.status).toBe(200);
          else {
            expect(response.status).toBe(304);
            expect(response.headers).toMatchObject({ etag, 'last-modified': lastModified });
            expect(response.body).toHaveLength(0);
          }
        }
      }
      const other = await raw(url, { 'if-none-match': '"0"', 'if-modified-since': lastModified });
      expect(other.status).toBe(200);
    }
  });

  it('of what is not there is a 404 with an OperationOutcome, as is every id that is none', async () => {
    const ids = [
      '01943c5e-0000-8000-8000-000000000000',
      'nonsense',
      '%00',
      '%FF',
      'a%2Fb',
      '..%2f..%2f_search',
      '_search',
      `${id}%20`,
      id.toUpperCase() === id ? `${id}x` : id.toUpperCase(),
      'x'.repeat(5000),
    ];
    for (const base of bases)
      for (const unknown of ids) {
        const response = await raw(`${base}/AuditEvent/${unknown}`, { 'if-none-match': '*' });
        expect([unknown, response.status]).toEqual([unknown, 404]);
        expect(JSON.parse(response.body.toString())).toMatchObject({
          resourceType: 'OperationOutcome',
          issue: [{ code: 'not-found' }],
        });
      }
  });
});

describe('HEAD', () => {
  const OF_THE_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'date'];

  it('has the status and the headers of GET and no body, in either coding', async () => {
    const paths = [
      `/AuditEvent/${id}`,
      `/AuditEvent/${id}/_history/1`,
      '/AuditEvent/nonsense',
      '/AuditEvent?_count=1',
      '/AuditEvent?_count=20',
      '/AuditEvent?date=nonsense',
      '/metadata',
      '/SearchParameter',
      '/SearchParameter/nonsense',
      '/healthcheck',
      '/readyz',
      '/livez',
      '/Patient',
      '/quarantine',
    ];
    for (const base of bases)
      for (const path of paths)
        for (const coding of ['identity', 'gzip']) {
          const [get, head] = await Promise.all(
            ['GET', 'HEAD'].map(async (method) => {
              const { status, headers, body } = await raw(
                `${base}${path}`,
                { 'accept-encoding': coding },
                method,
              );
              // The moment of a search is in its answer: compressed, two of them may differ by a byte.
              const differs = coding === 'gzip' && path.startsWith('/AuditEvent?') ? ['content-length'] : [];
              const own = Object.entries(headers).filter(
                ([name]) => ![...OF_THE_CONNECTION, ...differs].includes(name),
              );
              return { path, coding, status, headers: Object.fromEntries(own), length: body.length };
            }),
          );
          expect(get?.length).toBeGreaterThan(0);
          expect(head).toEqual({ ...get, length: 0 });
        }
  });
});

describe('compression', () => {
  /** What two searches have in common: their moments differ. */
  const eventsOf = (body: Buffer) => (JSON.parse(body.toString()) as Bundle).entry;

  it('of what is searched, at the gateway and at query, gives the same', async () => {
    for (const base of bases) {
      const plain = await raw(`${base}/AuditEvent?_count=20`);
      const compressed = await raw(`${base}/AuditEvent?_count=20`, {
        'accept-encoding': 'gzip, deflate, br',
      });
      expect(plain.headers).toMatchObject({
        'content-length': String(plain.body.length),
        vary: 'Accept-Encoding',
      });
      expect(plain.headers).not.toHaveProperty('content-encoding');
      expect(compressed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
      expect(compressed.body.length).toBeLessThan(plain.body.length / 5);
      expect(eventsOf(gunzipSync(compressed.body))).toEqual(eventsOf(plain.body));
    }
  });

  it('of what is created too, and of nothing small', async () => {
    const body = JSON.stringify({
      resourceType: 'Bundle',
      type: 'collection',
      entry: Array(5).fill({ resource: PAGE_EVENT }),
    });
    const asked = request(`${pipeline.url}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json', 'accept-encoding': 'gzip' },
    });
    asked.end(body);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    expect(response.statusCode).toBe(201);
    expect(response.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()).entry).toHaveLength(5);
    const small = await raw(`${pipeline.url}/livez`, { 'accept-encoding': 'gzip' });
    expect(small.headers).not.toHaveProperty('content-encoding');
  });
});

it('the health check is 200 and names every part', async () => {
  const [gateway, query] = await Promise.all(
    bases.map(async (base) => JSON.parse((await raw(`${base}/healthcheck`)).body.toString())),
  );
  expect(gateway).toEqual({ status: 'ok', kafka: 'ok', query: 'ok' });
  expect(query).toEqual({ status: 'ok' });
});
