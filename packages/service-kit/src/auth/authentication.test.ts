import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { AppEnv } from '../http/app.ts';
import {
  authenticate,
  authorize,
  type Identify,
  type Refused,
  type RoutePermissions,
} from './authentication.ts';
import type { Caller, Permission } from './caller.ts';

const caller = (...permissions: Permission[]): Caller => ({
  issuer: 'i',
  client: 'c',
  permissions: new Set(permissions),
  claims: {},
});

const KNOWN: Readonly<Record<string, Caller>> = {
  reader: caller('read', 'search'),
  writer: caller('create'),
};

const identify: Identify = (token) => {
  if (token === 'expired' || token === 'unavailable' || token === 'unknown-key') return { refused: token };
  return KNOWN[token] ?? { refused: 'invalid' };
};

const PERMISSIONS: RoutePermissions = {
  'GET /AuditEvent/:id': 'read',
  'POST /AuditEvent': 'create',
  'GET /passed': 'elsewhere',
};

function service() {
  const refused: Refused[] = [];
  const onRefused = (refusal: Refused): void => void refused.push(refusal);
  const app = new Hono<AppEnv>();
  app.get('/metadata', (c) => c.text('open'));
  app.use(authenticate(identify, onRefused), authorize(PERMISSIONS, onRefused));
  app.get('/AuditEvent/:id', (c) => c.text(c.get('caller')?.client ?? ''));
  app.post('/AuditEvent', (c) => c.text('created', 201));
  app.get('/passed', (c) => c.text('passed'));
  app.get('/forgotten', (c) => c.text('open by omission'));
  app.onError((_error, c) => c.text('closed', 500));
  const ask = (path: string, token?: string, method = 'GET') =>
    app.request(path, { method, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  return { ask, refused };
}

describe('a request', () => {
  it('without a token gets what is public and nothing else', async () => {
    const { ask, refused } = service();
    expect((await ask('/metadata')).status).toBe(200);
    const response = await ask('/AuditEvent/1');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="auditbox"');
    expect(await response.json()).toMatchObject({ issue: [{ code: 'login' }] });
    expect(refused).toMatchObject([{ reason: 'login', route: '/AuditEvent/:id' }]);
  });

  it.each([
    ['nobody', 401, 'login', 'error="invalid_token"'],
    ['expired', 401, 'expired', 'error="invalid_token"'],
    ['two words', 400, 'login', 'error="invalid_request"'],
  ])('with the token of %s is refused', async (token, status, code, challenge) => {
    const { ask, refused } = service();
    const response = await ask('/AuditEvent/1', token);
    expect(response.status).toBe(status);
    expect(response.headers.get('www-authenticate')).toContain(challenge);
    expect(await response.json()).toMatchObject({ issue: [{ code }] });
    expect(refused).toHaveLength(1);
  });

  it.each(['unavailable', 'unknown-key'])(
    'is told to try again while nobody can say whether its token is good: %s',
    async (token) => {
      const response = await service().ask('/AuditEvent/1', token);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('5');
      expect(await response.json()).toMatchObject({ issue: [{ code: 'transient' }] });
    },
  );

  it('gets what its caller may have, and a 403 that says what is missing for the rest', async () => {
    const { ask, refused } = service();
    expect(await (await ask('/AuditEvent/1', 'reader')).text()).toBe('c');
    expect((await ask('/AuditEvent/1', 'reader', 'HEAD')).status).toBe(200);
    expect((await ask('/AuditEvent', 'writer', 'POST')).status).toBe(201);
    expect(refused).toEqual([]);
    const response = await ask('/AuditEvent', 'reader', 'POST');
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer realm="auditbox", error="insufficient_scope", scope="system/AuditEvent.c"',
    );
    expect(await response.json()).toMatchObject({ issue: [{ code: 'forbidden' }] });
    expect((await ask('/AuditEvent/1', 'writer', 'HEAD')).status).toBe(403);
    expect(refused).toMatchObject([
      { reason: 'insufficient-scope', missingScope: 'system/AuditEvent.c', caller: { client: 'c' } },
      { reason: 'insufficient-scope', missingScope: 'system/AuditEvent.r' },
    ]);
  });

  it('is let through to where another service decides, and to a 404', async () => {
    const { ask } = service();
    expect((await ask('/passed', 'reader')).status).toBe(200);
    expect((await ask('/nothing', 'reader')).status).toBe(404);
    expect((await ask('/nothing')).status).toBe(401);
  });

  it('does not come to a route that has no permission', async () => {
    const response = await service().ask('/forgotten', 'reader');
    expect([response.status, await response.text()]).toEqual([500, 'closed']);
  });
});
