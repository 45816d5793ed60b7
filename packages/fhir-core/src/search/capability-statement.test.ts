import { describe, expect, it } from 'vitest';
import { validateAuditEvent } from '../validate/audit-event.ts';
import { withContained } from '../validate/contained.case.ts';
import type { JsonObject } from '../validate/corpus.case.ts';
import { capabilityStatement } from './capability-statement.ts';
import { SEARCH_PARAMETER_CODES } from './parameters.ts';
import { searchParameterResources } from './search-parameter-resource.ts';

const BASE = 'https://audit.example.org/fhir';
const NO_TOKENS = { required: false, authorizeEndpoint: '', tokenEndpoint: '' };
const TOKENS = {
  required: true,
  authorizeEndpoint: 'https://idp.example.org/authorize',
  tokenEndpoint: 'https://idp.example.org/token',
};

type SearchParam = { name: string; type: string; definition: string; documentation: string };
type RestResource = { type: string; searchParam: SearchParam[]; [name: string]: unknown };
type Statement = {
  rest: [{ resource: RestResource[]; security: object; [name: string]: unknown }];
  [name: string]: unknown;
};

/** As a client reads it. */
function statementOf(tokens = NO_TOKENS): Statement {
  const statement = capabilityStatement({ baseUrl: BASE, softwareVersion: '1.2.3', tokens });
  return JSON.parse(JSON.stringify(statement));
}

function resourceOf(type: string): RestResource {
  const resource = statementOf().rest[0].resource.find((one) => one.type === type);
  if (resource === undefined) throw new Error(`there is no ${type}`);
  return resource;
}

