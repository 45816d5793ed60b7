import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../schema/audit-event.ts';
import { Generator } from '../validate/generate.case.ts';
import { GRAMS_FIELD, MISSING_FIELD, SHARED_GRAMS, TERMS_FIELD } from './document.ts';
import { foldText } from './fold.ts';
import { gramsOf } from './grams.ts';
import { type AboutEvent, SEARCH_PARAMETER_CODES } from './parameters.ts';
import { plainProjection, valuesIn } from './plain-projection.case.ts';
import { projectEvent, projectedMembers } from './project.ts';
import { TERM_CHARS_MAX } from './term.ts';

const MINIMAL: AuditEvent = {
  resourceType: 'AuditEvent',
  type: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110100' },
  recorded: '2026-01-16T16:03:16Z',
  agent: [{ requestor: true }],
  source: { observer: { display: 'My System' } },
};

const ABOUT = { sender: 'anonymous', senderValues: {} };

type Found = { readonly [field: string]: unknown };

/** The projection with its terms as lists in the fields that they are of. */
function projected(event: AuditEvent, about: AboutEvent = ABOUT): Found {
  const { [TERMS_FIELD]: terms, ...fields } = projectEvent(event, about);
  const missing = valuesIn(MISSING_FIELD, terms);
  const present = SEARCH_PARAMETER_CODES.filter((code) => !missing.includes(code));
  const found: Record<string, unknown> = { own: fields, present };
  for (const field of new Set(terms.map((term) => term.slice(0, term.indexOf('='))))) {
    const names = field.split('.');
    const last = names.pop() as string;
    let node = found;
    for (const name of names) {
      node[name] ??= {};
      node = node[name] as Record<string, unknown>;
    }
    node[last] = valuesIn(field, terms);
  }
  return found;
}

const withEntity = (reference: object): AuditEvent => ({ ...MINIMAL, entity: [{ what: reference }] });

