import { expect, test } from 'vitest';
import { validateAuditEvent } from './audit-event.ts';
import { absent, changed, fullEvent, type Json, places } from './corpus.case.ts';

const WRONG: [path: string, value: Json, issue: string][] = [
  ['/recorded', 'yesterday', 'value AuditEvent.recorded'],
  ['/recorded', '2026-02-30T00:00:00Z', 'value AuditEvent.recorded'],
  ['/recorded', null, 'value AuditEvent.recorded'],
  ['/recorded', 5, 'value AuditEvent.recorded'],
  ['/recorded', {}, 'value AuditEvent.recorded'],
  ['/id', 'not an id', 'value AuditEvent.id'],
  ['/type', 'rest', 'structure AuditEvent.type'],
  ['/type', [], 'structure AuditEvent.type'],
  ['/type', {}, 'invariant AuditEvent.type'],
  ['/type/code', ' rest', 'value AuditEvent.type.code'],
  ['/type/code', 'a\tb', 'value AuditEvent.type.code'],
  ['/type/code', 'a  b', 'value AuditEvent.type.code'],
  [
    '/contained',
    [
      { resourceType: 'Patient', id: 'p1' },
      { resourceType: 'Basic', id: 'p1', code: { text: 'x' } },
    ],
    'invariant AuditEvent',
  ],
  [
    '/period',
    { start: '2026-01-01T00:00:00.123456789Z', end: '2026-01-01T00:00:00.123456788Z' },
    'invariant AuditEvent.period',
  ],
  ['/subtype', {}, 'structure AuditEvent.subtype'],
  ['/subtype', [], 'structure AuditEvent.subtype'],
  ['/subtype', [null], 'structure AuditEvent.subtype[0]'],
  ['/action', 'X', 'code-invalid AuditEvent.action'],
  ['/action', 'r', 'code-invalid AuditEvent.action'],
  ['/outcome', '1', 'code-invalid AuditEvent.outcome'],
  ['/outcome', 0, 'code-invalid AuditEvent.outcome'],
  ['/outcomeDesc', '', 'value AuditEvent.outcomeDesc'],
  ['/outcomeDesc', 'x'.repeat(1024 * 1024 + 1), 'too-long AuditEvent.outcomeDesc'],
  ['/period', { start: '2026-13' }, 'value AuditEvent.period.start'],
  ['/agent', {}, 'structure AuditEvent.agent'],
  ['/agent/0', 'x', 'structure AuditEvent.agent[0]'],
  ['/agent/0/requestor', 'true', 'value AuditEvent.agent[0].requestor'],
  ['/agent/0/policy', ['a b'], 'value AuditEvent.agent[0].policy[0]'],
  ['/agent/0/network/type', '6', 'code-invalid AuditEvent.agent[0].network.type'],
  ['/agent/1/who/identifier/use', 'new', 'code-invalid AuditEvent.agent[1].who.identifier.use'],
  [
    '/agent/1/who/identifier/assigner',
    { identifier: { system: ' ' } },
    'value AuditEvent.agent[1].who.identifier.assigner.identifier.system',
  ],
  ['/source/observer', {}, 'invariant AuditEvent.source.observer'],
  ['/entity/0/query', 'abc', 'value AuditEvent.entity[0].query'],
  ['/entity/0/name', 'list', 'invariant AuditEvent.entity[0]'],
  ['/entity/0/_name', { extension: [absent] }, 'invariant AuditEvent.entity[0]'],
  ['/entity/0/detail/0/valueString', 5, 'value AuditEvent.entity[0].detail[0].value'],
  ['/entity/0/detail/0/valueBase64Binary', 'YQ==', 'structure AuditEvent.entity[0].detail[0]'],
  ['/meta', { lastUpdated: '2026' }, 'value AuditEvent.meta.lastUpdated'],
  ['/text/status', 'empti', 'code-invalid AuditEvent.text.status'],
  [
    '/extension/0',
    { url: 'urn:x', extension: [{ url: 1, valueCode: 'a' }] },
    'value AuditEvent.extension[0].extension[0].url',
  ],
  ['/unknown', 1, 'structure AuditEvent'],
  ['/constructor', {}, 'structure AuditEvent'],
  ['/agent/0/_who', {}, 'structure AuditEvent.agent[0]'],
  ['/_resourceType', {}, 'structure AuditEvent'],
  ['/type/_id', { extension: [absent] }, 'structure AuditEvent.type'],
  ['/extension/0/_url', { extension: [absent] }, 'structure AuditEvent.extension[0]'],
  ['/type', { id: 'a' }, 'invariant AuditEvent.type'],
  ['/outcomeDesc', null, 'value AuditEvent.outcomeDesc'],
  ['/_outcomeDesc', null, 'structure AuditEvent.outcomeDesc'],
  ['/_outcomeDesc', [{ id: 'a' }], 'structure AuditEvent.outcomeDesc'],
  ['/_outcomeDesc', {}, 'invariant AuditEvent.outcomeDesc'],
  ['/_outcomeDesc', { id: 'a' }, 'invariant AuditEvent.outcomeDesc'],
  ['/_outcome', {}, 'invariant AuditEvent.outcome'],
  [
    '/agent/0/_altId',
    { extension: [{ url: ' ', valueCode: 'a' }] },
    'value AuditEvent.agent[0].altId.extension[0].url',
  ],
  ['/agent/0/_altId', { extension: [absent], x: 1 }, 'structure AuditEvent.agent[0].altId'],
  ['/agent/0/policy', [null], 'value AuditEvent.agent[0].policy[0]'],
  ['/agent/0/policy', ['urn:a', null], 'value AuditEvent.agent[0].policy[1]'],
  ['/agent/0/_policy', [null], 'value AuditEvent.agent[0].policy[0]'],
  ['/agent/0/_policy', [], 'structure AuditEvent.agent[0].policy'],
  ['/agent/0/_policy', { extension: [absent] }, 'structure AuditEvent.agent[0].policy'],
  ['/agent/0/_policy', [{ id: 'a' }], 'invariant AuditEvent.agent[0].policy[0]'],
  ['/agent/0/role', [null], 'structure AuditEvent.agent[0].role[0]'],
  ['/extension/0', { url: 'urn:x' }, 'invariant AuditEvent.extension[0]'],
  ['/extension/0/extension', [{ url: 'y', valueCode: 'z' }], 'invariant AuditEvent.extension[0]'],
  ['/extension/0/valueCode', 'a', 'structure AuditEvent.extension[0]'],
  ['/extension/0/_valueCode', { id: 'a', extension: [absent] }, 'structure AuditEvent.extension[0]'],
  ['/extension/0/valueDecimal', '1.1', 'value AuditEvent.extension[0].value'],
  [
    '/extension/0',
    { url: 'urn:x', valuePeriod: { start: '26' } },
    'value AuditEvent.extension[0].value.start',
  ],
  ['/extension/0', { url: 'urn:x', valueReference: {} }, 'invariant AuditEvent.extension[0].value'],
  ['/modifierExtension', [{ url: 'urn:x' }], 'invariant AuditEvent.modifierExtension[0]'],
  ['/period', { start: '2026-02', end: '2026-01-31' }, 'invariant AuditEvent.period'],
  [
    '/period',
    { start: '2026-01-31T10:00:00Z', end: '2026-01-31T10:00:00+01:00' },
    'invariant AuditEvent.period',
  ],
  ['/period', { start: '2026-02-02', end: '2026-01-31T23:30:00-05:00' }, 'invariant AuditEvent.period'],
  ['/source/observer/reference', '#nowhere', 'invariant AuditEvent.source.observer.reference'],
  ['/source/observer/reference', '#p1 ', 'invariant AuditEvent.source.observer.reference'],
  ['/entity/0/what/reference', 'Patient/p1', 'invariant AuditEvent.contained[0]'],
  ['/contained/1', { resourceType: 'Device', id: 'd1' }, 'invariant AuditEvent.contained[1]'],
  ['/contained/1', { resourceType: 'Device' }, 'invariant AuditEvent.contained[1]'],
  ['/contained/0/contained', [{ resourceType: 'Device' }], 'invariant AuditEvent.contained[0]'],
  ['/contained/0/meta', { versionId: '1' }, 'invariant AuditEvent.contained[0]'],
  ['/contained/0/meta', { lastUpdated: '2026-01-31T09:30:00Z' }, 'invariant AuditEvent.contained[0]'],
  ['/contained/0/meta', { security: [{ code: 'R' }] }, 'invariant AuditEvent.contained[0]'],
  ['/contained/0/resourceType', 5, 'value AuditEvent.contained[0]'],
  ['/text/div', '<p>a</p>', 'value AuditEvent.text.div'],
  [
    '/text/div',
    '<div xmlns="http://www.w3.org/1999/xhtml"><script/>a</div>',
    'invariant AuditEvent.text.div',
  ],
  ['/text/div', '<div xmlns="http://www.w3.org/1999/xhtml"/>', 'invariant AuditEvent.text.div'],
  ['/resourceType', 'Patient', 'value AuditEvent'],
  ['/resourceType', null, 'value AuditEvent'],
];

