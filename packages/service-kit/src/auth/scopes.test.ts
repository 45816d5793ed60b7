import { describe, expect, it } from 'vitest';
import { LEAST_SCOPE, permissionsOf } from './scopes.ts';

const granted = (scope: string) => [...permissionsOf(scope)].sort();

describe('permissionsOf', () => {
  it.each([
    ['system/AuditEvent.c', ['create']],
    ['system/AuditEvent.r', ['read']],
    ['system/AuditEvent.s', ['search']],
    ['user/AuditEvent.rs', ['read', 'search']],
    ['system/*.cruds', ['create', 'read', 'search']],
    ['user/*.cs', ['create', 'search']],
    ['system/AuditEvent.read', ['read', 'search']],
    ['user/AuditEvent.write', ['create']],
    ['system/*.*', ['create', 'read', 'search']],
    ['openid profile system/AuditEvent.c email user/AuditEvent.s', ['create', 'search']],
    ['system/AuditEvent.ud', []],
    ['auditbox/quarantine.read', ['quarantine-read']],
    ['auditbox/quarantine.release', ['quarantine-release']],
    ['auditbox/unrestricted', ['unrestricted']],
  ])('of %s are %j', (scope, permissions) => expect(granted(scope)).toEqual(permissions));

  it.each([
    'system/AuditEventX.c',
    'xsystem/AuditEvent.c',
    'system/AuditEvent',
    'system/AuditEvent.',
    'system/AuditEvent.sr',
    'system/AuditEvent.cc',
    'system/AuditEvent.c?type=rest',
    'system/AuditEvent.rs?patient=1',
    'patient/AuditEvent.cruds',
    'system/auditevent.c',
    'SYSTEM/AuditEvent.c',
    'system/AuditEvent.c,system/AuditEvent.r',
    'system/AuditEvent.c\n',
    'system/AuditEvent.c\tsystem/AuditEvent.r',
    'system/Patient.cruds',
    'system/**.c',
    'auditbox/quarantine.*',
    'auditbox/quarantine',
    '__proto__',
    'constructor',
    '',
  ])('of %j are none', (scope) => expect(granted(scope)).toEqual([]));

  it('never reach quarantine by a scope of SMART', () =>
    expect(granted('system/*.cruds user/*.* system/AuditEvent.cruds')).toEqual(['create', 'read', 'search']));

  it('of the least scope of a permission are that one', () => {
    for (const [permission, scope] of Object.entries(LEAST_SCOPE))
      expect(granted(scope)).toEqual([permission]);
  });
});
