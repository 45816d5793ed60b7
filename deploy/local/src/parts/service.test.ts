import { expect, it } from 'vitest';
import { readSettings, type Settings } from '../settings.ts';
import { serviceEnvironment } from './service.ts';

const { settings } = readSettings({ PORT: '4000', AUDITBOX_QUERY_PORT: '4001' }) as { settings: Settings };
const addresses = { kafkaBrokers: '127.0.0.1:1', elasticUri: 'http://127.0.0.1:2' };

it('turns authentication off only where the user said nothing', () => {
  const name = 'AUDITBOX_API_AUTH_ENABLED';
  expect(serviceEnvironment({}, settings, addresses)[name]).toBe('false');
  expect(serviceEnvironment({ [name]: 'true' }, settings, addresses)[name]).toBe('true');
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
