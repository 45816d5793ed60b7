import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AuditEventSchema } from '../schema/audit-event.ts';
import { validateAuditEvent } from '../validate/audit-event.ts';
import { BASE_ELEMENTS, type Subset, subsetText } from './subset.ts';

const SUBSETTED = '{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}';

/** An event with everything that a subset decides about, as it is stored. */
const STORED = [
  '{"resourceType":"AuditEvent","id":"1"',
  '"meta":{"tag":[{"code":"t"}],"versionId":"1"}',
  '"implicitRules":"urn:r","language":"en","text":{"status":"empty","div":"<div/>"}',
  '"extension":[{"url":"urn:x","valueDecimal":1.10}],"modifierExtension":[{"url":"urn:m","valueDecimal":-0}]',
  '"type":{"code":"c","extension":[{"url":"urn:t","valueDecimal":1E+2}]},"subtype":[{"code":"s"}]',
  '"action":"C","_action":{"id":"a"},"period":{"start":"2026"}',
  '"recorded":"2026-01-16T17:03:16.120+01:00","_recorded":{"id":"r"}',
  '"outcome":"0","outcomeDesc":"d","purposeOfEvent":[{"text":"p"}]',
  '"agent":[{"name":"n","who":{"display":"w"},"requestor":true},{"_requestor":{"id":"q"},"altId":"x"}]',
  '"source":{"site":"s","observer":{"display":"o"}}',
  '"entity":[{"type":{"code":"1"}},{"name":"e","_name":{"id":"n"},"detail":[{"type":"t","valueString":"v"}]}]}',
].join(',');

const subset = (of: Subset) => subsetText(STORED, of);
const keys = (text: string) => Object.keys(JSON.parse(text) as object);

const MANDATORY = {
  type: '"type":{"code":"c","extension":[{"url":"urn:t","valueDecimal":1E+2}]}',
  recorded: '"recorded":"2026-01-16T17:03:16.120+01:00","_recorded":{"id":"r"}',
  agent: '"agent":[{"requestor":true},{"_requestor":{"id":"q"}}]',
  source: '"source":{"observer":{"display":"o"}}',
};
const HEAD = `{"resourceType":"AuditEvent","id":"1","meta":{"tag":[{"code":"t"},${SUBSETTED}],"versionId":"1"}`;

describe('a subset', () => {
  it('by elements has those, and what an AuditEvent must have', () => {
    expect(subset({ elements: ['extension', 'action'] })).toBe(
      `${HEAD},"extension":[{"url":"urn:x","valueDecimal":1.10}],${MANDATORY.type},"action":"C","_action":{"id":"a"},${MANDATORY.recorded},${MANDATORY.agent},${MANDATORY.source}}`,
    );
  });

  it('by elements has an element that is named whole', () => {
    const { agent, source } = JSON.parse(STORED) as Record<string, unknown>;
    expect(JSON.parse(subset({ elements: ['agent', 'source'] }))).toMatchObject({ agent, source });
  });

  it('of the text has the narrative and what an AuditEvent must have', () => {
    expect(subset('text')).toBe(
      `${HEAD},"text":{"status":"empty","div":"<div/>"},${MANDATORY.type},${MANDATORY.recorded},${MANDATORY.agent},${MANDATORY.source}}`,
    );
  });

  it('of the data has all but the narrative', () => {
    const expected = STORED.replace('[{"code":"t"}]', `[{"code":"t"},${SUBSETTED}]`);
    expect(subset('data')).toBe(expected.replace('"text":{"status":"empty","div":"<div/>"},', ''));
  });

  it('as R4’s summary has the elements that R4 marks, in the parents that hold them', () => {
    expect(subset('true')).toBe(
      [
        `${HEAD},"implicitRules":"urn:r",${MANDATORY.type},"subtype":[{"code":"s"}],"action":"C","_action":{"id":"a"}`,
        `${MANDATORY.recorded},"outcome":"0","outcomeDesc":"d","purposeOfEvent":[{"text":"p"}]`,
        '"agent":[{"who":{"display":"w"},"requestor":true},{"_requestor":{"id":"q"}}]',
        `${MANDATORY.source},"entity":[{"name":"e","_name":{"id":"n"}}]}`,
      ].join(','),
    );
  });

  it('has no empty object or array left where nothing of an element is kept', () => {
    const text = STORED.replace(/"entity":.*$/, '"entity":[{"type":{"code":"1"}}]}');
    expect(keys(subsetText(text, 'true'))).not.toContain('entity');
  });

  it('is tagged once, also where its sender tagged it, and where it has no meta', () => {
    expect(subsetText(subset('true'), 'true')).toBe(subset('true'));
    const bare = '{"resourceType":"AuditEvent","id":"1","recorded":"2026"}';
    expect(JSON.parse(subsetText(bare, 'data'))).toMatchObject({ meta: { tag: [{ code: 'SUBSETTED' }] } });
  });

  it('keeps a made-up key only in all the data, as a key like any other', () => {
    const text = '{"id":"1","__proto__":{"a":1.10},"meta":{"__proto__":[2.0]}}';
    const tag = `"tag":[${SUBSETTED}]`;
    expect(subsetText(text, 'data')).toBe(
      `{"id":"1","__proto__":{"a":1.10},"meta":{"__proto__":[2.0],${tag}}}`,
    );
    expect(subsetText(text, 'true')).toBe(`{"id":"1","meta":{"__proto__":[2.0],${tag}}}`);
    expect(keys(subsetText('{"toString":1,"constructor":2}', 'true'))).toEqual(['meta']);
  });

  it('of every event of the corpus is an AuditEvent still', () => {
    const corpus = new URL('../../fixtures/corpus.ndjson', import.meta.url);
    for (const line of readFileSync(corpus, 'utf8').trim().split('\n')) {
      for (const of of ['true', 'text', 'data', { elements: [] }] as const) {
        const issues = validateAuditEvent(JSON.parse(subsetText(line, of)));
        // A reference to a contained resource may be left without it: that is what SUBSETTED says.
        expect(issues.filter(({ code }) => code !== 'invariant')).toEqual([]);
      }
    }
  });

  it('can be asked by every element that the schema has', () => {
    const elements = Object.keys(AuditEventSchema.properties).filter(
      (name) => !/^_|^resourceType$/.test(name),
    );
    expect([...BASE_ELEMENTS]).toEqual(elements);
  });
});
