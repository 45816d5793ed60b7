import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

it('takes losses that an operator acknowledged by their exact place', () => {
  expect(readConfig({ AUDITBOX_ACKNOWLEDGE_DATA_LOSS: 'auditbox.events/3@1200, t/0@7' })).toMatchObject({
    settings: { acknowledgedDataLoss: ['auditbox.events/3@1200', 't/0@7'] },
  });
  expect(readConfig({ AUDITBOX_ACKNOWLEDGE_DATA_LOSS: 'all' })).toHaveProperty('problems');
});
