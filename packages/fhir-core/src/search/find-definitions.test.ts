import { describe, expect, it } from 'vitest';
import { findDefinitions } from './find-definitions.ts';
import { SEARCH_PARAMETERS_MAX, SEARCH_VALUES_MAX } from './parse-search.ts';
import { searchParameterResources } from './search-parameter-resource.ts';

const BASE = 'https://audit.example.org/fhir';
const RESOURCES = searchParameterResources(BASE);

type Bundle = {
  total: number;
  link: { relation: string; url: string }[];
  entry?: { fullUrl?: string; resource: { id: string; issue?: object[] }; search: { mode: string } }[];
};

const ask = (query: string, strict = false) =>
  findDefinitions(RESOURCES, new URLSearchParams(query), { baseUrl: BASE, strict });

function bundleOf(query: string): Bundle {
  const found = ask(query);
  if ('issues' in found) throw new Error(JSON.stringify(found.issues));
  return JSON.parse(JSON.stringify(found.bundle));
}

function ids(query: string): string[] {
  const { entry = [] } = bundleOf(query);
  return entry.flatMap(({ resource, search }) => (search.mode === 'match' ? [resource.id] : []));
}

const links = (query: string) =>
  Object.fromEntries(bundleOf(query).link.map(({ relation, url }) => [relation, url.slice(BASE.length)]));

const OWN = `${BASE}/SearchParameter/AuditEvent-user`;
const DATE = 'http://hl7.org/fhir/SearchParameter/AuditEvent-date';
const ON_DOMAIN = ['DomainResource-text'];

describe('SearchParameters are found', () => {
  it.each([
    ['code=patient', ['AuditEvent-patient']],
    ['code=PATIENT', ['AuditEvent-patient']],
    ['code=patient,user', ['AuditEvent-patient', 'AuditEvent-user']],
    ['code=pat', []],
    ['code=|patient', ['AuditEvent-patient']],
    ['code=http://example.org|patient', []],
    ['code=type', ['AuditEvent-type', 'SearchParameter-type']],
    ['code=type&base=AuditEvent', ['AuditEvent-type']],
    ['code=type&code=patient', []],
    ['base=DomainResource', ON_DOMAIN],
    ['base=http://hl7.org/fhir/resource-types|DomainResource', ON_DOMAIN],
    ['base=|DomainResource', []],
    ['base=ValueSet', ['conformance-name', 'conformance-url']],
    ['base=AuditEvent&type=date', ['AuditEvent-date']],
    ['base=AuditEvent,Resource&type=date', ['Resource-lastUpdated', 'AuditEvent-date']],
    ['type=uri&base=AuditEvent', ['AuditEvent-policy']],
    ['type=http://hl7.org/fhir/search-param-type|&code=date', ['AuditEvent-date']],
    ['type=http://example.org|&code=date', []],
    ['name=AGENT-n', ['AuditEvent-agent-name']],
    ['name=sender', ['AuditEvent-sender', 'AuditEvent-sender-id']],
    ['code=sender', ['AuditEvent-sender']],
    ['name=role', []],
    [`url=${DATE}`, ['AuditEvent-date']],
    [`url=${DATE},${OWN}`, ['AuditEvent-date', 'AuditEvent-user']],
    [`url=${DATE.toUpperCase()}`, []],
    ['_id=AuditEvent-user', ['AuditEvent-user']],
    ['_id=auditevent-user', []],
    ['code:missing=true', []],
    ['code:missing=false&_id=Resource-id', ['Resource-id']],
    ['_format=json&code=date', ['AuditEvent-date']],
  ])('%s finds %j', (query, expected) => expect(ids(query)).toEqual(expected));

  it('all of them where nothing is asked for, each at its own URL', () => {
    const { total, entry } = bundleOf('');
    expect(total).toBe(RESOURCES.length);
    expect(entry?.map(({ fullUrl }) => fullUrl)).toEqual(
      RESOURCES.map(({ id }) => `${BASE}/SearchParameter/${id}`),
    );
    expect(ids('base=AuditEvent').every((id) => id.startsWith('AuditEvent-'))).toBe(true);
  });
});

describe('what does not count', () => {
  it.each([
    ['unknown=1', 'unknown'],
    ['target=Patient', 'unknown'],
    ['code=', 'no value'],
    ['_elements=url', 'unknown'],
    ['_sort=code', 'unknown'],
  ])('%s is named and left out of the link', (query, reason) => {
    const { total, entry } = bundleOf(query);
    expect(total).toBe(RESOURCES.length);
    expect(entry?.at(-1)).toMatchObject({
      resource: { resourceType: 'OperationOutcome', issue: [{ severity: 'warning', code: 'not-supported' }] },
      search: { mode: 'outcome' },
    });
    expect(JSON.stringify(entry?.at(-1))).toContain(reason);
    expect(links(query).self).toBe('/SearchParameter');
  });

  it('is refused where the client is strict, but for a parameter without a value', () => {
    expect(ask('unknown=1', true)).toMatchObject({ issues: [{ code: 'not-supported' }] });
    expect(ask('code=', true)).toHaveProperty('bundle');
    expect(ask('code=date', true)).toHaveProperty('bundle');
  });
});

describe('what can not be read is refused', () => {
  it.each([
    ['code:not=date', 'not-supported'],
    ['name:exact=date', 'not-supported'],
    ['url:below=http://hl7.org', 'not-supported'],
    ['code.identifier=1', 'not-supported'],
    ['code:missing=maybe', 'value'],
    ['code=a|b|c', 'value'],
    ['name=-', 'value'],
    ['_count=x', 'value'],
    ['_offset=-1', 'value'],
    ['_total=some', 'value'],
    ['_summary=some', 'value'],
    ['_count=1&_count=2', 'value'],
    ['code=a&'.repeat(SEARCH_PARAMETERS_MAX + 1), 'too-costly'],
    [`code=${'a,'.repeat(SEARCH_VALUES_MAX)}a`, 'too-costly'],
  ])('%s', (query, code) => expect(ask(query)).toMatchObject({ issues: [{ code }] }));

  it('with all that is wrong at once', () => {
    expect(ask('code:not=a&type:not=b&_count=x')).toMatchObject({ issues: [{}, {}, {}] });
  });
});

describe('the answer', () => {
  it('counts alone where that is asked for', () => {
    for (const query of ['_summary=count', '_count=0']) {
      const bundle = bundleOf(`base=DomainResource&${query}`);
      expect(bundle).not.toHaveProperty('entry');
      expect(bundle.total).toBe(1);
      expect(bundle.link).toHaveLength(1);
    }
  });

  it('comes in pages that join without gap', () => {
    const seen: string[] = [];
    let query: string | undefined = '_count=10&base=AuditEvent';
    while (query !== undefined) {
      seen.push(...ids(query));
      query = links(query).next?.split('?')[1];
    }
    expect(seen).toEqual(ids('base=AuditEvent'));
  });

  it('links to itself with what was applied, and back', () => {
    expect(links('base=AuditEvent&code=&unknown=1&_format=json')).toEqual({
      self: '/SearchParameter?base=AuditEvent',
      first: '/SearchParameter?base=AuditEvent',
    });
    expect(links('_offset=4&_count=3')).toEqual({
      self: '/SearchParameter?_count=3&_offset=4',
      first: '/SearchParameter?_count=3',
      previous: '/SearchParameter?_count=3&_offset=1',
      next: '/SearchParameter?_count=3&_offset=7',
    });
  });

  it('says whether people are to read it', () => {
    expect(ask('_pretty=true')).toMatchObject({ pretty: true });
    expect(ask('')).toMatchObject({ pretty: false });
  });
});
