import { createApp, createLogger } from '@auditbox/service-kit';
import { describe, expect, it } from 'vitest';
import { audited } from './audited.ts';
import type { LogUse } from './events/log-used.ts';

const BASE = 'https://audit.example.org/fhir';

function service(isRecorded: boolean) {
  const uses: LogUse[] = [];
  const app = createApp({ logger: createLogger('test', 'off'), checks: {}, baseUrl: BASE });
  const used = async (use: LogUse): Promise<boolean> => {
    uses.push(use);
    return isRecorded;
  };
  const interactions = { 'GET /AuditEvent/:id': 'read', 'POST /AuditEvent/_search': 'search-type' } as const;
  app.use(audited({ used }, { interactions, baseUrl: BASE }));
  app.get('/AuditEvent/:id', (c) => c.text('secret', 200, { etag: 'W/"1"' }));
  app.post('/AuditEvent/_search', async (c) => {
    c.set('form', await c.req.text());
    throw new Error('broken');
  });
  app.get('/other', (c) => c.text('other'));
  return { app, uses };
}

describe('a use of the log', () => {
  it('is recorded as it was asked and answered, below the base', async () => {
    const { app, uses } = service(true);
    const path = '/AuditEvent/1%0AContent-Type:%20x?a=%20b';
    const response = await app.request(`/fhir${path}`, { headers: { 'x-request-id': 'r-1' } });
    expect([response.status, await response.text()]).toEqual([200, 'secret']);
    expect(uses).toEqual([
      expect.objectContaining({
        ...{ interaction: 'read', method: 'GET', path, requestId: 'r-1', status: 200 },
        routed: '/AuditEvent/1\nContent-Type: x',
      }),
    ]);
  });

  it('is recorded also where it failed, with its form', async () => {
    const { app, uses } = service(true);
    const response = await app.request('/AuditEvent/_search', { method: 'POST', body: 'patient=1' });
    expect(response.status).toBe(500);
    expect(uses).toMatchObject([{ interaction: 'search-type', form: 'patient=1', status: 500 }]);
  });

  it('is a read where only its headers are asked for', async () => {
    const { app, uses } = service(true);
    await app.request('/AuditEvent/1', { method: 'HEAD' });
    expect(uses).toMatchObject([{ interaction: 'read', method: 'HEAD' }]);
  });

  it('is not answered where it can not be recorded: not a byte and not a header of it', async () => {
    const response = await service(false).app.request('/AuditEvent/1');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(response.headers.get('etag')).toBeNull();
    expect(await response.text()).not.toContain('secret');
  });

  it('is none of what does not touch it', async () => {
    const { app, uses } = service(false);
    expect((await app.request('/other')).status).toBe(200);
    expect((await app.request('/nothing')).status).toBe(404);
    expect(uses).toEqual([]);
  });
});
