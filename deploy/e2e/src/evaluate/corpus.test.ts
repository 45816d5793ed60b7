import { validateAuditEvent } from '@auditbox/fhir-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { events } from './corpus.case.ts';

it('the corpus is of valid events', () => {
  fc.assert(
    fc.property(events, (event) => {
      expect(validateAuditEvent(event)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
