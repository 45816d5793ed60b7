import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Issue, issue } from '../outcome/operation-outcome.ts';
import { parseJson } from '../record/parse-json.ts';
import { BUNDLE_ISSUES_MAX, ISSUES_MAX } from './bound.ts';
import { type CheckedBundle, checkBundle } from './bundle.ts';
import { changed, corpus, fullEvent, type Json, realBundle } from './corpus.case.ts';

const places = (issues: readonly Issue[]) =>
  issues.map(({ code, expression }) => `${code} ${expression?.join(', ')}`);

/** What is wrong, of the Bundle or of its entries. */
const problems = (checked: CheckedBundle): string[] =>
  places(checked.kind === 'refused' ? checked.issues : checked.entries.flatMap(({ issues }) => issues));

const bundleOf = (...events: Json[]) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: events.map((resource) => ({ resource })),
});

test.each(['hapi-balp-generated', 'keycloak-plugin'] as const)('the Bundle of %s is valid', (producer) => {
  const bundle = realBundle(producer);
  const checked = checkBundle(bundle);
  expect(checked.kind === 'checked' && checked.entries.length).toBe((bundle.entry as Json[]).length);
  expect(problems(checked)).toEqual([]);
});

test('a Bundle of the whole corpus is valid', () => {
  expect(problems(checkBundle(bundleOf(...corpus())))).toEqual([]);
});

test('all that R4 has around the resources is known', () => {
  const bundle = {
    ...bundleOf(),
    id: 'b-1',
    meta: { tag: [{ code: 't' }] },
    identifier: { value: 'b-1' },
    timestamp: '2026-09-30T10:07:55Z',
    _timestamp: { extension: [{ url: 'urn:x', valueBoolean: true }] },
    total: 1,
    link: [{ relation: 'self', url: 'http://example.org' }],
    entry: [
      {
        id: 'e-1',
        extension: [{ url: 'urn:x', valueBoolean: true }],
        link: [{ relation: 'self', url: 'http://example.org' }],
        fullUrl: 'urn:uuid:1',
        search: { mode: 'match', score: 0.5 },
        request: { method: 'POST', url: 'AuditEvent', ifMatch: 'W/"1"' },
        response: { status: '201', etag: 'W/"1"', lastModified: '2026-09-30T10:07:55Z' },
        resource: fullEvent(),
      },
    ],
  };
  expect(problems(checkBundle(bundle))).toEqual([]);
});

test.each<[bundle: unknown, issues: string[]]>([
  [null, ['structure Bundle']],
  [[], ['structure Bundle']],
  [{ resourceType: 'AuditEvent' }, ['value Bundle']],
  [{}, ['required Bundle', 'required Bundle.type', 'required Bundle.entry']],
  [{ ...bundleOf(fullEvent()), type: 'document' }, ['not-supported Bundle.type']],
  [{ ...bundleOf(fullEvent()), foo: 1 }, ['structure Bundle']],
  [{ ...bundleOf(fullEvent()), timestamp: 'now' }, ['value Bundle.timestamp']],
  [bundleOf(), ['required Bundle.entry']],
  [{ ...bundleOf(), entry: {} }, ['structure Bundle.entry']],
  [{ ...bundleOf(), entry: [null] }, ['structure Bundle.entry[0]']],
  [{ ...bundleOf(), entry: [{ fullUrl: 'urn:x' }] }, ['required Bundle.entry[0].resource']],
  [{ ...bundleOf(), entry: [{ resource: fullEvent(), foo: 1 }] }, ['structure Bundle.entry[0]']],
  [{ ...bundleOf(), entry: [{ resource: fullEvent(), fullUrl: 'a b' }] }, ['value Bundle.entry[0].fullUrl']],
  [bundleOf(fullEvent(), null), ['structure Bundle.entry[1].resource']],
  [bundleOf(fullEvent(), { resourceType: 'Patient' }), ['value Bundle.entry[1].resource']],
])('%j is: %j', (bundle, expected) => {
  expect(problems(checkBundle(bundle))).toEqual(expected);
});

test('each entry has its own problems, at its own place', () => {
  const checked = checkBundle(
    bundleOf(
      fullEvent(),
      changed(fullEvent(), '/recorded'),
      changed(changed(fullEvent(), '/agent/1/requestor', 'no'), '/action', 'X'),
    ),
  );
  if (checked.kind === 'refused') throw new Error('its own shape is right');
  expect(checked.entries.map(({ index, issues }) => [index, places(issues)])).toEqual([
    [0, []],
    [1, ['required Bundle.entry[1].resource.recorded']],
    [
      2,
      ['code-invalid Bundle.entry[2].resource.action', 'value Bundle.entry[2].resource.agent[1].requestor'],
    ],
  ]);
});

