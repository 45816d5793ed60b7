import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateAuditEvent } from './audit-event.ts';
import {
  absent,
  changed,
  corpus,
  entriesOf,
  fullEvent,
  type Json,
  type JsonObject,
  places,
  realBundle,
  searchsetEvents,
} from './corpus.case.ts';

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
