import { describe, expect, it } from 'vitest';
import { readSettings, type Settings } from '../settings.ts';
import { serviceEnvironment } from './service.ts';

const { settings } = readSettings({ PORT: '4000', AUDITBOX_QUERY_PORT: '4001' }) as { settings: Settings };
const addresses = { kafkaBrokers: '127.0.0.1:1', elasticUri: 'http://127.0.0.1:2' };

it('turns authentication off only where the user said nothing', () => {
  const name = 'AUDITBOX_API_AUTH_ENABLED';
  expect(serviceEnvironment({}, settings, addresses)[name]).toBe('false');
  expect(serviceEnvironment({ [name]: 'true' }, settings, addresses)[name]).toBe('true');
});

describe('beside our Keycloak', () => {
  const issuer = 'http://localhost:8889/realms/auditbox';
  const { settings: withKeycloak } = readSettings({
    AUDITBOX_LOCAL_KEYCLOAK: 'true',
    KEYCLOAK_PORT: '8889',
  }) as { settings: Settings };

  it('turns authentication on, with its realm as the issuer', () => {
    expect(serviceEnvironment({}, withKeycloak, addresses)).toMatchObject({
      AUDITBOX_API_AUTH_ENABLED: 'true',
      IDP_ISSUER: issuer,
      IDP_AUDIENCE: 'auditbox',
      IDP_AUTHORIZE_ENDPOINT: `${issuer}/protocol/openid-connect/auth`,
      IDP_TOKEN_ENDPOINT: `${issuer}/protocol/openid-connect/token`,
    });
  });

  it("leaves each setting as the user has it, also where it is a file's", () => {
    const user = { IDP_ISSUER: 'https://idp.example.org', IDP_AUDIENCE_FILE: '/run/secrets/audience' };
    const env = serviceEnvironment(user, withKeycloak, addresses);
    expect(env).toMatchObject({ ...user, AUDITBOX_API_AUTH_ENABLED: 'true' });
    expect(env).not.toHaveProperty('IDP_AUDIENCE');
  });
});

it('names no issuer where none of ours runs', () => {
  expect(serviceEnvironment({}, settings, addresses)).not.toHaveProperty('IDP_ISSUER');
});

it("hands on the user's settings and none of npm's", () => {
  const env = serviceEnvironment(
    { IDP_CLIENT_ID: 'x', npm_config_cache: 'y', PATH: '/bin' },
    settings,
    addresses,
  );
  expect(env).toMatchObject({ IDP_CLIENT_ID: 'x', PATH: '/bin' });
  expect(env).not.toHaveProperty('npm_config_cache');
});

it('keeps the services on loopback and on the parts of this run, whatever the environment says', () => {
  const env = serviceEnvironment(
    { BINDING: '0.0.0.0', AUDITBOX_QUERY_URL: 'http://other' },
    settings,
    addresses,
  );
  expect(env).toMatchObject({
    BINDING: '127.0.0.1',
    KAFKA_BROKERS: '127.0.0.1:1',
    ELASTIC_URI: 'http://127.0.0.1:2',
    AUDITBOX_QUERY_URL: 'http://127.0.0.1:4001',
    AUDITBOX_BASE_URL: 'http://localhost:4000',
  });
});