describe('the CapabilityStatement', () => {
  it.each([
    ['without tokens', NO_TOKENS],
    ['with tokens', TOKENS],
    ['with tokens from nobody knows where', { ...NO_TOKENS, required: true }],
    ['with a token endpoint alone', { ...TOKENS, authorizeEndpoint: '' }],
  ])('is valid R4 %s', (_which, tokens) => {
    const resource = { ...statementOf(tokens), id: 'statement' } as unknown as JsonObject;
    expect(validateAuditEvent(withContained(resource))).toEqual([]);
  });

  it('says whether pages of other origins may ask', () => {
    for (const cors of [true, false]) {
      const statement = capabilityStatement({
        baseUrl: BASE,
        softwareVersion: '1.2.3',
        tokens: TOKENS,
        cors,
      });
      expect(statement).toMatchObject({ rest: [{ security: { cors } }] });
    }
  });

  it('keeps the invariants', () => {
    const { name, kind, implementation, description, software, messaging, document, rest } = statementOf();
    expect(name).toMatch(/^[A-Z]([A-Za-z0-9_]){0,254}$/); // cpb-0
    expect(rest).toHaveLength(1); // cpb-1
    expect([description, software, implementation]).not.toContain(undefined); // cpb-2
    expect([messaging, document]).toEqual([undefined, undefined]); // cpb-3, cpb-7
    expect(kind).toBe('instance'); // cpb-15, cpb-16 are of other kinds
    expect(implementation).toBeDefined(); // cpb-14
    const types = rest[0].resource.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length); // cpb-9
    for (const { searchParam } of rest[0].resource) {
      expect(new Set(searchParam.map(({ name }) => name)).size).toBe(searchParam.length); // cpb-12
    }
  });

  it('says what it is of', () => {
    expect(statementOf()).toMatchObject({
      resourceType: 'CapabilityStatement',
      url: `${BASE}/metadata`,
      version: '1.2.3',
      status: 'active',
      experimental: false,
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      publisher: 'Auditbox',
      software: { name: 'Auditbox', version: '1.2.3' },
      implementation: { url: BASE },
      fhirVersion: '4.0.1',
      format: ['application/fhir+json', 'json'],
    });
    expect(statementOf()).not.toHaveProperty('patchFormat');
  });

  it('names every interaction that there is, and no other', () => {
    expect(statementOf().rest[0]).toMatchObject({
      mode: 'server',
      interaction: [{ code: 'transaction' }, { code: 'batch' }],
    });
    expect(resourceOf('AuditEvent')).toMatchObject({
      profile: 'http://hl7.org/fhir/StructureDefinition/AuditEvent',
      interaction: [{ code: 'create' }, { code: 'read' }, { code: 'vread' }, { code: 'search-type' }],
      versioning: 'versioned',
      readHistory: false,
      updateCreate: false,
      conditionalCreate: false,
      conditionalRead: 'full-support',
      conditionalUpdate: false,
      conditionalDelete: 'not-supported',
      referencePolicy: ['literal', 'logical'],
    });
    expect(resourceOf('SearchParameter')).toMatchObject({
      interaction: [{ code: 'read' }, { code: 'search-type' }],
      versioning: 'no-version',
    });
  });

  it('names the four compartments by the URLs of their definitions', () => {
    expect(statementOf().rest[0].compartment).toEqual([
      'http://hl7.org/fhir/CompartmentDefinition/patient',
      'http://hl7.org/fhir/CompartmentDefinition/practitioner',
      'http://hl7.org/fhir/CompartmentDefinition/relatedPerson',
      'http://hl7.org/fhir/CompartmentDefinition/device',
    ]);
  });

  it('advertises what events and definitions are searched by, as their definitions say it', () => {
    const names = (type: string) => resourceOf(type).searchParam.map(({ name }) => name);
    expect(names('AuditEvent')).toEqual([...SEARCH_PARAMETER_CODES]);
    expect(names('SearchParameter')).toEqual(['_id', 'base', 'code', 'name', 'type', 'url']);
    const definitions = new Map(searchParameterResources(BASE).map((resource) => [resource.url, resource]));
    for (const { searchParam } of statementOf().rest[0].resource) {
      for (const { name, type, definition, documentation } of searchParam) {
        expect(definitions.get(definition)).toMatchObject({ code: name, type });
        expect(documentation).not.toBe('');
      }
    }
  });

  it('documents modifiers, chains, order and other names', () => {
    const of = (name: string) => resourceOf('AuditEvent').searchParam.find((one) => one.name === name);
    expect(of('patient')?.documentation).toMatch(/`:\[type\]`.*`:identifier`.*`patient\.identifier`/);
    expect(of('patient')?.documentation).not.toContain('Sorts.');
    expect(of('date')?.documentation).toContain('Sorts.');
    expect(of('altid')?.documentation).toContain('`altId`');
  });
});

describe('security', () => {
  const OAUTH_URIS = 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris';

  it('says that no token is asked for, and names no service', () => {
    const { security } = statementOf().rest[0];
    expect(security).toEqual({ cors: false, description: expect.stringContaining('No token') });
  });

  it('says where tokens come from', () => {
    const { security } = statementOf(TOKENS).rest[0];
    const system = 'http://terminology.hl7.org/CodeSystem/restful-security-service';
    expect(security).toMatchObject({
      extension: [
        {
          url: OAUTH_URIS,
          extension: [
            { url: 'authorize', valueUri: TOKENS.authorizeEndpoint },
            { url: 'token', valueUri: TOKENS.tokenEndpoint },
          ],
        },
      ],
      service: [{ coding: [{ system, code: 'OAuth' }] }, { coding: [{ system, code: 'SMART-on-FHIR' }] }],
    });
  });

  it('asks for no token where none is looked at, whatever endpoints there are', () => {
    const { security } = statementOf({ ...TOKENS, required: false }).rest[0];
    expect(security).toEqual({ cors: false, description: expect.stringContaining('No token') });
  });

  it('says of endpoints only those that there are', () => {
    const { security } = statementOf({ ...TOKENS, authorizeEndpoint: '' }).rest[0];
    expect(security).toMatchObject({
      extension: [{ url: OAUTH_URIS, extension: [{ url: 'token', valueUri: TOKENS.tokenEndpoint }] }],
    });
  });
});