describe('what is wrong with the JSON', () => {
  const checked = (text: string) => {
    const parsed = parseJson(Buffer.from(text), { levelsMax: 64 });
    if (parsed.kind === 'refused') throw new Error('it is JSON');
    return checkBundle(parsed.value, parsed.problems);
  };
  const event = JSON.stringify(fullEvent());
  const twice = event.replace('{', '{"action":"C",');

  test('of an entry is that entry’s', () => {
    const result = checked(
      `{"resourceType":"Bundle","type":"collection","entry":[{"resource":${event}},{"resource":${twice}}]}`,
    );
    expect(result.kind).toBe('checked');
    expect(problems(result)).toEqual(['structure Bundle.entry[1].resource.action']);
  });

  test('of the Bundle is the Bundle’s', () => {
    const result = checked(
      `{"resourceType":"Bundle","type":"batch","type":"collection","entry":[{"resource":${event}}]}`,
    );
    expect(result.kind).toBe('refused');
    expect(problems(result)).toEqual(['structure Bundle.type']);
  });
});

test('the bound is one for each entry', () => {
  const bad = changed(fullEvent(), '/agent', Array(ISSUES_MAX + 1).fill({ name: 'a' }));
  const checked = checkBundle(bundleOf(bad, bad));
  if (checked.kind === 'refused') throw new Error('its own shape is right');
  for (const { issues } of checked.entries) {
    expect(issues).toHaveLength(ISSUES_MAX + 1);
    expect(issues.at(-1)).toMatchObject({ severity: 'information', code: 'informational' });
  }
});

test('the bound on all entries together leaves each further one its first problem', () => {
  const bad = changed(fullEvent(), '/agent', Array(ISSUES_MAX + 1).fill({ name: 'a' }));
  const checked = checkBundle(bundleOf(...Array(100).fill(bad)));
  if (checked.kind === 'refused') throw new Error('its own shape is right');
  const counts = checked.entries.map(({ issues }) => issues.length);
  expect(counts[0]).toBe(ISSUES_MAX + 1);
  expect(counts.at(-1)).toBe(2);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThan(
    BUNDLE_ISSUES_MAX + ISSUES_MAX + 2 * 100,
  );
});

test('checking never throws, whatever it is given', () => {
  const anything = fc.oneof(
    fc.anything(),
    fc.object().map((object) => ({ resourceType: 'Bundle', ...object })),
    fc
      .record({
        type: fc.constantFrom('collection', 'batch', 'transaction', 'history'),
        entry: fc.array(
          fc.oneof(fc.anything(), fc.record({ resource: fc.anything(), request: fc.anything() })),
        ),
      })
      .map((bundle) => ({ resourceType: 'Bundle', ...bundle })),
    fc.array(fc.anything()).map((events) => bundleOf(...(events as Json[]))),
  );
  fc.assert(
    fc.property(anything, (value) => {
      expect(['refused', 'checked']).toContain(checkBundle(value).kind);
    }),
    { numRuns: 1000 },
  );
});

test('an entry that is let through at once is one in which nothing is found, whatever it asks for', () => {
  const problem = issue({ code: 'value', diagnostics: 'half of a surrogate pair' });
  const post = { method: 'POST', url: 'AuditEvent' };
  const requests = fc.constantFrom<Json | undefined>(
    ...[undefined, null, 'POST', [], {}, post, { method: 'POST' }, { url: 'AuditEvent' }],
    ...[
      { ...post, method: 'PUT' },
      { ...post, url: 'Patient' },
      { ...post, url: '/fhir/AuditEvent/' },
    ],
    ...[
      { ...post, ifNoneExist: 'a=b' },
      { ...post, ifNoneExist: '' },
      { ...post, other: 1 },
      { ...post, url: 1 },
    ],
  );
  const { agent: _agent, ...invalid } = fullEvent();
  const resources = fc.constantFrom<Json | undefined>(undefined, null, 1, fullEvent(), invalid, { id: 'x' });
  const entries = fc.oneof(
    fc.constantFrom<Json>(null, 'entry', [], {}, { resource: fullEvent(), other: 1 }),
    fc
      .record({ resource: resources, request: requests })
      .map((entry) => JSON.parse(JSON.stringify(entry)) as Json),
  );
  const types = fc.constantFrom('collection', 'batch', 'transaction');
  let fine = 0;
  fc.assert(
    fc.property(types, entries, (type, entry) => {
      const bundle = { resourceType: 'Bundle', type, entry: [entry] };
      const [at, slowly] = [
        checkBundle(bundle),
        checkBundle(bundle, [{ path: ['entry', 0], issue: problem }]),
      ];
      if (at.kind === 'refused' || slowly.kind === 'refused') throw new Error('it is a Bundle');
      const [first, ...others] = slowly.entries[0]?.issues ?? [];
      expect(first).toBe(problem);
      expect(at.entries).toEqual([{ ...slowly.entries[0], issues: others }]);
      if (others.length === 0) fine += 1;
    }),
    { numRuns: 1000 },
  );
  expect(fine).toBeGreaterThan(0);
});
