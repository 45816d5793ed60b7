import { parseSearch } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { compileQuery } from './compile-query.ts';

const BASES = ['http://localhost:3002/', 'http://ehr.example.org/fhir/'];

function compiled(query: string) {
  const parsed = parseSearch(new URLSearchParams(query), { strict: true });
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
  return compileQuery(parsed.search.criteria, { bases: BASES, now: Date.UTC(2026, 0, 1) });
}

const filter = (...clauses: object[]) => ({ bool: { filter: clauses } });
const either = (...queries: object[]) => filter({ bool: { should: queries, minimum_should_match: 1 } });

describe('compileQuery', () => {
  it('makes every criterion a filter, and the alternatives one clause', () => {
    expect(compiled('action=C,R&outcome=0')).toEqual(
      filter({ terms: { terms: ['action.code=c', 'action.code=r'] } }, { term: { terms: 'outcome.code=0' } }),
    );
  });

  it('finds a relative reference under every base of ours, and the other way round', () => {
    const everywhere = {
      terms: {
        terms: [
          'patient.url=Patient/1',
          'patient.url=http://localhost:3002/Patient/1',
          'patient.url=http://ehr.example.org/fhir/Patient/1',
        ],
      },
    };
    expect(compiled('patient=Patient/1')).toEqual(filter(everywhere));
    expect(compiled('patient=1')).toEqual(filter(everywhere));
    expect(compiled('patient=http://ehr.example.org/fhir/Patient/1')).toEqual(filter(everywhere));
  });

  it('leaves another system’s reference alone', () => {
    expect(compiled('patient=http://other.example.org/Patient/1')).toEqual(
      filter({ term: { terms: 'patient.url=http://other.example.org/Patient/1' } }),
    );
  });

  it('finds an id alone under every base of ours', () => {
    expect(compiled('agent=1')).toEqual(
      filter({
        terms: {
          terms: [
            'agent.id=1',
            'agent.id=http://localhost:3002/#1',
            'agent.id=http://ehr.example.org/fhir/#1',
          ],
        },
      }),
    );
  });

  it('asks for the version only where one is named', () => {
    expect(compiled('entity=http://other.example.org/Patient/1/_history/2')).toEqual(
      filter({ term: { terms: 'entity.url=http://other.example.org/Patient/1/_history/2' } }),
    );
  });

  it('makes :not exclude, also what has no value', () => {
    expect(compiled('action:not=C')).toEqual(
      filter({ bool: { must_not: [{ term: { terms: 'action.code=c' } }] } }),
    );
  });

  it('asks :missing of the list of what is not there', () => {
    expect(compiled('outcome:missing=true')).toEqual(filter({ term: { terms: 'missing=outcome' } }));
    expect(compiled('outcome:missing=false')).toEqual(
      filter({ bool: { must_not: [{ term: { terms: 'missing=outcome' } }] } }),
    );
  });

  const MICROS = String(BigInt(Date.UTC(2025, 0, 1)) * 1000n);
  it.each([
    ['gt2025-01-01T00:00:00.000000Z', { gt: MICROS }],
    ['sa2025-01-01T00:00:00.000000Z', { gt: MICROS }],
    ['ge2025', { gte: MICROS }],
    ['lt2025', { lt: MICROS }],
    ['eb2025', { lt: MICROS }],
    ['le2025-01-01T00:00:00.000000Z', { lte: MICROS }],
    ['2025-01-01T00:00:00.000000Z', { gte: MICROS, lte: MICROS }],
  ])('compares the instant of an event with what %s stands for', (date, range) =>
    expect(compiled(`date=${date}`)).toEqual(filter({ range: { 'date.micros': range } })),
  );

  it('takes ap as a tenth of the distance from now', () => {
    const day = 24n * 60n * 60n * 1_000_000n;
    const at = BigInt(Date.UTC(2025, 11, 22)) * 1000n;
    expect(compiled('date=ap2025-12-22T00:00:00.000000Z')).toEqual(
      filter({ range: { 'date.micros': { gte: String(at - day), lte: String(at + day) } } }),
    );
  });

  it('finds within a string by a phrase of grams, or by the beginning of one', () => {
    const inGrams = (field: string, query: 'match_phrase' | 'prefix', sought: Record<string, string[]>) =>
      Object.entries(sought).flatMap(([reading, texts]) =>
        texts.map((text) => ({ [query]: { [`grams.${field}.${reading}`]: text } })),
      );
    const spaced = 'j\u00a0e \u00a0e\u00a0 e\u00a0x';
    const solid = 'je\u00a0 e\u00a0x';
    const phrases = { both: [spaced, solid], spaced: [spaced], solid: [solid] };
    expect(compiled('entity-name:contains=J-É X')).toEqual(
      either(...inGrams('entity_name', 'match_phrase', phrases)),
    );
    const beginnings = { both: ['z'], spaced: ['z'], solid: ['z'] };
    expect(compiled('address:contains=Z')).toEqual(filter(...inGrams('address', 'prefix', { both: ['z'] })));
    for (const [code, field] of [
      ['agent-name', 'agent_name'],
      ['user', 'user'],
    ] as const) {
      expect(compiled(`${code}:contains=Z`)).toEqual(
        either(...inGrams(field, 'prefix', beginnings), ...inGrams('requestor_name', 'prefix', beginnings)),
      );
    }
  });

  it('finds the beginning of a string in both foldings', () => {
    expect(compiled('agent-name=O’C')).toEqual(
      either(
        { prefix: { terms: 'agent_name.both=o c' } },
        { prefix: { terms: 'agent_name.both=oc' } },
        { prefix: { terms: 'agent_name.spaced=o c' } },
        { prefix: { terms: 'agent_name.solid=oc' } },
      ),
    );
    expect(compiled('agent-name:exact=Z')).toEqual(filter({ term: { terms: 'agent_name.exact=Z' } }));
  });

  it('finds an event by the id that Elasticsearch knows it by, and nothing by what is no id', () => {
    const id = '019bc7a2-7c20-8123-8456-0123456789ab';
    expect(compiled(`_id=${id},x`)).toEqual(filter({ term: { _id: id } }));
    expect(compiled('_id=x')).toEqual(filter({ terms: { _id: [] } }));
    expect(compiled('sender-id=x')).toEqual(filter({ term: { terms: 'sent_id=x' } }));
  });

  it('finds above a URL by what it is within', () => {
    expect(compiled('policy:above=http://h/a/b?x')).toEqual(
      filter({
        terms: {
          terms: [
            'policy=http://h/a/b?x',
            'policy=http://h/a/b',
            'policy=http://h/a/',
            'policy=http://h/a',
            'policy=http://h/',
            'policy=http://h',
          ],
        },
      }),
    );
  });

  it('finds by ne only what has a value', () =>
    expect(compiled('date=ne2025-01-01T00:00:00.000000Z')).toEqual(
      either({ range: { 'date.micros': { gt: MICROS } } }, { range: { 'date.micros': { lt: MICROS } } }),
    ));

  it('wants every word of one of the values', () => {
    const word = (text: string) => ({ term: { content: text } });
    expect(compiled('_content=Log OUT,x')).toEqual(
      filter({
        bool: {
          should: [filter(word('log'), word('out')), filter(word('x'))],
          minimum_should_match: 1,
        },
      }),
    );
  });

  it('finds identifiers by the type of what they identify, where that is asked', () => {
    expect(compiled('agent.identifier=urn:x|A')).toEqual(
      filter({ term: { terms: 'agent.identifier.token=urn:x|a' } }),
    );
    expect(compiled('agent:Device.identifier=urn:x|A')).toEqual(
      filter({ term: { terms: 'agent.typed.token=Device urn:x|a' } }),
    );
    expect(compiled('patient:Patient.identifier=A')).toEqual(
      filter({ term: { terms: 'patient.identifier.code=a' } }),
    );
  });

  it('compares who sent to the letter, and any other code without case', () => {
    expect(compiled('sender=urn:X|EHR&type=urn:X|EHR')).toEqual(
      filter({ term: { terms: 'sender.token=urn:X|EHR' } }, { term: { terms: 'type.token=urn:X|ehr' } }),
    );
    expect(compiled('sender=EHR,|Anonymous')).toEqual(
      filter({ terms: { terms: ['sender.code=EHR', 'sender.token=|Anonymous'] } }),
    );
    expect(compiled('sender=urn:X|')).toEqual(filter({ term: { terms: 'sender.system=urn:X' } }));
    expect(compiled('sender:not=EHR')).toEqual(
      filter({ bool: { must_not: [{ term: { terms: 'sender.code=EHR' } }] } }),
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
