import { expect, test } from 'vitest';
import { placeOf } from './place.ts';

test.each([
  ['AuditEvent', '', 'AuditEvent'],
  ['AuditEvent', '/agent/0/requestor', 'AuditEvent.agent[0].requestor'],
  ['Bundle.entry[3].resource', '/recorded', 'Bundle.entry[3].resource.recorded'],
  ['AuditEvent', '/entity/0/detail/12/valueString', 'AuditEvent.entity[0].detail[12].value'],
  ['AuditEvent', '/entity/0/what/identifier/value', 'AuditEvent.entity[0].what.identifier.value'],
  ['Bundle.entry[3].resource', '/resourceType', 'Bundle.entry[3].resource'],
])('%s with %s is the FHIRPath %s', (root, pointer, expression) => {
  expect(placeOf(root, pointer).expression).toBe(expression);
});

test('the place for people has the names that stand in the JSON', () => {
  expect(placeOf('AuditEvent', '/entity/0/detail/1/valueString').json).toBe(
    'AuditEvent.entity[0].detail[1].valueString',
  );
});