describe('projectEvent', () => {
  it('lists the parameters that the event has a value for', () => {
    expect(projected(MINIMAL).present).toEqual(['_content', 'date', 'sender', 'source', 'type']);
  });

  it('has the id that the sender gave, bounded as any term', () => {
    const sent = (id: string) => projected(MINIMAL, { ...ABOUT, senderValues: { id } });
    expect(sent('sent-1')).toMatchObject({
      sent_id: ['sent-1'],
      own: { sent_id: 'sent-1' },
      present: expect.arrayContaining(['sender-id']),
    });
    expect(String(sent('x'.repeat(40_000)).sent_id).length).toBeLessThan(TERM_CHARS_MAX + 100);
    expect(projected(MINIMAL).present).not.toContain('sender-id');
  });

  it.each([
    ['https://idp.example.org|EHR', 'https://idp.example.org|EHR', 'https://idp.example.org'],
    ['urn:auditbox|query', 'urn:auditbox|query', 'urn:auditbox'],
    ['http://idp.example.org/a|b|ehr', 'http://idp.example.org/a\\|b|ehr', 'http://idp.example.org/a|b'],
    ['http://idp.example.org|', 'http://idp.example.org|', 'http://idp.example.org'],
  ])('knows who sent %s by issuer and client, to the letter', (sender, token, system) => {
    const code = sender.slice(system.length + 1);
    expect(projected(MINIMAL, { ...ABOUT, sender })).toMatchObject({
      sender: { code: [code], token: [token], system: [system] },
      present: expect.arrayContaining(['sender']),
    });
  });

  it('knows a sender that nobody vouches for by its name alone', () =>
    expect(projected(MINIMAL).sender).toMatchObject({
      code: ['anonymous'],
      token: ['|anonymous'],
    }));

  it('takes nothing that the event says for its sender', () => {
    const said = { sender: 'urn:auditbox|query', meta: { tag: [{ system: 'urn:auditbox', code: 'query' }] } };
    const event = { ...MINIMAL, ...said } as AuditEvent;
    expect(projected(event).sender).toEqual(projected(MINIMAL).sender);
  });

  it('copes with primitives that have only a twin', () => {
    const event = {
      ...MINIMAL,
      recorded: undefined,
      meta: { profile: [null, 'urn:p'] },
    } as unknown as AuditEvent;
    const projection = projected(event);
    expect(projection.present).toEqual(['_content', '_profile', 'sender', 'source', 'type']);
    expect(projection.profile).toEqual(['urn:p']);
  });

  it('finds nothing to find in primitives that are not there but by their extensions', () => {
    const { recorded: _recorded, ...event } = MINIMAL;
    const twins = {
      _recorded: { extension: [] },
      agent: [{ _requestor: { extension: [] }, policy: [null, 'urn:p'] }],
    };
    expect(projected({ ...event, ...twins, meta: { profile: [null] } })).toMatchObject({
      present: ['_content', 'policy', 'sender', 'source', 'type'],
      policy: ['urn:p'],
    });
  });

  it('compares codes without case and systems with it', () => {
    expect(projected({ ...MINIMAL, action: 'C', type: { system: 'urn:X', code: 'Ab' } })).toMatchObject({
      action: { code: ['c'], token: ['http://hl7.org/fhir/audit-event-action|c'] },
      type: { code: ['ab'], token: ['urn:X|ab'], system: ['urn:X'] },
    });
  });

  it('keeps an instant as a point in time', () => {
    const at = Date.parse('2026-01-16T16:03:16Z');
    expect(projected(MINIMAL).own).toMatchObject({ date: { micros: String(BigInt(at) * 1000n) } });
  });

  it('keeps a name folded, as it was written, and in grams', () => {
    const agent = [{ requestor: false, name: 'Jo-É' }];
    const { agent_name, own } = projected({ ...MINIMAL, agent });
    expect(agent_name).toEqual({ spaced: ['jo e'], solid: ['joe'], exact: ['Jo-É'] });
    expect(own).toMatchObject({
      agent_name: ['jo e'],
      grams: {
        agent_name: { both: [], spaced: ['jo\u00a0 o\u00a0e \u00a0e e'], solid: ['joe oe e'] },
      },
    });
  });

  it('keeps what is the same in both foldings once', () => {
    const agent = [
      { requestor: false, name: 'Jo' },
      { requestor: false, name: 'J-o' },
    ];
    const { agent_name, own } = projected({ ...MINIMAL, agent } as AuditEvent);
    expect(agent_name).toEqual({ both: ['jo'], spaced: ['j o'], solid: ['jo'], exact: ['Jo', 'J-o'] });
    expect(own).toMatchObject({
      grams: { agent_name: { both: ['jo o'], spaced: ['j\u00a0o \u00a0o o'], solid: ['jo o'] } },
    });
  });

  it('keeps the grams of a name of two parameters once', () => {
    const agent = [
      { requestor: true, name: 'Jane', altId: 'jd' },
      { requestor: false, name: 'Ward' },
      { requestor: false, name: 'Jane' },
    ];
    expect(projected({ ...MINIMAL, agent } as AuditEvent).own).toMatchObject({
      [GRAMS_FIELD]: {
        [SHARED_GRAMS]: { both: ['jan ane ne e'] },
        agent_name: { both: ['war ard rd d'] },
        user: { both: ['jd d'] },
      },
    });
  });

  it('keeps of each string and each folding all grams', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'B', '-', ' ', '.'), maxLength: 5 });
    const someone = fc.record({ requestor: fc.boolean(), name, altId: name });
    fc.assert(
      fc.property(fc.array(someone, { minLength: 1, maxLength: 4 }), (agent) => {
        const { grams } = projectEvent({ ...MINIMAL, agent } as AuditEvent, ABOUT) as unknown as {
          grams: Record<string, Record<'both' | 'spaced' | 'solid', string[]> | undefined>;
        };
        const requestors = agent.filter(({ requestor }) => requestor);
        const values = {
          agent_name: agent.map(({ name }) => name),
          user: requestors.flatMap(({ name, altId }) => [altId, name]),
        };
        for (const [field, all] of Object.entries(values)) {
          const within = [grams[field], grams[SHARED_GRAMS]];
          for (const folding of ['spaced', 'solid'] as const) {
            const found = within.flatMap((each) => [...(each?.both ?? []), ...(each?.[folding] ?? [])]);
            expect(new Set(found)).toEqual(new Set(all.map((value) => gramsOf(foldText(value)[folding]))));
          }
        }
      }),
    );
  });

  it('keeps the text beside a code, also where there is no code', () => {
    const role = [{ coding: [{ code: 'a', display: 'Ärztin' }], text: 'The Doctor!' }, { text: 'x' }];
    expect(projected({ ...MINIMAL, agent: [{ requestor: true, role }] }).agent_role).toEqual({
      code: ['a'],
      token: ['|a'],
      text: { both: ['arztin', 'the doctor', 'x'] },
    });
  });

  it('knows users by all that requestors are called', () => {
    const who = { reference: 'Practitioner/1', identifier: { value: 'jd' }, display: 'Jane D' };
    const agent = [
      { requestor: true, who, altId: 'jane@x', name: 'Jane' },
      { requestor: false, name: 'Machine' },
    ];
    expect(projected({ ...MINIMAL, agent }).user).toMatchObject({
      exact: ['Practitioner/1', 'jd', 'Jane D', 'jane@x', 'Jane'],
    });
  });

  it('has the words of narrative and content', () => {
    const div = '<div xmlns="http://www.w3.org/1999/xhtml">Read&#32;re<b>cord</b><p>Read</p></div>';
    const projection = projectEvent({ ...MINIMAL, text: { status: 'generated', div } }, ABOUT);
    expect(projection.narrative).toBe('read record read');
    const content = String(projection.content).split(' ');
    expect(content).toEqual(
      expect.arrayContaining(['read', 'record', 'dicom', '110100', 'system', 'generated']),
    );
    expect(content).not.toContain('auditevent');
    expect(content).not.toContain('w3');
  });

  it('has the identifiers of a reference and of its contained target, with the type and without', () => {
    const event = {
      ...withEntity({ reference: '#p', identifier: { system: 'urn:a', value: 'A1' } }),
      contained: [{ resourceType: 'Patient', id: 'p', identifier: [{ value: 'B2' }, { system: 'urn:c' }] }],
    } as unknown as AuditEvent;
    const { identifier, typed } = projected(event).entity as unknown as Record<string, unknown>;
    expect(identifier).toEqual({
      code: ['a1', 'b2'],
      token: ['urn:a|a1', '|b2'],
      system: ['urn:a', 'urn:c'],
    });
    expect(typed).toEqual({
      code: ['Patient a1', 'Patient b2'],
      token: ['Patient urn:a|a1', 'Patient |b2'],
      system: ['Patient urn:a', 'Patient urn:c'],
    });
  });

  it.each([
    [{ reference: 'Patient/1' }, ['Patient/1'], ['1']],
    [{ reference: 'Patient/1/_history/5' }, ['Patient/1', 'Patient/1/_history/5'], ['1']],
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
    [{ reference: 'Human/77', type: 'Patient' }, ['Human/77', 'Patient/77'], ['77']],
    [{ reference: 'bare', type: 'Patient' }, ['Patient/bare'], ['bare']],
    [{ type: 'Patient', identifier: { value: 'MRN1' } }, [], []],
    [{ type: 'http://hl7.org/fhir/StructureDefinition/Patient', display: 'x' }, [], []],
  ])('finds the patient in %j', (reference, url, id) => {
    const projection = projected(withEntity(reference));
    expect(projection.present).toContain('patient');
    const { url: named = [], ...others } = (projection.patient ?? {}) as { url?: string[] };
    expect(named).toEqual(url);
    expect(others).not.toHaveProperty('id');
    const { id: found = [] } = (projection.entity ?? {}) as { id?: string[] };
    expect(found).toEqual(id);
  });

  it('knows an element that has but an extension as there', () => {
    const extension = [{ url: 'urn:e', valueString: 'x' }];
    const { present } = projected({ ...MINIMAL, agent: [{ requestor: true, type: { extension } }] }, ABOUT);
    expect(present).toContain('agent-type');
  });

  it('knows a narrative without a word as there', () => {
    const div = '<div xmlns="http://www.w3.org/1999/xhtml">…</div>';
    const projection = projected({ ...MINIMAL, text: { status: 'generated', div } });
    expect(projection.present).toContain('_text');
    expect(projection.own).toMatchObject({ narrative: '' });
  });

  it('does not take an id alone for one of every type', () => {
    expect(projected(withEntity({ reference: 'bare' })).entity).toEqual({ id: ['bare'] });
  });

  it('finds the patient in a contained resource, which has no name outside', () => {
    const event = {
      ...withEntity({ reference: '#p' }),
      contained: [{ resourceType: 'Patient', id: 'p' }],
    } as AuditEvent;
    const { present, patient } = projected(event);
    expect(present).toContain('patient');
    expect(patient).toBeUndefined();
  });

  it.each([{ reference: 'Client/x' }, { reference: 'urn:uuid:0' }, { reference: '#p' }, { display: 'x' }])(
    'sees no patient in %j',
    (reference) => expect(projected(withEntity(reference)).present).not.toContain('patient'),
  );

  it('bounds every term, and keeps long ones apart', () => {
    const long = (last: string) => 'x'.repeat(TERM_CHARS_MAX * 2) + last;
    const termOf = (code: string) => {
      const { type } = projected({ ...MINIMAL, type: { code } });
      return (type as unknown as { code: string[] }).code[0] ?? '';
    };
    expect(termOf(long('a'))).not.toBe(termOf(long('b')));
    expect(Buffer.byteLength(termOf(long('ü')))).toBeLessThan(32_766);
  });

  it('never cuts a term within a character', () => {
    const long = `${'x'.repeat(TERM_CHARS_MAX - 1)}𝔘𝔘`;
    const { policy } = projected({ ...MINIMAL, agent: [{ requestor: true, policy: [long] }] });
    expect((policy as unknown as string[])[0]?.isWellFormed()).toBe(true);
  });

  it('takes every event of the corpus', () => {
    for (const line of corpus()) expect(projected(JSON.parse(line)).present).toContain('date');
  });
});

