/** A page of another origin through the front door: what it may do is said by the gateway, once, and by query alike. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { PAGE_EVENT } from '../src/events.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';

const VIEWER = 'https://viewer.example.org';
const OTHER = 'https://other.example.org';
const PREFLIGHT = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-type',
};

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline(
    { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') },
    { environment: { AUDITBOX_CORS_ORIGIN_HEADERS: `${VIEWER},http://localhost:5173` }, indexer: false },
  );
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

/** What is on the wire, each header as often as it is there. */
async function ask(
  url: string,
  method: string,
  origin: string,
  more: Record<string, string> = {},
  body = '',
) {
  const asked = request(url, { method, headers: { origin, ...more } });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { statusCode: status, headersDistinct: headers } = response;
  return { status, headers, text: Buffer.concat(chunks).toString() };
}

const varies = (headers: NodeJS.Dict<string[]>) =>
  (headers.vary ?? []).flatMap((line) => line.split(/,\s*/)).filter((name) => name === 'Origin').length;

/** How many requests query has answered. */
async function answeredByQuery(): Promise<number> {
  const text = await (await fetch(pipeline.metricsUrls.query ?? '')).text();
  const counts = [...text.matchAll(/^auditbox_http_requests_total\{.*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

it.each([
  ['/metadata', 200],
  ['/AuditEvent?_count=0', 200],
  ['/AuditEvent/019bc78b-f1a0-84fb-b8e6-c557790ce79a', 404],
  ['/AuditEvent?_sort=nothing', 400],
  ['/nothing', 404],
  ['/healthcheck', 200],
  ['/livez', 200],
])('a listed page may use the answer of %s, once said at both doors', async (path, status) => {
  for (const base of [pipeline.url, pipeline.queryUrl]) {
    const answer = await ask(base + path, 'GET', VIEWER);
    expect(answer.status).toBe(status);
    expect(answer.headers['access-control-allow-origin']).toEqual([VIEWER]);
    expect(answer.headers['access-control-allow-credentials']).toEqual(['true']);
    expect(answer.headers['access-control-expose-headers']).toHaveLength(1);
    expect(varies(answer.headers)).toBe(1);
    const other = await ask(base + path, 'GET', OTHER);
    expect(Object.keys(other.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(varies(other.headers)).toBe(1);
  }
});

it('sends an event from a page: preflight, then what was announced, and reads where it is', async () => {
  const type = { 'content-type': 'application/fhir+json' };
  expect((await ask(`${pipeline.url}/AuditEvent`, 'OPTIONS', VIEWER, PREFLIGHT)).status).toBe(204);
  const sent = await ask(`${pipeline.url}/AuditEvent`, 'POST', VIEWER, type, JSON.stringify(PAGE_EVENT));
  expect(sent.status).toBe(201);
  expect(sent.headers['access-control-allow-origin']).toEqual([VIEWER]);
  expect(sent.headers['access-control-expose-headers']?.[0]).toContain('Location');
});

it('a preflight is answered at the door: it needs no token and never reaches query', async () => {
  const before = await answeredByQuery();
  for (const path of [
    '/AuditEvent',
    '/AuditEvent/_search',
    '/Patient/1/AuditEvent',
    '/metadata',
    '/nothing',
  ]) {
    const answer = await ask(pipeline.url + path, 'OPTIONS', VIEWER, PREFLIGHT);
    expect(answer.status).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toEqual([VIEWER]);
    expect(answer.headers['access-control-allow-headers']?.[0]).toMatch(/Authorization.*Content-Type/);
    expect(answer.text).toBe('');
    const other = await ask(pipeline.url + path, 'OPTIONS', OTHER, PREFLIGHT);
    expect([other.status, other.headers['access-control-allow-origin']]).toEqual([204, undefined]);
  }
  expect(await answeredByQuery()).toBe(before);
});

it('is what the CapabilityStatement says', async () => {
  const statement = await (await fetch(`${pipeline.url}/metadata`)).json();
  expect(statement).toMatchObject({ rest: [{ security: { cors: true } }] });
});
