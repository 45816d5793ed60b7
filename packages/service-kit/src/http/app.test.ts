import { describe, expect, it } from 'vitest';
import { READY, type Readiness } from '../health.ts';
import { createLogger } from '../logger.ts';
import { createApp } from './app.ts';

const logger = createLogger('test', 'off');
const failing = (error: Error) => {
  const app = createApp({ logger, checks: {} });
  app.get('/fail', () => {
    throw error;
  });
  return app.request('/fail', { headers: { 'x-request-id': 'r-1' } });
};

describe('createApp', () => {
  it('answers an unexpected error with a code and the request id, never with its message', async () => {
    const response = await failing(new Error('Erika Mustermann'));
    expect(response.status).toBe(500);
    expect(response.headers.get('x-request-id')).toBe('r-1');
    expect(await response.json()).toEqual({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code: 'exception', diagnostics: 'internal; request r-1' }],
    });
  });

  it('answers a passing failure with 503 and Retry-After', async () => {
    const response = await failing(
      Object.assign(new Error('x'), { code: 'search-engine-unavailable', retryable: true }),
    );
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({
      issue: [{ code: 'transient', diagnostics: 'search-engine-unavailable; request r-1' }],
    });
  });

  it('lets nobody keep an answer, unless a route says otherwise', async () => {
    const app = createApp({ logger, checks: {} });
    app
      .get('/event', (c) => c.json({}))
      .get('/same', () => new Response(null, { status: 304, headers: { etag: 'W/"1"' } }))
      .get('/public', (c) => c.text('', 200, { 'cache-control': 'max-age=60' }))
      .get('/fails', () => {
        throw new Error('x');
      });
    const said = async (path: string) => (await app.request(path)).headers.get('cache-control');
    for (const path of ['/event', '/same', '/fails', '/nothing']) expect(await said(path)).toBe('no-store');
    expect(await said('/public')).toBe('max-age=60');
  });

  it('makes a request id where the client’s is none', async () => {
    const app = createApp({ logger, checks: {} });
    const response = await app.request('/livez', { headers: { 'x-request-id': 'Erika Mustermann' } });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers what is not there with a 404 OperationOutcome', async () => {
    const response = await createApp({ logger, checks: {} }).request('/nothing');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
    expect(await response.json()).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ code: 'not-found' }],
    });
  });

  it('is ready when every part is', async () => {
    const ready = createApp({ logger, checks: { kafka: () => READY } });
    expect((await ready.request('/readyz')).status).toBe(200);
    const kafka: Readiness = { ready: false, reason: 'rebalancing' };
    const app = createApp({ logger, checks: { kafka: () => kafka } });
    const response = await app.request('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ ready: false, checks: { kafka: 'rebalancing' } });
    expect((await app.request('/livez')).status).toBe(200);
  });

  it('is looked at once for all who ask at the same time', async () => {
    let looks = 0;
    const check = async (): Promise<Readiness> => {
      looks += 1;
      return READY;
    };
    const app = createApp({ logger, checks: { check } });
    await Promise.all(Array.from({ length: 100 }, () => app.request('/readyz')));
    expect(looks).toBe(1);
  });

  const withRoutes = () => {
    const app = createApp({ logger, checks: {} });
    app
      .get('/AuditEvent/:id', (c) => c.text('read'))
      .post('/AuditEvent/_search', (c) => c.text('found'))
      .post('/', (c) => c.text('stored'))
      .get('/*', (c) => c.text('any'));
    return app;
  };

  it.each([
    ['PUT', '/AuditEvent/1', 'GET, HEAD'],
    ['PATCH', '/AuditEvent/1', 'GET, HEAD'],
    ['DELETE', '/', 'POST'],
    ['POST', '/AuditEvent/1', 'GET, HEAD'],
    ['PUT', '/AuditEvent/_search', 'POST'],
    ['POST', '/livez', 'GET, HEAD'],
  ])('answers %s %s with 405 and what is allowed there', async (method, path, allow) => {
    const response = await withRoutes().request(path, { method, headers: { 'x-request-id': 'r-1' } });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    expect(response.headers.get('x-request-id')).toBe('r-1');
    expect(await response.json()).toMatchObject({ issue: [{ code: 'not-supported' }] });
  });

  it('answers 404 where no route names the path, whatever the method', async () => {
    for (const method of ['POST', 'PUT'])
      expect((await withRoutes().request('/Patient', { method })).status).toBe(404);
  });

  it('answers at the root and at its base path, with and without a slash at the end', async () => {
    const app = createApp({ logger, checks: {}, baseUrl: 'https://audit.example.org/fhir/' });
    app.post('/', (c) => c.text(c.get('baseUrl'))).get('/AuditEvent/:id', (c) => c.text(c.req.param('id')));
    for (const path of ['/', '/fhir', '/fhir/']) {
      const response = await app.request(path, { method: 'POST' });
      expect(await response.text()).toBe('https://audit.example.org/fhir');
    }
    for (const path of ['/AuditEvent/1', '/fhir/AuditEvent/1', '/fhir/AuditEvent/1/'])
      expect(await (await app.request(path)).text()).toBe('1');
    for (const path of ['/fhirAuditEvent/1', '/fhir/fhir/AuditEvent/1'])
      expect((await app.request(path)).status).toBe(404);
  });

  it('does not call a client that hangs up an error', async () => {
    const lines: string[] = [];
    const noting = createLogger('test', 'info', { write: (line) => lines.push(line) });
    const app = createApp({ logger: noting, checks: {} });
    app.get('/', () => {
      throw Object.assign(new Error('x'), { code: 'ECONNRESET' });
    });
    expect((await app.request('/')).status).toBe(499);
    expect(lines).toEqual([]);
  });
});
