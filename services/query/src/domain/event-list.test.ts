import { formatSearch, parseSearch, type SentEvent, sentEventProblems } from '@auditbox/fhir-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEventList } from './event-list.ts';

function listOf(parameters: Readonly<Record<string, string>>) {
  const parsed = parseEventList(Object.entries(parameters));
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
  return parsed;
}

function problemsOf(...parameters: [string, string][]) {
  const parsed = parseEventList(parameters);
  return 'issues' in parsed
    ? parsed.issues.map(({ diagnostics, expression }) => [expression, diagnostics])
    : [];
}

/** What FHIR's own door would be asked. */
const askedOf = (parameters: Readonly<Record<string, string>>) =>
  formatSearch(listOf(parameters).search).map(([name, value]) => `${name}=${value}`);

const PROFILE = '_profile=https://auditbox.io/fhir/StructureDefinition/application-event';
const SID = 'https://auditbox.io/fhir/sid';

describe('the list of events', () => {
  it('is of all that were events of an application, newest first, a hundred a page, uncounted', () => {
    expect(askedOf({})).toEqual([PROFILE]);
    expect(listOf({})).toMatchObject({
      search: { sort: [], count: 100, offset: 0, total: 'none' },
      wanted: {},
    });
  });

  it.each([
    ['org_id', 'a,b|c', `source.identifier=${SID}/org_id|a\\,b\\|c`],
    ['actor_id', '$\\', `agent.identifier=${SID}/actor_id|\\$\\\\`],
    ['action', 'a b', 'subtype=https://auditbox.io/fhir/CodeSystem/application-action|a b'],
    ['action_result', 'success', 'outcome=0'],
    ['action_result', 'failure', 'outcome=4,8'],
    ['from', '2026-01-31T09:30:00.5+01:00', 'date=ge2026-01-31T09:30:00.5+01:00'],
    ['to', '2016-12-31T23:59:60Z', 'date=lt2016-12-31T23:59:60Z'],
    ['to', '2026-01-31T09:30:00 02:00', 'date=lt2026-01-31T09:30:00+02:00'],
  ])('by %s=%s is a search of FHIR', (name, value, asked) => {
    expect(askedOf({ [name]: value })).toEqual([PROFILE, asked]);
  });

  it('is the same search when FHIR’s grammar reads it, whatever the values are', () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 256 })
      .filter((value) => value.length <= 256);
    const grammar = fc.string({ unit: fc.constantFrom(...'\\,|$:*?"%&= aA'), minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.oneof(text, grammar), fc.oneof(text, grammar), (org_id, actor_id) => {
        const { search, wanted } = listOf({ org_id, actor_id });
        const parsed = parseSearch(formatSearch(search), { strict: true });
        expect(parsed).toMatchObject({ search: { criteria: search.criteria } });
        expect(wanted).toEqual({ org_id, actor_id });
      }),
    );
  });

  it('takes of a value what an event may have for the field, and nothing else', () => {
    const event = {
      ...{ org_id: 'a', action: 'b', action_result: 'success', actor_id: 'c', actor_type: 'user' },
      occurred_at: '2026-01-31T09:30:00Z',
    } satisfies SentEvent;
    const value = fc.oneof(
      fc.string({ unit: fc.constantFrom(' ', 'a', '\n', '\t', 'é'), maxLength: 4 }),
      fc.integer({ min: 250, max: 260 }).map((length) => 'x'.repeat(length)),
      fc.constantFrom('success', 'failure', 'Success', '2026-01-31T09:30:00Z'),
    );
    fc.assert(
      fc.property(fc.constantFrom('org_id', 'actor_id', 'action', 'action_result'), value, (name, given) => {
        const isTaken = sentEventProblems({ ...event, [name]: given }).length === 0;
        expect(problemsOf([name, given])).toHaveLength(isTaken ? 0 : 1);
      }),
    );
  });

  it.each([
    ['limit', '1'],
    ['limit', '1000'],
    ['cursor', 'x'.repeat(1024)],
  ])('takes %s at its bound', (name, value) => expect(problemsOf([name, value])).toEqual([]));

  it.each([
    ['org_id', '', 'org_id must be 1 to 256 characters.'],
    ['org_id', 'x'.repeat(257), 'org_id must be 1 to 256 characters.'],
    ['action_result', 'maybe', 'action_result must be one of success, failure.'],
    ['from', '2026-01-31', expect.stringMatching(/^from must be a real date and time/)],
    ['from', 'ge2026-01-31T09:30:00Z', expect.stringMatching(/^from must be/)],
    ['to', '2026-02-30T00:00:00Z', expect.stringMatching(/^to must be/)],
    ['to', `2026-01-31T09:30:00.${'0'.repeat(50)}Z`, expect.stringMatching(/^to must be/)],
    ['limit', '0', 'limit must be a whole number from 1 to 1000.'],
    ['limit', '1001', 'limit must be a whole number from 1 to 1000.'],
    ['limit', '1e2', 'limit must be a whole number from 1 to 1000.'],
    ['limit', '', 'limit must be a whole number from 1 to 1000.'],
    ['cursor', '', 'cursor must be the next_cursor of a page of this list.'],
    ['cursor', 'x'.repeat(1025), 'cursor must be the next_cursor of a page of this list.'],
    [
      '_count',
      '1',
      expect.stringMatching(/^_count is not one of org_id, actor_id, action, action_result, from/),
    ],
    ['toString', '1', expect.stringMatching(/^toString is not one of/)],
  ])('refuses %s=%s, names it and says what there may be', (name, value, message) => {
    expect(problemsOf([name, value])).toEqual([[[name], message]]);
  });

  it('refuses what is given twice, also when it says the same', () => {
    expect(problemsOf(['org_id', 'a'], ['org_id', 'a'])).toEqual([
      [['org_id'], 'org_id is given more than once.'],
    ]);
  });

  it('says all that is wrong, within a bound, and repeats no name that looks like none', () => {
    const wrong = (many: number) =>
      problemsOf(...Array.from({ length: many }, (): [string, string] => ['ä', '']));
    expect(wrong(50)).toHaveLength(50);
    expect(wrong(50)[0]).toEqual([['…'], expect.stringMatching(/^… is not one of/)]);
    expect(wrong(51)).toEqual([[undefined, 'At most 50 parameters.']]);
  });
});
