import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Issue } from '../outcome/operation-outcome.ts';
import { ISSUES_MAX } from './bound.ts';
import { validateBundle } from './bundle.ts';
import { changed, corpus, fullEvent, type Json, realBundle } from './corpus.case.ts';

const places = (issues: readonly Issue[]) =>
  issues.map(({ code, expression }) => `${code} ${expression?.join(', ')}`);

const bundleOf = (...events: Json[]) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: events.map((resource) => ({ resource })),
});

test.each(['hapi-balp-generated', 'keycloak-plugin'] as const)('the Bundle of %s is valid', (producer) => {
  const bundle = realBundle(producer);
  expect((bundle.entry as Json[]).length).toBeGreaterThan(10);
  expect(validateBundle(bundle)).toEqual([]);
});

test('a Bundle of the whole corpus is valid', () => {
  expect(validateBundle(bundleOf(...corpus()))).toEqual([]);
});

test.each<[bundle: unknown, issues: string[]]>([
  [null, ['structure Bundle']],
  [[], ['structure Bundle']],
  [{ resourceType: 'AuditEvent' }, ['value Bundle']],
  [{}, ['required Bundle', 'required Bundle.type', 'required Bundle.entry']],
  [{ ...bundleOf(fullEvent()), type: 'document' }, ['not-supported Bundle.type']],
  [bundleOf(), ['required Bundle.entry']],
  [{ ...bundleOf(), entry: {} }, ['structure Bundle.entry']],
  [{ ...bundleOf(), entry: [null] }, ['structure Bundle.entry[0]']],
  [{ ...bundleOf(), entry: [{ fullUrl: 'urn:x' }] }, ['required Bundle.entry[0].resource']],
  [bundleOf(fullEvent(), null), ['structure Bundle.entry[1].resource']],
  [bundleOf(fullEvent(), { resourceType: 'Patient' }), ['value Bundle.entry[1].resource']],
])('%j is: %j', (bundle, expected) => {
  expect(places(validateBundle(bundle))).toEqual(expected);
});

test('the problems of all entries are told at once, each with its entry, and those of the Bundle too', () => {
  const bundle = {
    ...bundleOf(
      fullEvent(),
      changed(fullEvent(), '/recorded'),
      fullEvent(),
      changed(changed(fullEvent(), '/agent/1/requestor', 'no'), '/action', 'X'),
    ),
    type: 'message',
  };
  expect(places(validateBundle(bundle))).toEqual([
    'not-supported Bundle.type',
    'required Bundle.entry[1].resource.recorded',
    'code-invalid Bundle.entry[3].resource.action',
    'value Bundle.entry[3].resource.agent[1].requestor',
  ]);
});

test('the bound is one for the whole Bundle', () => {
  const bad = changed(fullEvent(), '/recorded');
  expect(validateBundle(bundleOf(...Array(ISSUES_MAX).fill(bad)))).toHaveLength(ISSUES_MAX);
  const issues = validateBundle(bundleOf(...Array(ISSUES_MAX + 1).fill(bad)));
  expect(issues).toHaveLength(ISSUES_MAX + 1);
  expect(issues.at(-1)).toMatchObject({ severity: 'information', code: 'informational' });
});

test('validation never throws, whatever it is given', () => {
  const anything = fc.oneof(
    fc.anything(),
    fc.object().map((object) => ({ resourceType: 'Bundle', ...object })),
    fc.array(fc.anything()).map((entry) => ({ resourceType: 'Bundle', type: 'collection', entry })),
    fc.array(fc.anything()).map((events) => bundleOf(...(events as Json[]))),
  );
  fc.assert(
    fc.property(anything, (value) => {
      expect(Array.isArray(validateBundle(value))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
