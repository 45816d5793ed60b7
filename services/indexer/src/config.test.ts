import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

it('takes losses that an operator acknowledged by their exact place', () => {
  expect(readConfig({ AUDITBOX_ACKNOWLEDGE_DATA_LOSS: 'auditbox.events/3@1200, t/0@7' })).toMatchObject({
    settings: { acknowledgedDataLoss: ['auditbox.events/3@1200', 't/0@7'] },
  });
  expect(readConfig({ AUDITBOX_ACKNOWLEDGE_DATA_LOSS: 'all' })).toHaveProperty('problems');
});

it('refuses an index of quarantine that searches for events would look into', () => {
  const wrong = { problems: [expect.stringContaining('AUDITBOX_QUARANTINE_INDEX')] };
  expect(readConfig({ AUDITBOX_INDEX_PREFIX: 'auditbox' })).toEqual(wrong);
  expect(readConfig({ AUDITBOX_QUARANTINE_INDEX: 'auditbox-events' })).toEqual(wrong);
  expect(readConfig({ AUDITBOX_QUARANTINE_INDEX: 'auditbox-events-q' })).toEqual(wrong);
  expect(readConfig({ AUDITBOX_QUARANTINE_INDEX: 'auditbox-eventsq' })).toHaveProperty('settings');
});
