import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Issue } from '../outcome/operation-outcome.ts';
import { validateAuditEvent } from './audit-event.ts';
import { ISSUES_MAX } from './bound.ts';
import {
  changed,
  corpus,
  entriesOf,
  fullEvent,
  type Json,
  type JsonObject,
  realBundle,
  searchsetEvents,
} from './corpus.case.ts';
import { DEPTH_MAX } from './depth.ts';

/** The extension with which R4 says that a value is not there. */
const absent = { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' };

const places = (issues: readonly Issue[]) =>
  issues.map(({ code, expression }) => `${code} ${expression?.join(', ')}`);

describe('accepts', () => {
  test.each(corpus().map((event) => [String(event.id), event] as const))('%s', (_, event) => {
    expect(validateAuditEvent(event)).toEqual([]);
  });

  test.each<[producer: string, count: number, events: readonly JsonObject[]]>([
    ['the German e-prescription', 9, searchsetEvents()],
    ['HAPI FHIR', 16, entriesOf(realBundle('hapi-balp-generated'))],
    ['Keycloak', 23, entriesOf(realBundle('keycloak-plugin'))],
  ])('the events of %s', (_, count, events) => {
    expect(events.map((event) => validateAuditEvent(event))).toEqual(Array(count).fill([]));
  });

  test.each<[what: string, path: string, value: Json]>([
    ['a reference to a type that FHIR does not know', '/agent/0/who', { reference: 'Client/x' }],
    ['an unknown code system', '/type', { system: 'urn:example:codes', code: 'any thing' }],
    ['a leap second', '/recorded', '2016-12-31T23:59:60Z'],
    ['an unknown extension', '/agent/0/extension', [{ url: 'urn:x', valueCode: 'x' }]],
    [
      'an extension of extensions',
      '/extension/0',
      { url: 'urn:x', extension: [{ url: 'y', valueUri: 'z' }] },
    ],
    ['a profile that it does not look at', '/meta', { profile: ['urn:example:profile'] }],
    ['a twin beside its value', '/_recorded', { id: 'r', extension: [absent] }],
    ['a twin that is an id alone beside its value', '/_action', { id: 'a' }],
    ['a twin alone', '/agent/0/_altId', { extension: [absent] }],
    ['a twin of the id of a resource', '/_id', { extension: [absent] }],
    ['a value and its twin, which are one choice', '/entity/0/detail/0/_valueString', { id: 'v' }],
    ['an array of twins alone', '/agent/0/_policy', [{ extension: [absent] }]],
    ['a period that may be in order', '/period', { start: '2026-01-31T10:00:00Z', end: '2026-01-31' }],
    ['a period open at one end', '/period', { start: '2026' }],
    ['a reference to the resource itself', '/source/observer', { reference: '#' }],
  ])('%s', (_, path, value) => {
    expect(validateAuditEvent(changed(fullEvent(), path, value))).toEqual([]);
  });

  test.each([
    ['/recorded', '/_recorded'],
    ['/agent/0/requestor', '/agent/0/_requestor'],
    ['/entity/0/detail/0/type', '/entity/0/detail/0/_type'],
    ['/entity/0/detail/0/valueString', '/entity/0/detail/0/_valueString'],
    ['/extension/0/valueDecimal', '/extension/0/_valueDecimal'],
    ['/text/status', '/text/_status'],
  ])('a required primitive that only its twin stands for: %s', (value, twin) => {
    expect(validateAuditEvent(changed(changed(fullEvent(), value), twin, { extension: [absent] }))).toEqual(
      [],
    );
  });

  test('nulls that line up values and twins', () => {
    const agent = { requestor: true, policy: ['urn:a', null], _policy: [null, { extension: [absent] }] };
    expect(validateAuditEvent(changed(fullEvent(), '/agent/0', agent))).toEqual([]);
  });

  test('a contained resource that refers to its container, or is named by a uri', () => {
    const extension = [{ url: 'urn:x', valueReference: { reference: '#' } }];
    const contained = [
      { resourceType: 'Device', id: 'p1', extension },
      { resourceType: 'Device', id: 'p2', extension },
      { resourceType: 'Device', id: 'p3' },
    ];
    const event = changed(fullEvent(), '/extension', [{ url: 'urn:x', valueUri: '#p3' }]);
    expect(validateAuditEvent(changed(event, '/contained', contained))).toEqual([]);
  });
});

describe('a required element that is missing is one issue at its place', () => {
  test.each([
    ['/resourceType', 'AuditEvent'],
    ['/type', 'AuditEvent.type'],
    ['/recorded', 'AuditEvent.recorded'],
    ['/agent', 'AuditEvent.agent'],
    ['/agent/0/requestor', 'AuditEvent.agent[0].requestor'],
    ['/agent/1/requestor', 'AuditEvent.agent[1].requestor'],
    ['/source', 'AuditEvent.source'],
    ['/source/observer', 'AuditEvent.source.observer'],
    ['/entity/0/detail/0/type', 'AuditEvent.entity[0].detail[0].type'],
    ['/entity/0/detail/0/valueString', 'AuditEvent.entity[0].detail[0].value'],
    ['/entity/1/detail/0/valueBase64Binary', 'AuditEvent.entity[1].detail[0].value'],
    ['/text/status', 'AuditEvent.text.status'],
    ['/text/div', 'AuditEvent.text.div'],
    ['/extension/0/url', 'AuditEvent.extension[0].url'],
    ['/contained/0/resourceType', 'AuditEvent.contained[0]'],
  ])('%s', (path, expression) => {
    const issues = validateAuditEvent(changed(fullEvent(), path));
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ severity: 'error', code: 'required', expression: [expression] });
    expect(issues[0]?.diagnostics).toMatch(/ is missing: it must be .+\.$/);
  });

  test('an array that must have items counts as missing when it is empty', () => {
    expect(places(validateAuditEvent(changed(fullEvent(), '/agent', [])))).toEqual([
      'required AuditEvent.agent',
    ]);
  });
});

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

