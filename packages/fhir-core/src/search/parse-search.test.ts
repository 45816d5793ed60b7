import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Criterion, Search } from './criteria.ts';
import { parseDateTime } from './instant.ts';
import {
  COUNT_DEFAULT,
  COUNT_MAX,
  parseSearch,
  RESULT_WINDOW_MAX,
  SEARCH_PARAMETERS_MAX,
  SEARCH_STRING_CHARS_MAX,
  SEARCH_VALUE_CHARS_MAX,
  SEARCH_VALUES_MAX,
} from './parse-search.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

const parse = (query: string, lenient = false) =>
  parseSearch(new URLSearchParams(query), { now: NOW, lenient });

function searchOf(query: string, lenient = false): Search {
  const parsed = parse(query, lenient);
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
  return parsed.search;
}

const criteriaOf = (query: string): readonly Criterion[] => searchOf(query).criteria;

function codesOf(query: string, lenient = false): string[] {
  const parsed = parse(query, lenient);
  return 'issues' in parsed ? parsed.issues.map(({ code }) => code) : [];
}

describe('parseSearch understands', () => {
  it('tokens in their four forms', () => {
    expect(criteriaOf('type=a,urn:x|b,|c,urn:y|')).toEqual([
      {
        code: 'type',
        type: 'token',
        not: false,
        values: [
          { match: 'code', code: 'a' },
          { match: 'token', system: 'urn:x', code: 'b' },
          { match: 'token', code: 'c' },
          { match: 'system', system: 'urn:y' },
        ],
      },
    ]);
  });

  it(':not and :missing', () => {
    expect(criteriaOf('action:not=C&outcome:missing=true')).toEqual([
      { code: 'action', type: 'token', not: true, values: [{ match: 'code', code: 'C' }] },
      { code: 'outcome', type: 'missing', missing: true },
    ]);
  });

  it('escapes in values', () => {
    expect(criteriaOf('altid=a%5C%2Cb%5C%7Cc%5C%5C')).toEqual([
      { code: 'altid', type: 'token', not: false, values: [{ match: 'code', code: 'a,b|c\\' }] },
    ]);
  });

  it('altId as the pages of Auditbox write it', () => {
    expect(criteriaOf('altId=user123')[0]?.code).toBe('altid');
  });

  it('dates with prefixes, also where a plus sign became a space', () => {
    const range = parseDateTime('2025-01-31T10:00:00+02:00');
    expect(criteriaOf('date=ge2025-01-31T10:00:00+02:00')).toEqual([
      { code: 'date', type: 'date', values: [{ prefix: 'ge', range }] },
    ]);
    expect(criteriaOf('date=2025')).toEqual([
      { code: 'date', type: 'date', values: [{ prefix: 'eq', range: parseDateTime('2025') }] },
    ]);
  });

  it('ap as a tenth of the distance from now', () => {
    const [criterion] = criteriaOf('date=ap2025-12-22T00:00:00.000000Z');
    const day = 24n * 60n * 60n * 1_000_000n;
    const at = BigInt(Date.parse('2025-12-22')) * 1000n;
    expect(criterion).toMatchObject({ values: [{ prefix: 'ap', range: { from: at - day, to: at + day } }] });
  });

  it('references in their forms', () => {
    expect(
      criteriaOf(
        'entity=123,Patient/1,Client/x/_history/2,http://ehr.example.org/fhir/Patient/1,urn:uuid:0',
      )[0],
    ).toMatchObject({
      values: [
        { match: 'id', id: '123', url: '123' },
        { match: 'resource', base: '', type: 'Patient', id: '1' },
        { match: 'resource', base: '', type: 'Client', id: 'x', version: '2' },
        { match: 'resource', base: 'http://ehr.example.org/fhir/', type: 'Patient', id: '1' },
        { match: 'url', url: 'urn:uuid:0' },
      ],
    });
    expect(criteriaOf('patient=456')[0]).toMatchObject({
      values: [{ match: 'id', id: '456', type: 'Patient' }],
    });
    expect(criteriaOf('agent:Practitioner=7')[0]).toMatchObject({
      values: [{ match: 'id', id: '7', type: 'Practitioner' }],
    });
  });

  it('strings folded, addresses with their punctuation', () => {
    expect(criteriaOf('agent-name=M%C3%BCller,%20%20Jos%C3%89')[0]).toMatchObject({
      values: ['muller', 'jose'],
    });
    expect(criteriaOf('address=192.168.1')[0]).toMatchObject({ values: ['192.168.1'] });
  });

  it('paging', () => {
    expect(searchOf('')).toMatchObject({ count: COUNT_DEFAULT, offset: 0 });
    expect(searchOf('_count=10&_offset=20')).toMatchObject({ count: 10, offset: 20 });
    expect(searchOf('_count=0')).toMatchObject({ count: 0 });
    expect(searchOf(`_count=${COUNT_MAX + 1}`)).toMatchObject({ count: COUNT_MAX });
  });

  it('a _count over the most as the most, however large', () => {
    expect(searchOf('_count=9999999999')).toMatchObject({ count: COUNT_MAX });
    expect(searchOf(`_count=${'9'.repeat(400)}`)).toMatchObject({ count: COUNT_MAX });
  });

  it('ids that R4 forbids, of types that FHIR does not know too', () => {
    expect(criteriaOf('entity:Client=my_client')[0]).toMatchObject({
      values: [{ match: 'id', id: 'my_client', type: 'Client' }],
    });
    expect(criteriaOf(`patient=${'7'.repeat(80)}`)[0]).toMatchObject({
      values: [{ match: 'id', id: '7'.repeat(80), type: 'Patient' }],
    });
  });

  it('parameters that say how to answer as no criterion, and links with them', () => {
    expect(searchOf('_format=json&_pretty=true&_summary=true&action=C')).toMatchObject({
      criteria: [{ code: 'action' }],
      presentation: { pretty: true, subset: 'true' },
      applied: [
        ['action', 'C'],
        ['_pretty', 'true'],
        ['_summary', 'true'],
      ],
    });
    expect(searchOf('')).toMatchObject({ presentation: { pretty: false }, applied: [] });
  });

  it('_summary=count as no entries, however many are asked for', () =>
    expect(searchOf('_summary=count&_count=50')).toMatchObject({ count: 0 }));
});

