import { validateAuditEvent } from '@auditbox/fhir-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applicationActivity } from './application.ts';
import { ORIGIN } from './callers.case.ts';

const NOW = new Date('2026-02-01T10:20:30.456Z');

it.each([
  ['start', '110120'],
  ['stop', '110121'],
] as const)(
  'says which service of which version did %s, on which host and as which process',
  (activity, code) => {
    const event = applicationActivity(
      activity,
      { ...ORIGIN, version: '0.1.0' },
      { host: 'node-1', pid: 7 },
      NOW,
    );
    expect(validateAuditEvent(event)).toEqual([]);
    expect(event).toMatchObject({
      type: { code: '110100' },
      subtype: [{ code }],
      outcome: '0',
      agent: [
        {
          type: { coding: [{ code: '110150' }] },
          who: { display: 'Auditbox query' },
          altId: '7',
          network: { address: 'node-1', type: '1' },
        },
      ],
      entity: [{ name: 'Auditbox query', detail: [{ type: 'version', valueString: '0.1.0' }] }],
    });
  },
);

it('is valid whatever the host and the version are called', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (host, version) => {
      const event = applicationActivity('start', { ...ORIGIN, version }, { host, pid: 1 }, NOW);
      expect(validateAuditEvent(event)).toEqual([]);
    }),
  );
});
