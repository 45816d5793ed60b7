import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

const ISSUER = { IDP_ISSUER: 'https://idp.example.org' };

it('asks for tokens, and does not start without knowing whose, unless that is said', () => {
  expect(readConfig({})).toMatchObject({ problems: [expect.stringContaining('IDP_ISSUER')] });
  expect(readConfig(ISSUER)).toMatchObject({
    settings: { apiAuthEnabled: true, audiences: ['auditbox'] },
  });
  expect(readConfig({ AUDITBOX_API_AUTH_ENABLED: 'false' })).toMatchObject({
    settings: { port: 3003, binding: '127.0.0.1', baseAliases: [] },
  });
});

it('refuses an index of quarantine that searches for events would look into', () => {
  const environment = { AUDITBOX_API_AUTH_ENABLED: 'false', AUDITBOX_QUARANTINE_INDEX: 'auditbox-events-q' };
  expect(readConfig(environment)).toEqual({
    problems: [expect.stringContaining('AUDITBOX_QUARANTINE_INDEX')],
  });
});

it('takes the endpoints of an identity provider, which are optional', () => {
  const environment = { AUDITBOX_API_AUTH_ENABLED: 'false' };
  expect(readConfig(environment)).toMatchObject({ settings: { authorizeEndpoint: '', tokenEndpoint: '' } });
  const tokenEndpoint = 'https://idp.example.org/realms/a/token?p=1';
  expect(readConfig({ ...environment, IDP_TOKEN_ENDPOINT: tokenEndpoint })).toMatchObject({
    settings: { tokenEndpoint },
  });
  for (const wrong of ['idp.example.org', 'https://idp.example.org/#a']) {
    expect(readConfig({ ...environment, IDP_AUTHORIZE_ENDPOINT: wrong })).toEqual({
      problems: [expect.stringContaining('IDP_AUTHORIZE_ENDPOINT')],
    });
  }
});

it('takes what restricts readers, and nothing that can not', () => {
  const decoded = (rules: string, guard: Record<string, string> = ISSUER) =>
    readConfig({ ...guard, AUDITBOX_RESTRICT_BY: rules });
  expect(readConfig(ISSUER)).toMatchObject({ settings: { restrictBy: [], restrictWithoutClaim: 'refuse' } });
  expect(decoded('site=/https:~1~1example.org~1site, source=/devices')).toMatchObject({
    settings: { restrictBy: ['site=/https:~1~1example.org~1site', 'source=/devices'] },
  });
  for (const wrong of [
    '',
    ',',
    'site',
    'site=site',
    'site=/a~2',
    'secret=/a',
    'date=/a',
    'site=/a,site=/b',
  ]) {
    const problems = [expect.stringMatching(/^AUDITBOX_RESTRICT_BY (?!.*secret)/)];
    expect(decoded(wrong)).toEqual({ problems });
  }
  // Without tokens there are no claims.
  expect(decoded('site=/site', { AUDITBOX_API_AUTH_ENABLED: 'false' })).toEqual({
    problems: [
      'AUDITBOX_RESTRICT_BY is set, but AUDITBOX_API_AUTH_ENABLED is false: nobody would be restricted.',
    ],
  });
  expect(readConfig({ ...ISSUER, AUDITBOX_RESTRICT_WITHOUT_CLAIM: 'ignore' })).toEqual({
    problems: [expect.stringContaining('AUDITBOX_RESTRICT_WITHOUT_CLAIM')],
  });
});

it('takes the claim that binds callers to organisations, which nobody has without tokens', () => {
  expect(readConfig(ISSUER)).toMatchObject({
    settings: { organisations: '', organisationClaim: '', organisationWithoutClaim: 'refuse' },
  });
  const claim = { AUDITBOX_ORGANISATION_CLAIM: '/org_id' };
  expect(readConfig({ ...ISSUER, ...claim })).toMatchObject({ settings: { organisationClaim: '/org_id' } });
  expect(readConfig({ ...claim, AUDITBOX_API_AUTH_ENABLED: 'false' })).toEqual({
    problems: [expect.stringMatching(/^AUDITBOX_ORGANISATION_CLAIM is set, but/)],
  });
});
