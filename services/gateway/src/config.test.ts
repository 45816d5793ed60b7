import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

it('asks for tokens, and does not start without knowing whose, unless that is said', () => {
  expect(readConfig({})).toMatchObject({ problems: [expect.stringContaining('IDP_ISSUER')] });
  expect(readConfig({ IDP_ISSUER: 'https://idp.example.org' })).toMatchObject({
    settings: { apiAuthEnabled: true, audiences: ['auditbox'] },
  });
  expect(readConfig({ AUDITBOX_API_AUTH_ENABLED: 'false' })).toMatchObject({
    settings: { port: 3002, binding: '127.0.0.1', kafkaBrokers: ['localhost:9092'] },
  });
});

const given = (settings: Record<string, string>) =>
  readConfig({ AUDITBOX_API_AUTH_ENABLED: 'false', ...settings });

it('says all that is wrong between settings at once', () => {
  const problems = [
    'AUDITBOX_TLS_KEY_PASSPHRASE is set without AUDITBOX_TLS_KEY.',
    'AUDITBOX_QUERY_CA is set, but AUDITBOX_QUERY_URL is not an https URL.',
    'KAFKA_SASL_PASSWORD is set, but KAFKA_SASL_MECHANISM is none.',
  ];
  expect(
    readConfig({
      AUDITBOX_TLS_KEY_PASSPHRASE: 'marked',
      AUDITBOX_QUERY_CA: 'marked',
      KAFKA_SASL_PASSWORD: 'marked',
    }),
  ).toEqual({ problems: [expect.stringContaining('IDP_ISSUER'), ...problems] });
});

it('looks at what it is to connect to query with', () => {
  const wrong = { AUDITBOX_QUERY_CA: 'marked', AUDITBOX_QUERY_CLIENT_KEY: 'marked' };
  expect(given({ ...wrong, AUDITBOX_QUERY_URL: 'https://query:3003' })).toEqual({
    problems: [
      "AUDITBOX_QUERY_CA can't be read: certificates in PEM, each of an authority.",
      'AUDITBOX_QUERY_CLIENT_CERT and AUDITBOX_QUERY_CLIENT_KEY belong together: only one of them is set.',
    ],
  });
});

it('has room for a body at its bound, as it arrives and inflated', () => {
  const bound = { AUDITBOX_BODY_BYTES_MAX: '1048576' };
  expect(given({ ...bound, AUDITBOX_BUFFERED_BYTES_MAX: '2097152' })).toHaveProperty('settings');
  expect(given({ ...bound, AUDITBOX_BUFFERED_BYTES_MAX: '2097151' })).toEqual({
    problems: [expect.stringMatching(/^AUDITBOX_BUFFERED_BYTES_MAX is less/)],
  });
});

it('takes addresses and networks of proxies, and nothing else', () => {
  expect(given({ AUDITBOX_TRUSTED_PROXIES: '10.0.0.1, fd00::/8' })).toMatchObject({
    settings: { proxies: ['10.0.0.1', 'fd00::/8'] },
  });
  for (const wrong of ['proxy.example.org', '10.0.0.0/33', '10.0.0.1;10.0.0.2'])
    expect(given({ AUDITBOX_TRUSTED_PROXIES: wrong })).toEqual({
      problems: [expect.stringMatching(/^AUDITBOX_TRUSTED_PROXIES can't be read/)],
    });
});

it.each([
  ['AUDITBOX_JSON_DEPTH_MAX', '8', '7'],
  ['AUDITBOX_JSON_DEPTH_MAX', '256', '257'],
  ['AUDITBOX_ON_INVALID', 'quarantine', 'drop'],
  ['AUDITBOX_REQUESTS_MAX', '1', '0'],
  ['AUDITBOX_BODY_DEADLINE_MS', '100', '99'],
])('%s can be %s, not %s', (name, right, wrong) => {
  expect(given({ [name]: right })).toHaveProperty('settings');
  expect(given({ [name]: wrong })).toEqual({ problems: [expect.stringContaining(name)] });
});

it('takes no database of places that is none, and says so before anything starts', () => {
  expect(given({})).toMatchObject({ settings: { geoDatabases: [], unknownOrganisations: 'accept' } });
  expect(given({ AUDITBOX_GEO_DATABASE: '/marked/gone.mmdb' })).toEqual({
    problems: ["AUDITBOX_GEO_DATABASE names a file that can't be read."],
  });
  expect(given({ AUDITBOX_GEO_DATABASE: import.meta.filename })).toEqual({
    problems: ['AUDITBOX_GEO_DATABASE names a file that is no whole database (.mmdb).'],
  });
  expect(given({ AUDITBOX_GEO_DATABASE: `/marked,${import.meta.filename},/marked/too` })).toEqual({
    problems: [
      "AUDITBOX_GEO_DATABASE names a file that can't be read.",
      'AUDITBOX_GEO_DATABASE names a file that is no whole database (.mmdb).',
    ],
  });
  expect(given({ AUDITBOX_GEO_DATABASE: 'a,b,c,d,e' })).toEqual({
    problems: ['AUDITBOX_GEO_DATABASE names more than 4 files.'],
  });
});

it('takes no list of organisations that is none, and refuses unknown ones only where some are known', () => {
  expect(
    given({ AUDITBOX_ORGANISATIONS: import.meta.filename, AUDITBOX_ORGANISATION_CLAIM: '/org' }),
  ).toEqual({
    problems: [
      'AUDITBOX_ORGANISATIONS: It is not JSON in UTF-8.',
      'AUDITBOX_ORGANISATION_CLAIM is set, but AUDITBOX_API_AUTH_ENABLED is false: nobody would be bound.',
    ],
  });
  expect(given({ AUDITBOX_UNKNOWN_ORGANISATIONS: 'refuse' })).toEqual({
    problems: [
      'AUDITBOX_UNKNOWN_ORGANISATIONS is refuse, but AUDITBOX_ORGANISATIONS is not set: every event would be refused.',
    ],
  });
});
