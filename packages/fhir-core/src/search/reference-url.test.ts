import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../schema/audit-event.ts';
import { parseSearch } from './parse-search.ts';
import { valuesIn } from './plain-projection.case.ts';
import { projectEvent } from './project.ts';
import { idTerm, parseReferenceUrl, referenceBase, unversioned, versioned } from './reference-url.ts';
import { exactTerm, TERM_CHARS_MAX } from './term.ts';

const relative = (type: string, id: string) => ({ kind: 'resource', base: '', type, id });

describe('parseReferenceUrl', () => {
  it.each([
    'Patient/1',
    '/Patient/1',
    'Patient/1/',
    ' Patient/1 ',
    'Patient/1#n',
    'Patient/1?x=y',
    'Patient//1//',
    'Patient/1/?x=y',
    'Patient/1 /',
    ' / Patient /1 #n',
  ])('reads %j as Patient/1', (text) => expect(parseReferenceUrl(text)).toEqual(relative('Patient', '1')));

  it('reads what is plain as it reads the same with a slash before it', () => {
    const part = fc.string({
      unit: fc.constantFrom('P', 'a', 'Z', '1', '_', '-', ':', ' ', '\ufeff', '#', '?', 'é'),
      maxLength: 4,
    });
    const text = fc.oneof(
      fc.tuple(part, part).map((parts) => parts.join('/')),
      part.map((id) => `Patient/${id}`),
      fc.constantFrom('Patient/_history', 'URN/1', `P${'a'.repeat(63)}/1`, `P${'a'.repeat(64)}/1`),
    );
    fc.assert(
      fc.property(text, (text) => {
        // Another text than itself where it is no name of a resource.
        const other = parseReferenceUrl(`/${text}`);
        expect(parseReferenceUrl(text)).toEqual(
          other.kind === 'resource' ? other : expect.not.objectContaining({ kind: 'resource' }),
        );
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    'http://a.example/fhir/Patient/1',
    'http://a.example/fhir/Patient/1/',
    'HTTP://A.Example:80/fhir/Patient/1',
    'http://a.example:/fhir//Patient/1#n',
    ' /HTTP://a.example/ fhir /Patient/1',
  ])('reads %j as one resource', (text) =>
    expect(parseReferenceUrl(text)).toEqual({
      kind: 'resource',
      base: 'http://a.example/fhir/',
      type: 'Patient',
      id: '1',
    }),
  );

  it.each(['a_b', 'a b', 'ü', 'a:b', 'a|b', '7'.repeat(65), '7'.repeat(5000), 'a%2Fb'])(
    'takes %j as an id, though R4 does not',
    (id) => expect(parseReferenceUrl(`Patient/${id}`)).toEqual(relative('Patient', id)),
  );

  it('keeps the version, and what is before it, apart', () => {
    expect(parseReferenceUrl('Client/x/_history/2/')).toEqual({ ...relative('Client', 'x'), version: '2' });
    expect(parseReferenceUrl('http://a.example/Patient/1/_history/2')).toEqual({
      kind: 'resource',
      base: 'http://a.example/',
      type: 'Patient',
      id: '1',
      version: '2',
    });
  });

  it('keeps systems apart: another scheme, port, user or path is another base', () => {
    const bases = [
      'http://a.example/Patient/1',
      'https://a.example/Patient/1',
      'http://a.example:443/Patient/1',
      'http://a.example:8080/Patient/1',
      'http://a.example/FHIR/Patient/1',
      'http://a.example/fhir/Patient/1',
      'http://u@a.example/Patient/1',
      'http://U@a.example/Patient/1',
    ].map((text) => (parseReferenceUrl(text) as { base: string }).base);
    expect(new Set(bases).size).toBe(bases.length);
  });

  it.each([
    ['urn:uuid:0', 'urn:uuid:0'],
    ['URN:UUID:AB', 'urn:uuid:ab'],
    ['patient/1', 'patient/1'],
    ['Patient/', 'Patient/'],
    ['http://Patient/1', 'http://patient/1'],
    ['HTTP://A.example/x', 'http://a.example/x'],
    ['Patient?identifier=x', 'Patient?identifier=x'],
    ['', ''],
  ])('takes %j for no resource', (text, url) =>
    expect(parseReferenceUrl(text)).toEqual({ kind: 'other', url }),
  );

  it('knows what is contained', () =>
    expect(parseReferenceUrl('#p1')).toEqual({ kind: 'contained', id: 'p1' }));

  it('takes time in proportion to the length', () => {
    for (const unit of ['/', '#', '?', ':', 'a', 'http://', 'Patient/', '/_history', ' ', 'a:', '@']) {
      const text = `http://${unit.repeat(500_000)}x`;
      const started = performance.now();
      parseReferenceUrl(text);
      parseReferenceUrl(text.slice('http://'.length));
      expect(performance.now() - started).toBeLessThan(2000);
    }
  });
});

describe('referenceBase', () => {
  it('gives the base that references under it have, in whatever way both are written', () => {
    for (const base of [
      'HTTPS://EHR.example.org:443/fhir/',
      'https://ehr.example.org/fhir',
      'http://h',
      'http://h//',
    ]) {
      const parsed = parseReferenceUrl(`${base}/Patient/1`);
      expect(parsed).toMatchObject({ base: referenceBase(base), type: 'Patient', id: '1' });
    }
    expect(referenceBase('https://ehr.example.org/fhir')).not.toBe(
      referenceBase('http://ehr.example.org/fhir'),
    );
  });
});

/** References as producers write them, and as nobody should. */
const part = fc.constantFrom(
  ...[
    'Patient',
    'Client',
    '/',
    '_history',
    '#',
    '?',
    ':',
    '1',
    'a_b',
    ' ',
    'http://',
    'HTTPS://A.example:443',
  ],
  ...['urn:uuid:', '\\', ',', '|', '$', '@', 'ü', '%2F'],
);
const reference = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
  fc.integer({ min: 1, max: 1500 }).map((length) => `Patient/${'x'.repeat(length)}`),
);

const projected = (text: string, type?: string) => {
  const event: AuditEvent = {
    resourceType: 'AuditEvent',
    type: { code: 'x' },
    recorded: '2026-01-16T16:03:16Z',
    agent: [{ requestor: true }],
    source: { observer: { display: 'x' } },
    entity: [{ what: { reference: text, ...(type !== undefined && { type }) } }],
  };
  const { terms } = projectEvent(event, { sender: 'anonymous', senderValues: {} });
  const of = (name: string) =>
    valuesIn('missing', terms).includes(name)
      ? undefined
      : { url: valuesIn(`${name}.url`, terms), id: valuesIn(`${name}.id`, terms) };
  return { entity: of('entity'), patient: of('patient') };
};

/** The terms of which one has to be in the document: what query compiles for its own system's references. */
function asked(name: string, text: string): { url: string[]; id: string[] } | undefined {
  const escaped = text.replace(/[\\,|$]/g, '\\$&');
  const parsed = parseSearch([[name, escaped]], { strict: false });
  if ('issues' in parsed) return undefined;
  const [criterion] = parsed.search.criteria;
  if (criterion?.type !== 'reference' || criterion.values.length !== 1) throw new Error('one reference');
  const [value] = criterion.values;
  if (value === undefined) throw new Error('one value');
  if (value.match === 'url') return { url: [exactTerm(value.url)], id: [] };
  if (value.match === 'id') {
    const { id } = value;
    return name === 'patient'
      ? { url: [exactTerm(unversioned({ base: '', type: 'Patient', id })), exactTerm(id)], id: [] }
      : { url: [exactTerm(id)], id: [exactTerm(idTerm('', id))] };
  }
  const url = value.version === undefined ? unversioned(value) : versioned(value, value.version);
  return { url: [exactTerm(url)], id: [] };
}

const meets = (document: { url: string[]; id: string[] }, terms: { url: string[]; id: string[] }) =>
  terms.url.some((term) => document.url.includes(term)) ||
  terms.id.some((term) => document.id.includes(term));

describe('a reference that was taken', () => {
  it.each(['entity', 'patient'])('is found by %s with the very same string', (name) => {
    fc.assert(
      fc.property(reference, (text) => {
        const target = parseReferenceUrl(text);
        if (target.kind === 'contained' || text.trim() === '') return;
        const terms = asked(name, text);
        const document = projected(text, 'Patient')[name as 'entity' | 'patient'];
        expect(terms, 'the search is understood').toBeDefined();
        expect(document, 'the reference is projected').toBeDefined();
        if (terms !== undefined && document !== undefined) expect(meets(document, terms)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('is found by its id alone and by its type and id, whatever the id', () => {
    const id = fc
      .string({ minLength: 1, maxLength: 200 })
      .filter((text) => text.trim() === text && !/[/?#]|^urn:/i.test(text) && text !== '_history');
    fc.assert(
      fc.property(id, (text) => {
        const { patient } = projected(`Patient/${text}`);
        for (const searched of [text, `Patient/${text}`]) {
          const terms = asked('patient', searched);
          expect(patient !== undefined && terms !== undefined && meets(patient, terms)).toBe(true);
        }
      }),
    );
  });

  it('leaves terms of bounded length, and never makes the reading throw', () => {
    fc.assert(
      fc.property(reference, fc.integer({ min: 0, max: 40_000 }), (text, more) => {
        const { entity } = projected(text + 'x'.repeat(more));
        for (const term of [...(entity?.url ?? []), ...(entity?.id ?? [])])
          expect(term.length).toBeLessThanOrEqual(TERM_CHARS_MAX + 65);
      }),
    );
  });
});
