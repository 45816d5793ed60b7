import { decodeSettings } from '@auditbox/service-kit';
import { expect, it } from 'vitest';
import { selfAudit, selfAuditDeadlineMs, selfAuditRefusalsPerMinute, trailSettings } from './settings.ts';

const TABLE = { selfAudit, selfAuditDeadlineMs, selfAuditRefusalsPerMinute };

it('are auto, five seconds and 60 a minute where nothing is set', () => {
  expect(decodeSettings(TABLE, {})).toEqual({
    settings: { selfAudit: 'auto', selfAuditDeadlineMs: 5_000, selfAuditRefusalsPerMinute: 60 },
  });
});

it('are refused where they are something else, by name and not by value', () => {
  expect(decodeSettings(TABLE, { AUDITBOX_SELF_AUDIT: 'sometimes' })).toEqual({
    problems: ["AUDITBOX_SELF_AUDIT can't be read: one of auto, required, best-effort, off."],
  });
});

it.each([
  ['auto', true, 'required'],
  ['auto', false, 'off'],
  ['required', false, 'required'],
  ['best-effort', true, 'best-effort'],
  ['off', true, 'off'],
] as const)('%s with authentication %s is %s', (mode, isAuthenticationEnabled, meaning) => {
  const config = {
    ...{ selfAudit: mode, apiAuthEnabled: isAuthenticationEnabled, selfAuditDeadlineMs: 5_000 },
    ...{ baseUrl: 'http://localhost:3002/', eventsTopic: 'events', allowWeakTopic: false },
  };
  expect(trailSettings(config)).toMatchObject({
    ...{ mode: meaning, baseUrl: 'http://localhost:3002', topic: { name: 'events' }, allowWeak: false },
    ...{ deadlineMs: 5_000, refusalsPerMinute: 0 },
  });
});
