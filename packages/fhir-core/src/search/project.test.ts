import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../schema/audit-event.ts';
import { projectEvent } from './project.ts';
import { TERM_CHARS_MAX } from './term.ts';

const MINIMAL: AuditEvent = {
  resourceType: 'AuditEvent',
  type: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110100' },
  recorded: '2026-01-16T16:03:16Z',
  agent: [{ requestor: true }],
  source: { observer: { display: 'My System' } },
};

const ABOUT = { senderValues: {} };

const withEntity = (reference: object): AuditEvent => ({ ...MINIMAL, entity: [{ what: reference }] });

describe('projectEvent', () => {
  it('lists the parameters that the event has a value for', () => {
    expect(projectEvent(MINIMAL, ABOUT).present).toEqual(['date', 'source', 'type']);
  });

  it('has the id that the sender gave, bounded as any term', () => {
    const projected = (id: string) => projectEvent(MINIMAL, { senderValues: { id } });
    expect(projected('sent-1')).toMatchObject({
      sent_id: 'sent-1',
      present: expect.arrayContaining(['sender-id']),
    });
    expect(String(projected('x'.repeat(40_000)).sent_id).length).toBeLessThan(TERM_CHARS_MAX + 100);
    expect(projectEvent(MINIMAL, ABOUT).present).not.toContain('sender-id');
  });

  it('copes with primitives that have only a twin', () => {
    const event = {
      ...MINIMAL,
      recorded: undefined,
      meta: { profile: [null, 'urn:p'] },
    } as unknown as AuditEvent;
    const projection = projectEvent(event, ABOUT);
    expect(projection.present).toEqual(['_profile', 'source', 'type']);
    expect(projection.profile).toEqual(['urn:p']);
  });

  it('finds nothing to find in primitives that are not there but by their extensions', () => {
    const { recorded: _recorded, ...event } = MINIMAL;
    const twins = {
      _recorded: { extension: [] },
      agent: [{ _requestor: { extension: [] }, policy: [null, 'urn:p'] }],
    };
    expect(projectEvent({ ...event, ...twins, meta: { profile: [null] } }, ABOUT)).toMatchObject({
      present: ['policy', 'source', 'type'],
      policy: ['urn:p'],
    });
  });

  it('compares codes without case and systems with it', () => {
    expect(
      projectEvent({ ...MINIMAL, action: 'C', type: { system: 'urn:X', code: 'Ab' } }, ABOUT),
    ).toMatchObject({
      action: { code: ['c'], token: ['http://hl7.org/fhir/audit-event-action|c'] },
      type: { code: ['ab'], token: ['urn:X|ab'], system: ['urn:X'] },
    });
  });

  it('keeps a date as the interval it stands for', () => {
    const from = BigInt(Date.parse('2026-01-16T16:03:16Z')) * 1000n;
    expect(projectEvent(MINIMAL, ABOUT).date).toEqual({
      at: Date.parse('2026-01-16T16:03:16Z'),
      from: String(from),
      to: String(from + 999_999n),
    });
  });

  it.each([
    [{ reference: 'Patient/1' }, ['Patient/1'], ['1']],
    [{ reference: 'Patient/1/_history/5' }, ['Patient/1/_history/5', 'Patient/1'], ['1']],
    [
      { reference: 'http://ehr.example.org/fhir/Patient/1' },
      ['http://ehr.example.org/fhir/Patient/1'],
      ['http://ehr.example.org/fhir/#1'],
    ],
    [{ reference: 'urn:uuid:0', type: 'Patient' }, ['urn:uuid:0'], []],
    [{ reference: '/Patient/1' }, ['Patient/1'], ['1']],
    [{ reference: 'Patient/a_b' }, ['Patient/a_b'], ['a_b']],
    [
      { reference: 'HTTPS://EHR.example.org:443/fhir/Patient/77' },
      ['https://ehr.example.org/fhir/Patient/77'],
      ['https://ehr.example.org/fhir/#77'],
    ],
    [{ reference: 'http://a.example/x/77', type: 'Patient' }, ['http://a.example/x/77'], []],
    [{ reference: 'Human/77', type: 'Patient' }, ['Human/77'], ['77']],
    [{ type: 'Patient', identifier: { value: 'MRN1' } }, [], []],
    [{ type: 'http://hl7.org/fhir/StructureDefinition/Patient', display: 'x' }, [], []],
  ])('finds the patient in %j', (reference, url, id) => {
    const projection = projectEvent(withEntity(reference), ABOUT);
    expect(projection.present).toContain('patient');
    expect(projection.patient).toEqual({ url, id });
  });

  it('finds the patient in a contained resource, which has no name outside', () => {
    const event = {
      ...withEntity({ reference: '#p' }),
      contained: [{ resourceType: 'Patient', id: 'p' }],
    } as AuditEvent;
    expect(projectEvent(event, ABOUT).patient).toEqual({ url: [], id: [] });
  });

  it.each([{ reference: 'Client/x' }, { reference: 'urn:uuid:0' }, { reference: '#p' }, { display: 'x' }])(
    'sees no patient in %j',
    (reference) => expect(projectEvent(withEntity(reference), ABOUT).present).not.toContain('patient'),
  );

  it('bounds every term, and keeps long ones apart', () => {
    const long = (last: string) => 'x'.repeat(TERM_CHARS_MAX * 2) + last;
    const termOf = (code: string) => {
      const { type } = projectEvent({ ...MINIMAL, type: { code } }, ABOUT);
      return (type as unknown as { code: string[] }).code[0] ?? '';
    };
    expect(termOf(long('a'))).not.toBe(termOf(long('b')));
    expect(Buffer.byteLength(termOf(long('ü')))).toBeLessThan(32_766);
  });

  it('never cuts a term within a character', () => {
    const long = `${'x'.repeat(TERM_CHARS_MAX - 1)}𝔘𝔘`;
    const { policy } = projectEvent({ ...MINIMAL, agent: [{ requestor: true, policy: [long] }] }, ABOUT);
    expect((policy as unknown as string[])[0]?.isWellFormed()).toBe(true);
  });

  it('takes every event of the corpus', () => {
    const lines = readFileSync(new URL('../../fixtures/corpus.ndjson', import.meta.url), 'utf8')
      .trim()
      .split('\n');
    for (const line of lines) expect(projectEvent(JSON.parse(line), ABOUT).present).toContain('date');
  });
});
