import { decodeSettings } from '@auditbox/service-kit';
import { expect, it } from 'vitest';
import { selfAudit, selfAuditDeadlineMs, selfAuditMode, selfAuditRefusalsPerMinute } from './settings.ts';

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
] as const)('%s with authentication %s is %s', (mode, isAuthenticationEnabled, meaning) =>
  expect(selfAuditMode(mode, isAuthenticationEnabled)).toBe(meaning),
);
