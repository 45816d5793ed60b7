import { describe, expect, it } from 'vitest';
import { checkSettings, decodeSettings, type Environment } from '../settings.ts';
import { AUTH_SETTINGS, authProblems } from './auth-settings.ts';

const decode = (environment: Environment) =>
  checkSettings(decodeSettings(AUTH_SETTINGS, environment), authProblems);
const ISSUER = { IDP_ISSUER: 'https://idp.example.org/realms/a' };

describe('the settings of authentication', () => {
  it('ask for tokens unless that is turned off', () => {
    expect(decode({})).toEqual({ problems: [expect.stringContaining('IDP_ISSUER')] });
    expect(decode(ISSUER)).toMatchObject({ settings: { apiAuthEnabled: true, audiences: ['auditbox'] } });
    expect(decode({ AUDITBOX_API_AUTH_ENABLED: 'false' })).toHaveProperty('settings');
  });

  it.each([
    ['keys without an issuer', { IDP_JWKS_URI: 'https://idp.example.org/keys' }, 'IDP_JWKS_URI'],
    ['no audience and no clients', { ...ISSUER, IDP_AUDIENCE: 'off' }, 'IDP_CLIENTS'],
    [
      'an audience that is off and on',
      { ...ISSUER, IDP_AUDIENCE: 'off,a', IDP_CLIENTS: 'a' },
      'IDP_AUDIENCE',
    ],
    ['an algorithm with a shared secret', { ...ISSUER, IDP_ALGORITHMS: 'RS256,HS256' }, 'IDP_ALGORITHMS'],
    ['the algorithm none', { ...ISSUER, IDP_ALGORITHMS: 'none' }, 'IDP_ALGORITHMS'],
    ['a role without a scope', { ...ISSUER, IDP_ROLE_SCOPES: 'auditor' }, 'IDP_ROLE_SCOPES'],
    [
      'a role with a scope of nothing',
      { ...ISSUER, IDP_ROLE_SCOPES: 'a=system/Patient.r' },
      'IDP_ROLE_SCOPES',
    ],
    ['a claim by a dotted path', { ...ISSUER, IDP_ROLE_CLAIMS: 'realm_access.roles' }, 'IDP_ROLE_CLAIMS'],
    ['an issuer that is no URL', { IDP_ISSUER: 'idp.example.org' }, 'IDP_ISSUER'],
    ['an issuer with a fragment', { IDP_ISSUER: 'https://idp.example.org/#a' }, 'IDP_ISSUER'],
    [
      'keys that count no more before they are old',
      { ...ISSUER, IDP_KEYS_MAX_AGE_MS: '60000', IDP_KEYS_STALE_MAX_MS: '59999' },
      'IDP_KEYS_STALE_MAX_MS',
    ],
    ['an audience that is a comma', { ...ISSUER, IDP_AUDIENCE: ',' }, 'IDP_AUDIENCE'],
    ['keys in a file that is not there', { AUDITBOX_API_KEYS_FILE: '/nowhere' }, 'AUDITBOX_API_KEYS_FILE'],
    [
      'a tolerance of an hour',
      { ...ISSUER, IDP_CLOCK_TOLERANCE_SECONDS: '3600' },
      'IDP_CLOCK_TOLERANCE_SECONDS',
    ],
    [
      'tokens remembered for longer than five minutes',
      { ...ISSUER, IDP_TOKEN_CACHE_SECONDS: '301' },
      'IDP_TOKEN_CACHE_SECONDS',
    ],
  ])('refuse %s', (_what, environment, name) =>
    expect(decode(environment)).toEqual({ problems: [expect.stringContaining(name)] }),
  );

  it('let a site without audiences name its clients', () =>
    expect(decode({ ...ISSUER, IDP_AUDIENCE: 'off', IDP_CLIENTS: 'a, b' })).toMatchObject({
      settings: { audiences: ['off'], clients: ['a', 'b'] },
    }));
});
