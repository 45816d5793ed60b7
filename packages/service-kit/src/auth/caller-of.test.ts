import { describe, expect, it } from 'vitest';
import { scopesByRole } from './auth-settings.ts';
import { senderOf } from './caller.ts';
import { type Claims, callerOf } from './caller-of.ts';

const ISSUER = 'https://idp.example.org';
const of = (claims: Claims, mapping: string[] = []) =>
  callerOf(claims, ISSUER, {
    roles: { claims: ['/realm_access/roles', '/roles'], scopes: scopesByRole(mapping) },
    clientClaims: ['client_id', 'azp', 'cid', 'appid'],
  });
const permissions = (claims: Claims, mapping?: string[]) => [
  ...(of({ azp: 'a', ...claims }, mapping)?.permissions ?? []),
];

describe('callerOf', () => {
  it('says who it is', () => {
    const claims = {
      azp: 'app',
      sub: 'u-1',
      preferred_username: 'jane',
      jti: 't-1',
      scope: 'system/AuditEvent.c',
    };
    expect(of(claims)).toEqual({
      issuer: ISSUER,
      client: 'app',
      subject: 'u-1',
      username: 'jane',
      tokenId: 't-1',
      permissions: new Set(['create']),
      claims,
    });
    expect(senderOf({ issuer: ISSUER, client: 'app' })).toBe('https://idp.example.org|app');
  });

  it.each(['client_id', 'azp', 'cid', 'appid'])('knows the client by %s', (name) =>
    expect(of({ [name]: 'app' })?.client).toBe('app'),
  );

  it('takes client_id before azp, and nothing in the place of one that is wrong', () => {
    expect(of({ client_id: 'a', azp: 'b' })?.client).toBe('a');
    expect(of({ client_id: 1, azp: 'b' })).toBeUndefined();
  });

  it.each([
    ['none', {}],
    ['an empty one', { azp: '' }],
    ['a number', { azp: 1 }],
    ['one with a bar, which stands between issuer and client', { azp: 'a|b' }],
    ['one with a line end', { azp: 'a\nb' }],
    ['one that is too long', { azp: 'a'.repeat(201) }],
  ])('knows no caller without a client that can be one: %s', (_what, claims) =>
    expect(of(claims)).toBeUndefined(),
  );

  it.each([
    ['scope', 'system/AuditEvent.c system/AuditEvent.r'],
    ['scp', 'system/AuditEvent.c system/AuditEvent.r'],
    ['scp', ['system/AuditEvent.c', 'system/AuditEvent.r']],
    ['scope', ['system/AuditEvent.c', { a: 1 }, 'system/AuditEvent.r']],
  ])('reads %s %j', (name, value) => expect(permissions({ [name]: value })).toEqual(['create', 'read']));

  it.each([[{ 'system/AuditEvent.c': true }], [7], [null], [true]])(
    'reads nothing from a scope of %j',
    (scope) => expect(permissions({ scope })).toEqual([]),
  );

  it('maps roles to scopes where the site says so, and only those that it names', () => {
    const mapping = ['auditor=user/AuditEvent.r', 'auditor=user/AuditEvent.s', 'a=b=system/AuditEvent.c'];
    expect(permissions({ realm_access: { roles: ['auditor', 'other'] } }, mapping)).toEqual([
      'read',
      'search',
    ]);
    expect(permissions({ roles: ['a=b'] }, mapping)).toEqual(['create']);
    expect(permissions({ roles: 'auditor' }, mapping)).toEqual(['read', 'search']);
    expect(permissions({ roles: ['__proto__', 'constructor', 'Auditor'] }, mapping)).toEqual([]);
    expect(permissions({ roles: ['auditor'] })).toEqual([]);
  });
});