describe('the text of a projection', () => {
  const written = (event: unknown, about: object = {}) =>
    `{${projectedMembers(event as AuditEvent, { ...ABOUT, ...about }).join('')}}`;
  const plain = (event: unknown, about: object = {}) =>
    JSON.stringify(plainProjection(event as AuditEvent, { ...ABOUT, ...about }));

  it('is that of the plain projection, whatever came before, for every event of the corpus', () => {
    // The first time is made anew, the second is kept, the third is of what was kept.
    for (let time = 0; time < 3; time++) {
      for (const text of corpus()) {
        expect(written(JSON.parse(text), { text })).toBe(plain(JSON.parse(text), { text }));
      }
    }
  });

  it('and for whatever is valid', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string({ unit: 'binary' }), (seed, sender) => {
        const event = new Generator(seed).event();
        const about = { sender, text: JSON.stringify(event), senderValues: { id: `${seed}` } };
        expect(written(event, about)).toBe(plain(event, about));
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('and for texts that differ in little, or not at all', () => {
    // Few characters, so that what was kept is often nearly what is asked for.
    const unit = fc.constantFrom(
      'a',
      'A',
      '1',
      ' ',
      '|',
      '#',
      '/',
      '-',
      'é',
      'ß',
      '京',
      '\ud83d\ude00',
      '\ud83d',
      '"',
      '\\',
    );
    const text = fc.option(fc.string({ unit, maxLength: 4 }), { nil: undefined });
    const url = fc.option(
      fc.oneof(
        fc.string({ unit, maxLength: 4 }),
        fc.constantFrom(
          'Patient/1',
          'Patient/1/_history/2',
          'http://a/Patient/1',
          '#p',
          'Client/1',
          'urn:uuid:A',
        ),
      ),
      { nil: undefined },
    );
    const coding = fc.record({ system: text, code: text, display: text });
    const concept = fc.record({ coding: fc.array(coding, { maxLength: 6 }), text });
    const reference = fc.record({
      reference: url,
      type: fc.constantFrom(undefined, 'Patient', 'Device'),
      identifier: fc.option(fc.record({ system: text, value: text }), { nil: undefined }),
      display: text,
    });
    const agent = fc.record({
      requestor: fc.boolean(),
      who: fc.option(reference, { nil: undefined }),
      altId: text,
      name: text,
      network: fc.record({ address: text }),
      role: fc.array(concept, { maxLength: 3 }),
      type: fc.option(concept, { nil: undefined }),
    });
    const contained = fc.constantFrom(
      undefined,
      [{ resourceType: 'Patient', id: 'p', identifier: [{ value: 'a' }] }],
      [{ resourceType: 'Device', id: 'p', identifier: [{ system: 'a', value: 'A' }] }],
    );
    const event = fc.record({
      contained,
      type: coding,
      agent: fc.array(agent, { maxLength: 10 }),
      entity: fc.array(fc.record({ what: reference, name: text, type: coding }), { maxLength: 4 }),
      source: fc.record({ site: text, observer: reference }),
      outcomeDesc: fc.option(fc.string({ unit, maxLength: 300 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(event, (event) => {
        expect(written(event)).toBe(plain(event));
      }),
      { numRuns: 1000 },
    );
  }, 60_000);

  it('and for more references than are known at a time, of which some are the same', () => {
    const contained = [{ resourceType: 'Patient', id: 'p', identifier: [{ system: 'urn:a', value: 'A' }] }];
    const references = [
      { reference: 'Patient/1/_history/2' },
      { reference: '#p', type: 'Device' },
      { reference: 'bare', type: 'Patient' },
      { identifier: { system: 'urn:a', value: 'B' } },
      { type: 'http://hl7.org/fhir/StructureDefinition/Patient', identifier: { value: 'B' } },
      { display: 'x' },
    ];
    for (let count = 0; count <= 40; count++) {
      const what = (n: number) => ({ what: { ...references[(n * 7) % references.length] } });
      const event = { ...MINIMAL, contained, entity: Array.from({ length: count }, (_, n) => what(n)) };
      for (let time = 0; time < 3; time++) expect(written(event)).toBe(plain(event));
    }
  });

  it('and for terms that are too long, and lists that are', () => {
    const long = `${'x'.repeat(TERM_CHARS_MAX)} é`;
    const code = (n: number) => ({ code: `${n % 20}`, display: `${long}${n}` });
    const event = {
      ...MINIMAL,
      // One character of it becomes eighteen.
      outcomeDesc: 'ﷺ'.repeat(300),
      subtype: Array.from({ length: 40 }, (_, n) => code(n)),
      agent: Array.from({ length: 40 }, (_, n) => ({
        requestor: true,
        name: `${long}${n % 3}`,
        altId: `${n}`,
      })),
    };
    for (let time = 0; time < 3; time++) expect(written(event)).toBe(plain(event));
  });
});

function corpus(): string[] {
  return readFileSync(new URL('../../fixtures/corpus.ndjson', import.meta.url), 'utf8')
    .trim()
    .split('\n');
}
