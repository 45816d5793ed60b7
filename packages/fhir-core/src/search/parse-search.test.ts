import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Criterion, Search } from './criteria.ts';
import { parseDateTime } from './instant.ts';
import { COUNT_DEFAULT, COUNT_MAX, RESULT_WINDOW_MAX, SORT_KEYS_MAX } from './page-parameters.ts';
import {
  parseSearch,
  SEARCH_PARAMETERS_MAX,
  SEARCH_VALUE_CHARS_MAX,
  SEARCH_VALUES_MAX,
} from './parse-search.ts';
import { SEARCH_CONTAINED_CHARS_MAX, SEARCH_STRING_CHARS_MAX } from './parse-value.ts';

const parse = (query: string, strict = false) => parseSearch(new URLSearchParams(query), { strict });

function searchOf(query: string): Search {
  const parsed = parse(query);
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
  return parsed.search;
}

const criteriaOf = (query: string): readonly Criterion[] => searchOf(query).criteria;

function codesOf(query: string, strict = false): string[] {
  const parsed = parse(query, strict);
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
    const date = '2025-01-31T10:00:00+02:00';
    expect(criteriaOf(`date=ge${date}`)).toEqual([
      { code: 'date', type: 'date', values: [{ prefix: 'ge', date, range: parseDateTime(date) }] },
    ]);
    expect(criteriaOf('date=2025')).toEqual([
      { code: 'date', type: 'date', values: [{ prefix: 'eq', date: '2025', range: parseDateTime('2025') }] },
    ]);
  });

  it('references in their forms', () => {
    expect(
      criteriaOf(
        'entity=123,Patient/1,Client/x/_history/2,http://ehr.example.org/fhir/Patient/1,urn:uuid:0',
      )[0],
    ).toMatchObject({
      values: [
        { match: 'id', id: '123' },
        { match: 'resource', base: '', type: 'Patient', id: '1' },
        { match: 'resource', base: '', type: 'Client', id: 'x', version: '2' },
        { match: 'resource', base: 'http://ehr.example.org/fhir/', type: 'Patient', id: '1' },
        { match: 'url', url: 'urn:uuid:0' },
      ],
    });
    expect(criteriaOf('agent:Practitioner=7')[0]).toMatchObject({
      target: 'Practitioner',
      values: [{ match: 'id', id: '7' }],
    });
  });

  it('identifiers of a reference, as a modifier and as a chain', () => {
    const values = [{ match: 'token', system: 'urn:x', code: 'MRN1' }];
    const identifier = { code: 'patient', type: 'identifier', values };
    expect(criteriaOf('patient:identifier=urn:x|MRN1')).toEqual([identifier]);
    expect(criteriaOf('patient.identifier=urn:x|MRN1')).toEqual([identifier]);
    expect(criteriaOf('agent:Device.identifier=urn:x|MRN1')).toEqual([
      { ...identifier, code: 'agent', target: 'Device' },
    ]);
  });

  it('strings as they were written, by where they are to be found', () => {
    const string = { code: 'agent-name', type: 'string' };
    expect(criteriaOf('agent-name=M%C3%BCller,%20Jos%C3%89')).toEqual([
      { ...string, match: 'starts', values: ['Müller', ' JosÉ'] },
    ]);
    expect(criteriaOf('agent-name:exact=---')).toEqual([{ ...string, match: 'exact', values: ['---'] }]);
    expect(criteriaOf('agent-name:contains=ll')).toEqual([{ ...string, match: 'contains', values: ['ll'] }]);
  });

  it('the text of a token, words, and what is above and below a URL', () => {
    expect(criteriaOf('type:text=Log&_content=a b,c&policy:below=http://x&policy:above=http://y')).toEqual([
      { code: 'type', type: 'text', values: ['Log'] },
      { code: '_content', type: 'words', values: ['a b', 'c'] },
      { code: 'policy', type: 'uri', match: 'below', values: ['http://x'] },
      { code: 'policy', type: 'uri', match: 'above', values: ['http://y'] },
    ]);
  });

  it('the order, by several keys, and as users of Aidbox name it', () => {
    expect(searchOf('_sort=action,-createdAt,-altId').sort).toEqual([
      { code: 'action', descending: false },
      { code: '_lastUpdated', descending: true },
      { code: 'altid', descending: true },
    ]);
    expect(searchOf('').sort).toEqual([]);
  });

  it('totals', () => {
    expect(searchOf('_total=none').total).toBe('none');
    expect(searchOf('').total).toBeUndefined();
  });

  it('nothing in what has no value, and says so', () => {
    const { criteria, ignored } = searchOf('patient=&action=,&type=,a,&outcome:missing=&_count=&_sort=');
    expect(criteria).toMatchObject([{ code: 'type', values: [{ code: 'a' }] }]);
    expect(ignored).toEqual([
      { name: '"patient"', why: 'empty' },
      { name: '"action"', why: 'empty' },
      { name: '"outcome:missing"', why: 'empty' },
    ]);
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
      target: 'Client',
      values: [{ match: 'id', id: 'my_client' }],
    });
    expect(criteriaOf(`patient=${'7'.repeat(80)}`)[0]).toMatchObject({
      values: [{ match: 'id', id: '7'.repeat(80) }],
    });
  });

  it('parameters that say how to answer as no criterion', () => {
    expect(searchOf('_format=json&_pretty=true&_summary=true&action=C')).toMatchObject({
      criteria: [{ code: 'action' }],
      presentation: { pretty: true, subset: 'true' },
      ignored: [],
    });
  });

  it('_summary=count as no entries, however many are asked for', () =>
    expect(searchOf('_summary=count&_count=50')).toMatchObject({ count: 0 }));
});

