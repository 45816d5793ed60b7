import { describe, expect, test } from 'vitest';
import { validateAuditEvent } from './audit-event.ts';
import { resources, withContained } from './contained.case.ts';
import { changed, type Json, type JsonObject, places } from './corpus.case.ts';

const byName = new Map(resources().map((resource) => [`${resource.resourceType}/${resource.id}`, resource]));

const named = (name: string) => byName.get(name) as JsonObject;

/** Each issue as its code and place, of `resource` in an event. */
const problemsOf = (resource: JsonObject) => places(validateAuditEvent(withContained(resource)));

test.each([...byName])('%s of HL7 is accepted', (_, resource) => {
  expect(validateAuditEvent(withContained(resource))).toEqual([]);
});

const WRONG: [name: string, path: string, value: Json | undefined, issue: string][] = [
  ['Patient/pat1', '/gender', 'x', 'code-invalid AuditEvent.contained[0].gender'],
  ['Patient/pat1', '/name', { family: 'a' }, 'structure AuditEvent.contained[0].name'],
  ['Patient/pat1', '/name', [{ given: ['a', 5] }], 'value AuditEvent.contained[0].name[0].given[1]'],
  ['Patient/pat1', '/birthDate', '1970-02-30', 'value AuditEvent.contained[0].birthDate'],
  ['Patient/pat1', '/birthdate', '1970-02-28', 'structure AuditEvent.contained[0]'],
  ['Patient/pat1', '/contact', [{}], 'invariant AuditEvent.contained[0].contact[0]'],
  [
    'Patient/pat1',
    '/managingOrganization',
    { reference: '#nobody' },
    'invariant AuditEvent.contained[0].managingOrganization.reference',
  ],
  ['Patient/pat1', '/telecom', [{ value: '1' }], 'invariant AuditEvent.contained[0].telecom[0]'],
  [
    'Patient/pat1',
    '/_birthDate',
    { extension: [{ url: 'urn:x' }] },
    'invariant AuditEvent.contained[0].birthDate.extension[0]',
  ],
  ['Observation/example', '/status', undefined, 'required AuditEvent.contained[0].status'],
  ['Observation/example', '/valueQuantity/value', '185', 'value AuditEvent.contained[0].value.value'],
  ['Observation/example', '/valueString', 'a', 'structure AuditEvent.contained[0]'],
  [
    'Observation/example',
    '/referenceRange',
    [{ low: { value: 1, comparator: '<' } }],
    'invariant AuditEvent.contained[0].referenceRange[0].low',
  ],
  [
    'Questionnaire/f201',
    '/item/1/item/0/linkId',
    undefined,
    'required AuditEvent.contained[0].item[1].item[0].linkId',
  ],
  [
    'MedicationRequest/medrx0304',
    '/dosageInstruction/0/timing/repeat/periodUnit',
    undefined,
    'invariant AuditEvent.contained[0].dosageInstruction[0].timing.repeat',
  ],
  [
    'Bundle/bundle-search-warning',
    '/entry/0/resource/issue',
    undefined,
    'required AuditEvent.contained[0].entry[0].resource.issue',
  ],
  [
    'Bundle/bundle-search-warning',
    '/entry/0/resource/resourceType',
    'Client',
    'value AuditEvent.contained[0].entry[0].resource',
  ],
];

test.each(WRONG)('%s with %s set to %j is: %s', (name, path, value, expected) => {
  expect(problemsOf(changed(named(name), path, value))).toEqual([expected]);
});

describe('a type that R4 does not define is refused', () => {
  test.each(['Client', 'Resource', 'DomainResource', 'HumanName', 'patient', '__proto__', 'constructor', ''])(
    '%j',
    (resourceType) => {
      const [issue, ...more] = validateAuditEvent(withContained({ resourceType, id: 'a' }));
      expect(more).toEqual([]);
      expect(issue).toMatchObject({ code: 'value', expression: ['AuditEvent.contained[0]'] });
      expect(issue?.diagnostics).toBe(
        'AuditEvent.contained[0].resourceType must be a type of resource that R4 defines.',
      );
    },
  );
});

test('the diagnosis names what JSON names, and the place as FHIRPath has it', () => {
  const resource = changed(named('Observation/example'), '/valueQuantity/unit', '');
  expect(validateAuditEvent(withContained(resource))).toEqual([
    {
      severity: 'error',
      code: 'value',
      diagnostics: 'AuditEvent.contained[0].valueQuantity.unit must be a string that is not empty.',
      expression: ['AuditEvent.contained[0].value.unit'],
    },
  ]);
});

test('a resource in a contained Bundle refers to what it contains itself, not to what the event contains', () => {
  const entry = (reference: string) => ({
    resource: {
      resourceType: 'Basic',
      contained: [{ resourceType: 'Patient', id: 'inner' }],
      code: { text: 'a' },
      subject: { reference },
    },
  });
  const bundle = (reference: string) => ({
    resourceType: 'Bundle',
    id: 'outer',
    type: 'collection',
    entry: [entry(reference)],
  });
  expect(problemsOf(bundle('#inner'))).toEqual([]);
  expect(problemsOf(bundle('#outer'))).toEqual([
    'invariant AuditEvent.contained[0].entry[0].resource.subject.reference',
    'invariant AuditEvent.contained[0].entry[0].resource.contained[0]',
  ]);
});
