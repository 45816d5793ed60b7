import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

it('refuses to start without authentication unless that is said', () => {
  expect(readConfig({})).toMatchObject({ problems: [expect.stringContaining('AUDITBOX_API_AUTH_ENABLED')] });
  expect(readConfig({ AUDITBOX_API_AUTH_ENABLED: 'false' })).toMatchObject({
    settings: { port: 3002, binding: '127.0.0.1', kafkaBrokers: ['localhost:9092'] },
  });
});
