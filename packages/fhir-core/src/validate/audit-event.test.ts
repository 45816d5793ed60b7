import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Issue } from '../outcome/operation-outcome.ts';
import { validateAuditEvent } from './audit-event.ts';
import { ISSUES_MAX } from './bound.ts';
import { changed, corpus, fullEvent, type Json } from './corpus.case.ts';
import { DEPTH_MAX } from './depth.ts';

const places = (issues: readonly Issue[]) =>
  issues.map(({ code, expression }) => `${code} ${expression?.join(', ')}`);

describe('accepts', () => {
  test.each(corpus().map((event) => [String(event.id), event] as const))('%s', (_, event) => {
    expect(validateAuditEvent(event)).toEqual([]);
  });

  test.each<[what: string, path: string, value: Json]>([
    ['a reference to a type that FHIR does not know', '/agent/0/who', { reference: 'Client/x' }],
    ['an unknown code system', '/type', { system: 'urn:example:codes', code: 'any thing' }],
    ['properties it does not know, for now', '/agent/0/_altId', { extension: [{ url: 'urn:x' }] }],
    ['a leap second', '/recorded', '2016-12-31T23:59:60Z'],
  ])('%s', (_, path, value) => {
    expect(validateAuditEvent(changed(fullEvent(), path, value))).toEqual([]);
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
  ['/entity/0/detail/0/valueString', 5, 'value AuditEvent.entity[0].detail[0].value'],
  ['/entity/0/detail/0/valueBase64Binary', 'YQ==', 'structure AuditEvent.entity[0].detail[0]'],
  ['/meta', { lastUpdated: '2026' }, 'value AuditEvent.meta.lastUpdated'],
  ['/text/status', 'empti', 'code-invalid AuditEvent.text.status'],
  ['/extension/0/extension', [{ url: 1 }], 'value AuditEvent.extension[0].extension[0].url'],
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
    'required Bundle.entry[3].resource.source',
    'code-invalid Bundle.entry[3].resource.action',
    'value Bundle.entry[3].resource.recorded',
    'value Bundle.entry[3].resource.agent[1].requestor',
    'required Bundle.entry[3].resource.agent[2].requestor',
    'invariant Bundle.entry[3].resource.entity[0]',
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

  /** An event of `levels` levels: a Reference in an Identifier in a Reference … */
  const nested = (levels: number) => {
    let reference = '{}';
    for (let level = 4; level < levels; level += 1) reference = `{"assigner":${reference}}`;
    return JSON.parse(
      JSON.stringify(fullEvent()).replace('{"reference":"Device/1"}', `{"loose":${reference}}`),
    );
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
  });

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
  });
});

describe('generated events', () => {
  const string = fc.string({ minLength: 1, unit: 'grapheme' });
  const uri = fc.webUrl();
  const code = fc.stringMatching(/^[a-zA-Z0-9]+( [a-zA-Z0-9]+)*$/);
  const instant = fc
    .date({
      noInvalidDate: true,
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
    })
    .map((date) => date.toISOString());
  const optional = { noNullPrototype: true };
  const coding = fc.record({ code, system: uri, display: string }, { requiredKeys: ['code'], ...optional });
  const reference = fc.oneof(
    fc.record({ reference: string }, optional),
    fc.record({ identifier: fc.record({ value: string }, optional) }, optional),
  );
  const agent = fc.record(
    { requestor: fc.boolean(), who: reference, name: string, altId: string },
    { requiredKeys: ['requestor'], ...optional },
  );
  const entity = fc.oneof(
    fc.record({ name: string }, optional),
    fc.record({ query: fc.base64String({ minLength: 4 }) }, optional),
    fc.record({ what: reference }, optional),
  );
  const event = fc.record(
    {
      resourceType: fc.constant('AuditEvent'),
      type: coding,
      recorded: instant,
      agent: fc.array(agent, { minLength: 1 }),
      source: fc.record({ observer: reference }, optional),
      action: fc.constantFrom('C', 'R', 'U', 'D', 'E'),
      outcome: fc.constantFrom('0', '4', '8', '12'),
      entity: fc.array(entity, { minLength: 1 }),
    },
    { requiredKeys: ['resourceType', 'type', 'recorded', 'agent', 'source'], ...optional },
  );

  test('a valid one is accepted', () => {
    fc.assert(
      fc.property(event, (valid) => {
        expect(validateAuditEvent(valid)).toEqual([]);
      }),
    );
  });
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
