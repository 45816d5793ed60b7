import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

it('refuses to start without authentication unless that is said', () => {
  const asksForIt = { problems: [expect.stringContaining('AUDITBOX_API_AUTH_ENABLED')] };
  expect(readConfig({})).toMatchObject(asksForIt);
  expect(readConfig({ AUDITBOX_API_AUTH_ENABLED: 'true' })).toMatchObject(asksForIt);
  expect(readConfig({ AUDITBOX_API_AUTH_ENABLED: 'false' })).toMatchObject({
    settings: { port: 3003, binding: '127.0.0.1', baseAliases: [] },
  });
});