test.each([
  ['2026-01-01T00:00:00.1234560Z', '2026-01-01T00:00:00.123456Z'],
  ['2026-01-01T00:00:00.000000000Z', '2026-01-01T00:00:00.000000Z'],
  ['2026-01-01T00:00:00.123456Z', '2026-01-01T00:00:00.1234567Z'],
])('a period from %s to %s is one', (start, end) => {
  expect(validateAuditEvent(changed(fullEvent(), '/period', { start, end }))).toEqual([]);
});

test.each(WRONG.map((row) => [labelOf(row), ...row] as const))('%s', (_, path, value, expected) => {
  expect(places(validateAuditEvent(changed(fullEvent(), path, value)))).toEqual([expected]);
});

function labelOf([path, value, expected]: (typeof WRONG)[number]): string {
  return `${path} set to ${JSON.stringify(value).slice(0, 60)} is: ${expected}`;
}

test.each([
  ['the root', (strange: object) => ({ ...fullEvent(), ...strange })],
  ['an extension', (strange: object) => ({ ...fullEvent(), extension: [{ url: 'urn:x', ...strange }] })],
  ['a datatype', (strange: object) => ({ ...fullEvent(), type: { code: 'rest', ...strange } })],
  [
    'a contained resource',
    (strange: object) => ({
      ...fullEvent(),
      contained: [{ resourceType: 'Parameters', id: 'p', ...strange }],
    }),
  ],
])('a key that an object would put first, or lose, is none in %s', (_place, withStrange) => {
  for (const strange of ['{"1":"x"}', '{"__proto__":"x"}', '{"0":{"valueString":"x"}}']) {
    // What is stored is cut out of what came or written anew, and both are the same only without such keys.
    expect(validateAuditEvent(withStrange(JSON.parse(strange)))).not.toEqual([]);
  }
});