describe('parseSearch refuses', () => {
  it.each([
    ['unknown=1', 'not-supported'],
    ['_sort=-date', 'not-supported'],
    ['action:above=C', 'not-supported'],
    ['patient:Practitioner=1', 'not-supported'],
    ['date:exact=2025', 'not-supported'],
    ['date=yesterday', 'value'],
    ['date=xx2025', 'value'],
    ['date=2025-02-30', 'value'],
    ['type=a|b|c', 'value'],
    ['type=|', 'value'],
    ['type=a,,b', 'value'],
    ['agent=%23contained', 'value'],
    ['agent:Patient=Practitioner/1', 'value'],
    ['agent-name=...', 'value'],
    ['type:missing=perhaps', 'value'],
    ['_count=-1', 'value'],
    ['_count=ten', 'value'],
    ['_offset=1.5', 'value'],
    ['_count=', 'value'],
    ['_count=1&_count=1', 'value'],
    ['_offset=0&_offset=10', 'value'],
    ['_offset=9999999999', 'too-costly'],
    ['patient=', 'value'],
    ['action:not=', 'value'],
    ['type:missing=', 'value'],
    ['unknown=', 'not-supported'],
    ['agent=%20', 'value'],
    ['_pretty=perhaps', 'value'],
    ['_elements=nonsense', 'value'],
    ['_elements=id&_summary=true', 'value'],
  ])('%s as %s', (query, code) => expect(codesOf(query)).toEqual([code]));

  it('everything that is wrong, together', () => {
    expect(codesOf('unknown=1&date=x&_count=y')).toEqual(['not-supported', 'value', 'value']);
  });

  it('one past each limit, and takes what is at the limit', () => {
    const long = (length: number) => `altid=${'a'.repeat(length)}`;
    expect(codesOf(long(SEARCH_VALUE_CHARS_MAX))).toEqual([]);
    expect(codesOf(long(SEARCH_VALUE_CHARS_MAX + 1))).toEqual(['too-long']);
    const string = (length: number) => `agent-name=${'a'.repeat(length)}`;
    expect(codesOf(string(SEARCH_STRING_CHARS_MAX))).toEqual([]);
    expect(codesOf(string(SEARCH_STRING_CHARS_MAX + 1))).toEqual(['too-long']);
    // One character that folds to eighteen: what counts is what is searched for.
    expect(codesOf(`entity-name=${'ﷺ'.repeat(SEARCH_STRING_CHARS_MAX / 4)}`)).toEqual(['too-long']);
    const many = (count: number) => Array(count).fill('type=a').join('&');
    expect(codesOf(many(SEARCH_PARAMETERS_MAX))).toEqual([]);
    expect(codesOf(many(SEARCH_PARAMETERS_MAX + 1))).toEqual(['too-costly']);
    const alternatives = (count: number) => `type=${Array(count).fill('a').join(',')}`;
    expect(codesOf(alternatives(SEARCH_VALUES_MAX))).toEqual([]);
    expect(codesOf(alternatives(SEARCH_VALUES_MAX + 1))).toEqual(['too-costly']);
    expect(codesOf(`_count=10&_offset=${RESULT_WINDOW_MAX - 10}`)).toEqual([]);
    expect(codesOf(`_count=10&_offset=${RESULT_WINDOW_MAX - 9}`)).toEqual(['too-costly']);
  });

  it('unknown parameters only where the client is not lenient; wrong values always', () => {
    expect(searchOf('unknown=1&action=C', true)).toMatchObject({
      ignored: ['"unknown"'],
      applied: [['action', 'C']],
    });
    expect(codesOf('unknown=1&date=x', true)).toEqual(['value']);
  });

  it('how to answer where it can’t be read, also where the client is lenient', () => {
    expect(codesOf('_elements=nonsense', true)).toEqual(['value']);
    expect(codesOf('date=x&_summary=nonsense', true)).toEqual(['value', 'value']);
  });

  it('an empty filter also where the client is lenient: an audit search must not widen without a word', () => {
    expect(codesOf('patient=', true)).toEqual(['value']);
  });

  it('in sentences, whatever the name', () => {
    const said = (query: string) => {
      const parsed = parse(query);
      return 'issues' in parsed ? parsed.issues.map(({ diagnostics }) => diagnostics) : [];
    };
    expect(said('date:not=2025')).toEqual(['date does not support the modifier ":not".']);
    expect(said('date:%20=2025')).toEqual(['date does not support the modifier "…".']);
    expect(said('a%20b=1')).toEqual(['There is no search parameter "…"; see GET /SearchParameter.']);
  });

  it('without repeating what was searched for', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('date', 'type', '_count', 'agent', 'agent-name'),
        fc.string(),
        (name, noise) => {
          const secret = `Erika ${noise}`;
          const parsed = parseSearch([[name, `zz${secret}|||`]], { now: NOW, lenient: false });
          if ('issues' in parsed) expect(JSON.stringify(parsed.issues)).not.toContain('Erika');
        },
      ),
    );
  });

  it('nothing by throwing', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (parameters) => {
        parseSearch(parameters, { now: NOW, lenient: false });
      }),
    );
  });
});