test.each(WRONG.map((row) => [labelOf(row), ...row] as const))('%s', (_, path, value, expected) => {
  expect(places(validateAuditEvent(changed(fullEvent(), path, value)))).toEqual([expected]);
});

test.each([[null], [true], [5], ['AuditEvent'], [[]], [undefined]])('%j is no event', (value) => {
  expect(places(validateAuditEvent(value))).toEqual(['structure AuditEvent']);
});

test('several problems are told at once, with the prefix that the caller gives', () => {
  const event = {
    resourceType: 'AuditEvent',
    action: 'X',
    recorded: 'yesterday',
    agent: [{ requestor: true }, { requestor: 'no' }, {}],
    entity: [{ name: 'a', query: 'YQ==' }],
  };
  expect(places(validateAuditEvent(event, 'Bundle.entry[3].resource'))).toEqual([
    'required Bundle.entry[3].resource.type',
    'code-invalid Bundle.entry[3].resource.action',
    'value Bundle.entry[3].resource.recorded',
    'value Bundle.entry[3].resource.agent[1].requestor',
    'required Bundle.entry[3].resource.agent[2].requestor',
    'required Bundle.entry[3].resource.source',
    'invariant Bundle.entry[3].resource.entity[0]',
  ]);
});

test('an array of twins is as long as that of its values', () => {
  const agent = { requestor: true, policy: ['urn:a', 'urn:b'], _policy: [{ id: 'a' }] };
  expect(places(validateAuditEvent(changed(fullEvent(), '/agent/0', agent)))).toEqual([
    'structure AuditEvent.agent[0].policy',
  ]);
});

test('properties that R4 does not define are one issue, which counts them and names those that it does', () => {
  const event = JSON.parse(
    JSON.stringify(fullEvent())
      .replace('"altId"', '"x"')
      .replace('{"who"', '{"__proto__":1,"Sentinel":2,"who"'),
  );
  expect(validateAuditEvent(event).map(({ diagnostics }) => diagnostics)).toEqual([
    'AuditEvent.agent[0] has 2 properties that R4 does not define there; defined are: id, extension, ' +
      'modifierExtension, type, role, who, altId, name, requestor, location, policy, media, network, purposeOfUse.',
  ]);
});

test('diagnostics tell a person the place and what is expected there', () => {
  const event = changed(
    changed(changed(fullEvent(), '/action', 'X'), '/recorded', 'now'),
    '/agent/0/requestor',
  );
  expect(validateAuditEvent(event).map(({ diagnostics }) => diagnostics)).toEqual([
    'AuditEvent.action must be one of the codes C, R, U, D, E.',
    'AuditEvent.recorded must be an instant: a real date and time with seconds and a time zone, such as 2026-01-31T09:30:00Z.',
    'AuditEvent.agent[0].requestor is missing: it must be true or false.',
  ]);
});