describe('parseSearch refuses', () => {
  it.each([
    ['_filter=action eq C', 'not-supported'],
    ['_has:Observation:patient:code=1', 'not-supported'],
    ['_list=1', 'not-supported'],
    ['_sort:asc=date', 'not-supported'],
    ['_count:exact=1', 'not-supported'],
    ['_sort=nonsense', 'value'],
    ['_sort=patient', 'value'],
    ['_sort=-', 'value'],
    ['type:constructor=x', 'not-supported'],
    ['_id=urn:x|a', 'value'],
    ['policy:above=local-policy', 'value'],
    ['_sort=user', 'value'],
    ['_total=about', 'value'],
    ['_cursor=x&_offset=1', 'value'],
    ['action:text=C', 'not-supported'],
    ['type:of-type=a|b|c', 'not-supported'],
    ['type:exact=a', 'not-supported'],
    ['type:in=http://x', 'not-supported'],
    ['agent:type=x', 'not-supported'],
    ['patient.name=x', 'not-supported'],
    ['type.identifier=x', 'not-supported'],
    ['patient:Device.identifier=x', 'not-supported'],
    ['patient.identifier:missing=true', 'not-supported'],
    ['_content:exact=x', 'not-supported'],
    ['_content=...', 'value'],
    ['policy:below=urn:oid:1.2', 'value'],
    ['policy:above=urn:uuid:1', 'value'],
    ['action:above=C', 'not-supported'],
    ['patient:Practitioner=1', 'not-supported'],
    ['date:exact=2025', 'not-supported'],
    ['date=yesterday', 'value'],
    ['date=xx2025', 'value'],
    ['date=2025-02-30', 'value'],
    ['type=a|b|c', 'value'],
    ['type=|', 'value'],
    ['agent=%23contained', 'value'],
    ['agent:Patient=Practitioner/1', 'value'],
    ['agent-name=...', 'value'],
    ['type:missing=perhaps', 'value'],
    ['_count=-1', 'value'],
    ['_count=ten', 'value'],
    ['_offset=1.5', 'value'],
    ['_count=1&_count=1', 'value'],
    ['_offset=0&_offset=10', 'value'],
    ['_offset=9999999999', 'too-costly'],
    ['agent=%20', 'value'],
    ['_pretty=perhaps', 'value'],
    ['_elements=nonsense', 'value'],
    ['_elements=id&_summary=true', 'value'],
  ])('%s as %s', (query, code) => expect(codesOf(query)).toEqual([code]));

  it('everything that is wrong, together', () => {
    expect(codesOf('_filter=1&date=x&_count=y')).toEqual(['not-supported', 'value', 'value']);
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
    const keys = (count: number) => `_sort=${Array(count).fill('date').join(',')}`;
    expect(codesOf(keys(SORT_KEYS_MAX))).toEqual([]);
    expect(codesOf(keys(SORT_KEYS_MAX + 1))).toEqual(['value']);
    // One character that folds to eighteen, a hundred of them: the cost is of what is compared.
    expect(codesOf(`agent-name:contains=${Array(12).fill('ﷺ'.repeat(5)).join(',')}`)).toEqual(['too-costly']);
    // Each ancestor of a URL is looked for, and each word.
    const above = (slashes: number) => `policy:above=http://x${'/'.repeat(slashes)}`;
    expect(codesOf(above(SEARCH_VALUES_MAX - 1))).toEqual([]);
    expect(codesOf(above(SEARCH_VALUES_MAX))).toEqual(['too-costly']);
    const within = (chars: number) => `agent-name:contains=${'a'.repeat(chars)}`;
    expect(codesOf(within(SEARCH_CONTAINED_CHARS_MAX))).toEqual([]);
    expect(codesOf(within(SEARCH_CONTAINED_CHARS_MAX + 1))).toEqual(['too-long']);
    const parts = (name: string, count: number) =>
      `${name}:contains=${Array(count).fill('a'.repeat(20)).join(',')}`;
    expect(codesOf(parts('entity-name', SEARCH_VALUES_MAX / 20))).toEqual([]);
    expect(codesOf(parts('entity-name', SEARCH_VALUES_MAX / 20 + 1))).toEqual(['too-costly']);
    // Looked for in two places.
    expect(codesOf(parts('agent-name', SEARCH_VALUES_MAX / 40))).toEqual([]);
    expect(codesOf(parts('agent-name', SEARCH_VALUES_MAX / 40 + 1))).toEqual(['too-costly']);
    const names = (count: number) => `agent-name=${Array(count).fill('a'.repeat(1000)).join(',')}`;
    expect(codesOf(names(SEARCH_VALUES_MAX / 50))).toEqual([]);
    expect(codesOf(names(SEARCH_VALUES_MAX / 50 + 1))).toEqual(['too-costly']);
    const words = (count: number) => `_content=${Array(count).fill('a').join('+')}`;
    expect(codesOf(words(SEARCH_VALUES_MAX))).toEqual([]);
    expect(codesOf(words(SEARCH_VALUES_MAX + 1))).toEqual(['too-costly']);
    expect(codesOf(`policy:below=http://${'a'.repeat(SEARCH_STRING_CHARS_MAX)}`)).toEqual(['too-long']);
    expect(codesOf(`_count=10&_offset=${RESULT_WINDOW_MAX - 10}`)).toEqual([]);
    expect(codesOf(`_count=10&_offset=${RESULT_WINDOW_MAX - 9}`)).toEqual(['too-costly']);
  });

  it('unknown parameters only where the client is strict; wrong values always', () => {
    expect(searchOf('unknown=1&subject.name=x&action=C')).toMatchObject({
      criteria: [{ code: 'action' }],
      ignored: [
        { name: '"unknown"', why: 'unknown' },
        { name: '"subject.name"', why: 'unknown' },
      ],
    });
    expect(codesOf('unknown=1', true)).toEqual(['not-supported']);
    expect(codesOf('unknown=1&date=x')).toEqual(['value']);
    expect(codesOf('date=x&_summary=nonsense')).toEqual(['value', 'value']);
  });

  it('in sentences, whatever the name', () => {
    const said = (query: string) => {
      const parsed = parse(query, true);
      return 'issues' in parsed ? parsed.issues.map(({ diagnostics }) => diagnostics) : [];
    };
    expect(said('date:not=2025')).toEqual(['date does not support the modifier ":not".']);
    expect(said('date:%20=2025')).toEqual(['date does not support the modifier "…".']);
    expect(said('type:in=x')).toEqual([
      'type does not support the modifier ":in": value sets are not known here.',
    ]);
    expect(said('type:constructor=x')).toEqual(['type does not support the modifier ":constructor".']);
    expect(said('_sort=Mustermann')[0]).not.toContain('Mustermann');
    expect(said('a%20b=1')).toEqual(['There is no search parameter "…"; see GET /SearchParameter.']);
  });

  it('without repeating what was searched for', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('date', 'type', '_count', 'agent', 'agent-name'),
        fc.string(),
        (name, noise) => {
          const secret = `Erika ${noise}`;
          const parsed = parseSearch([[name, `zz${secret}|||`]], { strict: false });
          if ('issues' in parsed) expect(JSON.stringify(parsed.issues)).not.toContain('Erika');
        },
      ),
    );
  });

  it('nothing by throwing', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (parameters) => {
        parseSearch(parameters, { strict: false });
      }),
    );
  });
});
