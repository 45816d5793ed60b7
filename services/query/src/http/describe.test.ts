import { createApp, createLogger, READY } from '@auditbox/service-kit';
import { expect, it } from 'vitest';
import { describeRoutes } from './describe.ts';

const baseUrl = 'https://audit.example.org/fhir';

/** The text at `path` behind a proxy that says another base, from an address that is trusted or not. */
async function described(path: string, remoteAddress: string): Promise<string> {
  const app = createApp({
    logger: createLogger('test', 'off'),
    checks: {},
    baseUrl,
    proxies: ['10.0.0.0/8'],
  });
  app.route('/', describeRoutes({ baseUrl, readiness: async () => READY }));
  const headers = { 'x-forwarded-host': 'public.example.org', 'x-forwarded-prefix': '/audit' };
  const response = await app.request(path, { headers }, { incoming: { socket: { remoteAddress } } });
  expect(response.status).toBe(200);
  return response.text();
}

it.each(['/metadata', '/SearchParameter', '/fhir/metadata'])(
  '%s links to the base that a trusted proxy says, else to its own',
  async (path) => {
    expect(await described(path, '10.0.0.1')).toContain('https://public.example.org/audit');
    const own = await described(path, '192.0.2.1');
    expect(own).toContain(baseUrl);
    expect(own).not.toContain('public.example.org');
  },
);