describe('bounds', () => {
  const withAgents = (count: number) => changed(fullEvent(), '/agent', Array(count).fill({ name: 'a' }));

  test(`${ISSUES_MAX} problems are all listed`, () => {
    const issues = validateAuditEvent(withAgents(ISSUES_MAX));
    expect(issues).toHaveLength(ISSUES_MAX);
    expect(issues.every(({ code }) => code === 'required')).toBe(true);
  });

  test('one more, or very many more, are not listed, and the answer says so', () => {
    for (const count of [ISSUES_MAX + 1, 100_000]) {
      const issues = validateAuditEvent(withAgents(count));
      expect(issues).toHaveLength(ISSUES_MAX + 1);
      expect(issues.at(-1)).toMatchObject({ severity: 'information', code: 'informational' });
    }
  });

  test('what lies behind the bound is not looked at: a diagnosis costs what it tells', () => {
    const agent: Json[] = Array(100_000).fill({ name: 'a' });
    Object.defineProperty(agent, 2 * ISSUES_MAX, { get: () => expect.unreachable('looked at') });
    expect(validateAuditEvent({ ...fullEvent(), agent })).toHaveLength(ISSUES_MAX + 1);
  });

  test('a hundred thousand wrong properties of one object are one issue', () => {
    const unknown = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`p${index}`, index]));
    expect(places(validateAuditEvent({ ...fullEvent(), ...unknown }))).toEqual(['structure AuditEvent']);
  });

  /** An event of `levels` levels, of which each is right: an Identifier in a Reference in an Identifier … */
  const nested = (levels: number) => {
    let inner: JsonObject = (levels - 3) % 2 === 0 ? { display: 'x' } : { value: 'x' };
    for (let level = levels - 1; level >= 3; level -= 1) {
      inner = (level - 3) % 2 === 0 ? { identifier: inner } : { assigner: inner };
    }
    return changed(fullEvent(), '/source/observer', inner);
  };

  test('an event may nest to the bound and not one level deeper', () => {
    expect(validateAuditEvent(nested(DEPTH_MAX))).toEqual([]);
    expect(places(validateAuditEvent(nested(DEPTH_MAX + 1)))).toEqual(['structure AuditEvent']);
  });

  // JSON.parse takes any depth that memory allows; whoever recurses over the value would overflow the stack.
  test('a million levels are refused, not thrown over', () => {
    const deep = JSON.parse(`${'[{"who":'.repeat(500_000)}null${'}]'.repeat(500_000)}`);
    expect(places(validateAuditEvent(changed(fullEvent(), '/agent', deep)))).toEqual([
      'structure AuditEvent',
    ]);
  });
});

describe('for any value at all', () => {
  const overlaid = fc
    .record({ pick: fc.nat(), at: fc.nat(), value: fc.anything() })
    .map(({ pick, at, value }) => overlay(pick, at, value));

  test('validation returns issues that name a place, and never throws', () => {
    const anything = fc.oneof(fc.anything(), fc.json().map(parse), fc.object().map(asEvent), overlaid);
    fc.assert(
      fc.property(anything, (value) => {
        for (const found of validateAuditEvent(value)) {
          expect(found.expression?.[0] ?? '').toMatch(/^AuditEvent(\.[a-zA-Z]+(\[\d+\])?)*$/);
        }
      }),
      { numRuns: 2000 },
    );
  }, 60_000);

  test('nothing that was sent is repeated: a sentinel at any place of a real event never shows', () => {
    const sentinel = 'Sentinel-Müller-19700101';
    const disguises: fc.Arbitrary<Json> = fc.constantFrom<Json>(
      sentinel,
      ` ${sentinel} `,
      [sentinel],
      [[sentinel]],
      { [sentinel]: sentinel },
      { value: sentinel, reference: [sentinel], coding: sentinel, resourceType: sentinel },
    );
    let refused = 0;
    fc.assert(
      fc.property(fc.nat(), fc.nat(), disguises, (pick, at, value) => {
        const issues = validateAuditEvent(overlay(pick, at, value));
        if (issues.length > 0) refused += 1;
        expect(JSON.stringify(issues)).not.toContain('Sentinel');
      }),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(1000);
  }, 60_000);
});

const EVENTS = corpus();

/** A corpus event in which one value, the `at`th of its tree, is another. */
function overlay(pick: number, at: number, value: unknown): unknown {
  const event = structuredClone(EVENTS[pick % EVENTS.length]);
  const slots: [holder: Record<string, unknown>, key: string][] = [];
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      slots.push([node as Record<string, unknown>, key]);
      collect((node as Record<string, unknown>)[key]);
    }
  };
  collect(event);
  const slot = slots[at % slots.length];
  if (slot !== undefined) slot[0][slot[1]] = value;
  return event;
}

function asEvent(object: object): unknown {
  return { resourceType: 'AuditEvent', ...object };
}

function parse(text: string): unknown {
  return JSON.parse(text);
}

function labelOf([path, value, expected]: (typeof WRONG)[number]): string {
  return `${path} set to ${JSON.stringify(value).slice(0, 60)} is: ${expected}`;
}
