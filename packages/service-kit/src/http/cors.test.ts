import { describe, expect, it } from 'vitest';
import { createLogger } from '../logger.ts';
import { decodeSettings } from '../settings.ts';
import { createApp } from './app.ts';
import { corsOrigins } from './cors-settings.ts';

const VIEWER = 'https://viewer.example.org';
const OTHER = 'http://localhost:5173';

/** An app that reads, refuses, fails, and answers with what it says of CORS itself. */
function appFor(...origins: string[]) {
  const app = createApp({ logger: createLogger('test', 'off'), checks: {}, corsOrigins: origins });
  const reached: string[] = [];
  app.use((c, next) => {
    reached.push(c.req.method);
    return c.req.path === '/refused' ? Promise.resolve(c.text('no token', 401)) : next();
  });
  app
    .get('/read', (c) => c.json({ read: true }))
    .get('/varies', (c) => c.json({}, 200, { vary: 'origin, Accept' }))
    .get('/fails', () => {
      throw new Error('x');
    });
  const ask = (path: string, origin?: string, method = 'GET', more: Record<string, string> = {}) =>
    app.request(path, { method, headers: { ...(origin !== undefined && { origin }), ...more } });
  const preflight = (origin: string, method = 'POST', path = '/AuditEvent') =>
    ask(path, origin, 'OPTIONS', {
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    });
  return { ask, preflight, reached };
}

/** What is said to a page: by name, of what decides. */
const said = ({ headers }: Response) => ({
  origin: headers.get('access-control-allow-origin'),
  credentials: headers.get('access-control-allow-credentials'),
});
const corsNames = ({ headers }: Response) => [...headers.keys()].filter((name) => name.startsWith('access-'));
const varies = ({ headers }: Response) =>
  (headers.get('vary') ?? '').split(',').filter((name) => name.trim().toLowerCase() === 'origin').length;

describe('without origins', () => {
  it('nothing is said of CORS, and a preflight is a request like others', async () => {
    const { ask, preflight } = appFor();
    for (const response of [await ask('/read', VIEWER), await preflight(VIEWER, 'GET', '/read')]) {
      expect(corsNames(response)).toEqual([]);
      expect(varies(response)).toBe(0);
    }
    expect((await preflight(VIEWER, 'GET', '/read')).status).toBe(405);
  });
});

describe('an origin that is listed', () => {
  const { ask, preflight, reached } = appFor(VIEWER, OTHER);

  it.each([
    ['/read', 200],
    ['/refused', 401],
    ['/nothing', 404],
    ['/fails', 500],
    ['/livez', 200],
  ])('may use the answer of %s, a %i', async (path, status) => {
    for (const origin of [VIEWER, OTHER]) {
      const response = await ask(path, origin);
      expect(response.status).toBe(status);
      expect(said(response)).toEqual({ origin, credentials: 'true' });
      expect(varies(response)).toBe(1);
      expect(response.headers.get('access-control-expose-headers')?.split(', ')).toEqual(
        expect.arrayContaining(['ETag', 'Location', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id']),
      );
    }
  });

  it('is told in a preflight what it may send, without a token and without reaching a route', async () => {
    reached.length = 0;
    const response = await preflight(VIEWER);
    expect(response.status).toBe(204);
    expect(said(response)).toEqual({ origin: VIEWER, credentials: 'true' });
    expect(varies(response)).toBe(1);
    expect(response.headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST');
    expect(response.headers.get('access-control-max-age')).toBe('7200');
    expect(response.headers.get('access-control-allow-headers')?.toLowerCase().split(', ')).toEqual(
      expect.arrayContaining([
        'authorization',
        'content-type',
        'prefer',
        'if-none-match',
        'if-modified-since',
        'idempotency-key',
        'auditbox-on-invalid',
        'x-request-id',
      ]),
    );
    expect(await response.text()).toBe('');
    expect(reached).toEqual([]);
  });

  it('is told once on what the answer depends', async () =>
    expect((await ask('/varies', VIEWER)).headers.get('vary')).toBe('origin, Accept, Accept-Encoding'));

  it('gets a 405 to an OPTIONS that is no preflight', async () =>
    expect((await ask('/read', VIEWER, 'OPTIONS')).status).toBe(405));
});

describe('an origin that is not listed', () => {
  const { ask, preflight } = appFor(VIEWER);

  it.each([
    'http://viewer.example.org',
    'https://viewer.example.org:8443',
    'https://viewer.example.org.evil.example',
    'https://evil.viewer.example.org',
    'https://VIEWER.example.org',
    'https://viewer.example.org/',
    `${VIEWER}, ${VIEWER}`,
    'null',
    '*',
    '',
  ])('is told nothing: %s', async (origin) => {
    for (const response of [await ask('/read', origin), await preflight(origin)]) {
      expect(corsNames(response)).toEqual([]);
      expect(varies(response)).toBe(1);
    }
    expect((await ask('/read', origin)).status).toBe(200);
  });

  it('nor is who names none, and a cache is told that it could have mattered', async () => {
    const response = await ask('/read');
    expect(corsNames(response)).toEqual([]);
    expect(varies(response)).toBe(1);
  });
});

describe('*', () => {
  const { ask, preflight } = appFor('*');

  it.each([VIEWER, 'null', undefined])('is every page, never with credentials: %s', async (origin) => {
    const response = await ask('/read', origin);
    expect(said(response)).toEqual({ origin: '*', credentials: null });
    expect(varies(response)).toBe(0);
    expect(response.headers.get('access-control-expose-headers')).toContain('ETag');
  });

  it('is so in a preflight', async () =>
    expect(said(await preflight('null'))).toEqual({ origin: '*', credentials: null }));
});

describe('AUDITBOX_CORS_ORIGIN_HEADERS', () => {
  const decoded = (value: string) => decodeSettings({ corsOrigins }, { [corsOrigins.name]: value });

  it.each<[string, string[]]>([
    ['', []],
    ['*', ['*']],
    [`${VIEWER}, ${OTHER},http://[::1]:8080`, [VIEWER, OTHER, 'http://[::1]:8080']],
    [Array(100).fill(VIEWER).join(), Array(100).fill(VIEWER)],
  ])('can be %s', (value, origins) => expect(decoded(value)).toEqual({ settings: { corsOrigins: origins } }));

  it.each([
    'viewer.example.org',
    'https://viewer.example.org/',
    'https://viewer.example.org/app',
    'https://viewer.example.org:443',
    'https://Viewer.example.org',
    'https://*.example.org',
    'https://a@viewer.example.org',
    'null',
    'file://',
    `*, ${VIEWER}`,
    '*, *',
    Array(101).fill(VIEWER).join(),
    `https://${'a.'.repeat(150)}org`,
  ])('can not be %s', (value) =>
    expect(decoded(value)).toEqual({
      problems: [
        "AUDITBOX_CORS_ORIGIN_HEADERS can't be read: a list of for example https://viewer.example.org, separated by commas.",
      ],
    }),
  );
});
