import { parseSearch } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { compileQuery } from './compile-query.ts';

const BASES = ['http://localhost:3002/', 'http://ehr.example.org/fhir/'];

function compiled(query: string) {
  const parsed = parseSearch(new URLSearchParams(query), { now: 0, lenient: false });
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
  return compileQuery(parsed.search.criteria, BASES);
}

const filter = (...clauses: object[]) => ({ bool: { filter: clauses } });

describe('compileQuery', () => {
  it('makes every criterion a filter, and every alternative a should', () => {
    expect(compiled('action=C,R&outcome=0')).toEqual(
      filter(
        {
          bool: {
            should: [{ term: { 'action.code': 'c' } }, { term: { 'action.code': 'r' } }],
            minimum_should_match: 1,
          },
        },
        { term: { 'outcome.code': '0' } },
      ),
    );
  });

  it('finds a relative reference under every base of ours, and the other way round', () => {
    const everywhere = {
      terms: {
        'patient.url': [
          'Patient/1',
          'http://localhost:3002/Patient/1',
          'http://ehr.example.org/fhir/Patient/1',
        ],
      },
    };
    expect(compiled('patient=Patient/1')).toEqual(filter(everywhere));
    expect(compiled('patient=1')).toEqual(
      // A reference may also be `1` and nothing more.
      filter({ terms: { 'patient.url': [...everywhere.terms['patient.url'], '1'] } }),
    );
    expect(compiled('patient=http://ehr.example.org/fhir/Patient/1')).toEqual(filter(everywhere));
  });

  it('leaves another system’s reference alone', () => {
    expect(compiled('patient=http://other.example.org/Patient/1')).toEqual(
      filter({ terms: { 'patient.url': ['http://other.example.org/Patient/1'] } }),
    );
  });

  it('finds an id alone under every base of ours, and as a reference that is nothing more', () => {
    expect(compiled('agent=1')).toEqual(
      filter({
        bool: {
          should: [
            { terms: { 'agent.id': ['1', 'http://localhost:3002/#1', 'http://ehr.example.org/fhir/#1'] } },
            { terms: { 'agent.url': ['1'] } },
          ],
          minimum_should_match: 1,
        },
      }),
    );
  });

  it('asks for the version only where one is named', () => {
    expect(compiled('entity=http://other.example.org/Patient/1/_history/2')).toEqual(
      filter({ terms: { 'entity.url': ['http://other.example.org/Patient/1/_history/2'] } }),
    );
  });

  it('makes :not exclude, also what has no value', () => {
    expect(compiled('action:not=C')).toEqual(
      filter({ bool: { must_not: [{ term: { 'action.code': 'c' } }] } }),
    );
  });

  it('asks :missing of the list of what is there', () => {
    expect(compiled('outcome:missing=false')).toEqual(filter({ term: { present: 'outcome' } }));
    expect(compiled('outcome:missing=true')).toEqual(
      filter({ bool: { must_not: [{ term: { present: 'outcome' } }] } }),
    );
  });

  it('asks for everything where nothing is asked', () => expect(compiled('')).toEqual({ match_all: {} }));

  it('never hands a client’s value to a parser of Elasticsearch', () => {
    const hostile = encodeURIComponent('*) OR {"script":1} ~/.*/');
    const text = JSON.stringify(
      compiled(`type=${hostile}&agent-name=a${hostile}&policy=${hostile}&_id=${hostile}`),
    );
    expect(text).not.toMatch(/query_string|regexp|wildcard|"script":\{/);
  });
});
