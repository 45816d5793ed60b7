import { describe, expect, it } from 'vitest';
import {
  ELASTIC_SETTINGS,
  elasticClientOptions,
  elasticProblems,
  warnOfOpenElasticCredentials,
} from './elastic-settings.ts';
import { checkSettings, decodeSettings } from './settings.ts';
import { selfSigned } from './test-certificates.case.ts';

const decoded = (environment: Record<string, string>) =>
  checkSettings(decodeSettings(ELASTIC_SETTINGS, environment), elasticProblems);

const settingsOf = (environment: Record<string, string>) => {
  const read = decoded(environment);
  if ('problems' in read) throw new Error(read.problems.join(' '));
  return read.settings;
};

const TLS = { ELASTIC_URI: 'https://es.example.org:9200' };

describe('elasticClientOptions', () => {
  it('is a plain node where nothing is set', () =>
    expect(elasticClientOptions(settingsOf({}))).toEqual({ node: 'http://localhost:9200' }));

  it.each([
    ['AUDITBOX_ES_AUTH', 'user:pass:word', { username: 'user', password: 'pass:word' }],
    ['ELASTIC_API_KEY', 'aWQ6a2V5', { apiKey: 'aWQ6a2V5' }],
  ])('takes credentials from %s', (name, value, auth) =>
    expect(elasticClientOptions(settingsOf({ ...TLS, [name]: value }))).toEqual({
      node: TLS.ELASTIC_URI,
      auth,
      tls: { rejectUnauthorized: true },
    }),
  );

  it('trusts whom it is told to, and shows its certificate', async () => {
    const { cert, key } = await selfSigned();
    const environment = { ...TLS, ELASTIC_CA: cert, ELASTIC_CERT: cert, ELASTIC_KEY: key };
    expect(elasticClientOptions(settingsOf(environment)).tls).toEqual({
      ca: cert,
      cert,
      key,
      rejectUnauthorized: true,
    });
  });
});

describe('elasticProblems', () => {
  const inUri = 'ELASTIC_URI has credentials in it: they belong in AUDITBOX_ES_AUTH.';

  it.each<readonly [environment: Record<string, string>, problems: readonly string[]]>([
    [{ ELASTIC_URI: 'https://user:marked@es:9200' }, [inUri]],
    [{ ELASTIC_URI: 'https://:marked@es:9200' }, [inUri]],
    [{ ELASTIC_URI: 'http://es:99999999' }, ["ELASTIC_URI can't be read: a URL."]],
    [
      { AUDITBOX_ES_AUTH: 'user:marked', ELASTIC_API_KEY: 'marked' },
      ['AUDITBOX_ES_AUTH and ELASTIC_API_KEY are both set: only one can be.'],
    ],
    [{ AUDITBOX_ES_AUTH: 'marked' }, ["AUDITBOX_ES_AUTH can't be read: for example user:password."]],
    [{ AUDITBOX_ES_AUTH: 'user:a\nb' }, ["AUDITBOX_ES_AUTH can't be read: for example user:password."]],
    [{ ELASTIC_API_KEY: 'id:key' }, ["ELASTIC_API_KEY can't be read: for example aWQ6YXBpX2tleQ==."]],
    [{ ELASTIC_CA: 'marked' }, ['ELASTIC_CA is set, but ELASTIC_URI is not an https URL.']],
    [
      { ...TLS, ELASTIC_CA: 'marked' },
      ["ELASTIC_CA can't be read: certificates in PEM, each of an authority."],
    ],
    [
      { ELASTIC_URI: 'http://user:marked@es:9200', ELASTIC_KEY: 'marked' },
      [inUri, 'ELASTIC_KEY is set, but ELASTIC_URI is not an https URL.'],
    ],
  ])('%j', (environment, problems) => expect(decoded(environment)).toEqual({ problems }));
});

it('warns of credentials that can be read on their way, and of no others', () => {
  const warned = (environment: Record<string, string>) => {
    const lines: unknown[] = [];
    const logger = { warn: (...line: unknown[]) => void lines.push(...line) };
    warnOfOpenElasticCredentials(logger, settingsOf(environment));
    return lines;
  };
  const open = ['credentials of Elasticsearch are sent without TLS'];
  expect(warned({ AUDITBOX_ES_AUTH: 'user:marked' })).toEqual(open);
  expect(warned({ ELASTIC_API_KEY: 'marked' })).toEqual(open);
  expect(warned({ ...TLS, ELASTIC_API_KEY: 'marked' })).toEqual([]);
  expect(warned({})).toEqual([]);
});
