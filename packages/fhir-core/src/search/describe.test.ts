import { describe, expect, it } from 'vitest';
import { capabilityStatement, searchParameterBundle } from './describe.ts';
import { SEARCH_PARAMETER_CODES, searchParameter } from './parameters.ts';

const BASE = 'http://localhost:3002';

describe('what the server says of itself', () => {
  it('has one SearchParameter for each row of the table', () => {
    const { total, entry } = searchParameterBundle(BASE) as unknown as {
      total: number;
      entry: { fullUrl: string; resource: { code: string; type: string; url: string } }[];
    };
    expect(total).toBe(SEARCH_PARAMETER_CODES.length);
    expect(entry.map(({ resource }) => resource.code)).toEqual([...SEARCH_PARAMETER_CODES]);
    const patient = entry.find(({ resource }) => resource.code === 'patient');
    expect(patient).toMatchObject({
      fullUrl: `${BASE}/SearchParameter/AuditEvent-patient`,
      resource: {
        type: 'reference',
        url: 'http://hl7.org/fhir/SearchParameter/AuditEvent-patient',
        target: ['Patient'],
      },
    });
  });

  it('defines a parameter of its own under its own base, without a FHIRPath', () => {
    const { entry } = searchParameterBundle(BASE) as unknown as { entry: { resource: { code: string } }[] };
    const sent = entry.find(({ resource }) => resource.code === 'sender-id')?.resource;
    expect(sent).toMatchObject({
      id: 'AuditEvent-sender-id',
      url: `${BASE}/SearchParameter/AuditEvent-sender-id`,
      base: ['AuditEvent'],
      type: 'token',
      modifier: ['missing'],
    });
    expect(sent).not.toHaveProperty('expression');
    expect(sent).not.toHaveProperty('version'); // FHIR's, and FHIR has no such parameter
    expect(capabilityStatement(BASE, '1.2.3')).toMatchObject({
      rest: [
        {
          resource: [
            {
              searchParam: expect.arrayContaining([
                expect.objectContaining({
                  name: 'sender-id',
                  definition: `${BASE}/SearchParameter/AuditEvent-sender-id`,
                }),
                expect.objectContaining({
                  name: 'date',
                  definition: 'http://hl7.org/fhir/SearchParameter/AuditEvent-date',
                }),
              ]),
            },
            {},
          ],
        },
      ],
    });
  });

  it('advertises in the CapabilityStatement what it searches by', () => {
    const statement = capabilityStatement(BASE, '1.2.3') as unknown as {
      rest: { resource: { type: string; searchParam?: { name: string }[] }[] }[];
    };
    const resource = statement.rest[0]?.resource.find(({ type }) => type === 'AuditEvent');
    expect(resource?.searchParam?.map(({ name }) => name)).toEqual([...SEARCH_PARAMETER_CODES]);
  });

  it('names every interaction that there is', () => {
    expect(capabilityStatement(BASE, '1.2.3')).toMatchObject({
      rest: [
        {
          resource: [
            {
              type: 'AuditEvent',
              interaction: [{ code: 'create' }, { code: 'read' }, { code: 'vread' }, { code: 'search-type' }],
            },
            { type: 'SearchParameter', interaction: [{ code: 'read' }, { code: 'search-type' }] },
          ],
        },
      ],
    });
  });

  it('gives every parameter its own field', () => {
    const fields = SEARCH_PARAMETER_CODES.map((code) => searchParameter(code).field);
    expect(new Set(fields).size).toBe(fields.length);
  });
});
