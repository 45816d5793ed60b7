import { describe, expect, it } from 'vitest';
import { validateAuditEvent } from '../validate/audit-event.ts';
import { withContained } from '../validate/contained.case.ts';
import type { JsonObject } from '../validate/corpus.case.ts';
import { SEARCH_PARAMETER_CODES, searchParameter } from './parameters.ts';
import { searchParameterResources } from './search-parameter-resource.ts';

const BASE = 'https://audit.example.org/fhir';
const RESOURCES = searchParameterResources(BASE);

const WHO = ['Device', 'Organization', 'Patient', 'Practitioner', 'PractitionerRole', 'RelatedPerson'];

/** FHIR R4 4.0.1, search-parameters.json: id, code, base, type, expression, target. */
const R4: [id: string, code: string, base: string, type: string, expression?: string, target?: string[]][] = [
  ['Resource-content', '_content', 'Resource', 'string'],
  ['Resource-id', '_id', 'Resource', 'token', 'Resource.id'],
  ['Resource-lastUpdated', '_lastUpdated', 'Resource', 'date', 'Resource.meta.lastUpdated'],
  ['Resource-profile', '_profile', 'Resource', 'uri', 'Resource.meta.profile'],
  ['Resource-security', '_security', 'Resource', 'token', 'Resource.meta.security'],
  ['Resource-source', '_source', 'Resource', 'uri', 'Resource.meta.source'],
  ['Resource-tag', '_tag', 'Resource', 'token', 'Resource.meta.tag'],
  ['DomainResource-text', '_text', 'DomainResource', 'string'],
  ['AuditEvent-action', 'action', 'AuditEvent', 'token', 'AuditEvent.action'],
  ['AuditEvent-address', 'address', 'AuditEvent', 'string', 'AuditEvent.agent.network.address'],
  ['AuditEvent-agent', 'agent', 'AuditEvent', 'reference', 'AuditEvent.agent.who', WHO],
  ['AuditEvent-agent-name', 'agent-name', 'AuditEvent', 'string', 'AuditEvent.agent.name'],
  ['AuditEvent-agent-role', 'agent-role', 'AuditEvent', 'token', 'AuditEvent.agent.role'],
  ['AuditEvent-altid', 'altid', 'AuditEvent', 'token', 'AuditEvent.agent.altId'],
  ['AuditEvent-date', 'date', 'AuditEvent', 'date', 'AuditEvent.recorded'],
  ['AuditEvent-entity-name', 'entity-name', 'AuditEvent', 'string', 'AuditEvent.entity.name'],
  ['AuditEvent-entity-role', 'entity-role', 'AuditEvent', 'token', 'AuditEvent.entity.role'],
  ['AuditEvent-entity-type', 'entity-type', 'AuditEvent', 'token', 'AuditEvent.entity.type'],
  ['AuditEvent-outcome', 'outcome', 'AuditEvent', 'token', 'AuditEvent.outcome'],
  [
    'AuditEvent-patient',
    'patient',
    'AuditEvent',
    'reference',
    'AuditEvent.agent.who.where(resolve() is Patient) | AuditEvent.entity.what.where(resolve() is Patient)',
    ['Patient'],
  ],
  ['AuditEvent-policy', 'policy', 'AuditEvent', 'uri', 'AuditEvent.agent.policy'],
  ['AuditEvent-site', 'site', 'AuditEvent', 'token', 'AuditEvent.source.site'],
  ['AuditEvent-source', 'source', 'AuditEvent', 'reference', 'AuditEvent.source.observer', WHO],
  ['AuditEvent-subtype', 'subtype', 'AuditEvent', 'token', 'AuditEvent.subtype'],
  ['AuditEvent-type', 'type', 'AuditEvent', 'token', 'AuditEvent.type'],
  ['SearchParameter-base', 'base', 'SearchParameter', 'token', 'SearchParameter.base'],
  ['SearchParameter-code', 'code', 'SearchParameter', 'token', 'SearchParameter.code'],
  ['SearchParameter-type', 'type', 'SearchParameter', 'token', 'SearchParameter.type'],
];

/** What of R4's own definition does not differ between them. */
const OF_R4 = { version: '4.0.1', status: 'draft', experimental: false, date: '2019-11-01T09:29:23+11:00' };

const byId = (id: string) => RESOURCES.find((resource) => resource.id === id);
const sorted = (values: readonly string[] | undefined) => values && [...values].sort();

describe("R4's own parameters", () => {
  it.each(R4)('%s is what R4 publishes', (id, code, base, type, expression, target) => {
    const resource = byId(id);
    expect(resource).toMatchObject({
      ...OF_R4,
      url: `http://hl7.org/fhir/SearchParameter/${id}`,
      name: code,
      code,
      base: [base],
      type,
      publisher: `Health Level Seven International (${base === 'AuditEvent' ? 'Security' : 'FHIR Infrastructure'})`,
    });
    expect(resource?.expression).toBe(expression);
    expect(sorted(resource?.target)).toEqual(target);
  });

  it('lets an entity be any of the 145 resources of R4 that can be referred to', () => {
    const { target = [], ...entity } = byId('AuditEvent-entity') ?? {};
    expect(entity).toMatchObject({ ...OF_R4, type: 'reference', expression: 'AuditEvent.entity.what' });
    expect(target).toHaveLength(145);
    expect(target).toEqual(expect.arrayContaining(['Patient', 'Binary', 'VisionPrescription']));
    expect(target).not.toContain('Parameters');
  });

  it('defines name and url once for all that has a canonical URL', () => {
    expect(byId('conformance-name')?.expression).toBe(
      'CapabilityStatement.name | CodeSystem.name | CompartmentDefinition.name | ConceptMap.name | GraphDefinition.name | ImplementationGuide.name | MessageDefinition.name | NamingSystem.name | OperationDefinition.name | SearchParameter.name | StructureDefinition.name | StructureMap.name | TerminologyCapabilities.name | ValueSet.name',
    );
    expect(byId('conformance-url')?.expression).toBe(
      'CapabilityStatement.url | CodeSystem.url | CompartmentDefinition.url | ConceptMap.url | GraphDefinition.url | ImplementationGuide.url | MessageDefinition.url | OperationDefinition.url | SearchParameter.url | StructureDefinition.url | StructureMap.url | TerminologyCapabilities.url | ValueSet.url',
    );
    expect(byId('conformance-url')).toMatchObject({ ...OF_R4, type: 'uri', code: 'url' });
    expect(byId('conformance-name')?.base).toHaveLength(14);
  });
});

describe('parameters of our own', () => {
  const own = RESOURCES.filter(({ url }) => !url.startsWith('http://hl7.org/'));

  it('are four, defined under the own base, with names that a program can have', () => {
    expect(own.map(({ url }) => url)).toEqual([
      `${BASE}/SearchParameter/AuditEvent-agent-type`,
      `${BASE}/SearchParameter/AuditEvent-sender`,
      `${BASE}/SearchParameter/AuditEvent-sender-id`,
      `${BASE}/SearchParameter/AuditEvent-user`,
    ]);
    for (const resource of own) {
      expect(resource).toMatchObject({ status: 'active', publisher: 'Auditbox', base: ['AuditEvent'] });
      expect(resource.name).toMatch(/^[A-Z]([A-Za-z0-9_]){0,254}$/); // spd-0
      expect(resource).not.toHaveProperty('version'); // FHIR's, and FHIR has no such parameter
    }
  });

  it('say why there is no expression where there is none', () => {
    const [type, sender, sentId, user] = own;
    expect(type).toMatchObject({ type: 'token', expression: 'AuditEvent.agent.type' });
    expect(user).toMatchObject({
      type: 'string',
      expression: expect.stringContaining('AuditEvent.agent.where(requestor = true)'),
    });
    for (const ofNone of [sender, sentId]) {
      expect(ofNone).toMatchObject({ type: 'token', description: expect.stringContaining('no element') });
      expect(ofNone).not.toHaveProperty('expression');
    }
  });
});

describe('every SearchParameter', () => {
  it('is one row of a table, or one of the five by which SearchParameters are found', () => {
    const codes = RESOURCES.map(({ code }) => code);
    expect(codes).toEqual([...SEARCH_PARAMETER_CODES, 'base', 'code', 'name', 'type', 'url']);
    for (const key of ['id', 'url'] as const) {
      expect(new Set(RESOURCES.map((resource) => resource[key])).size).toBe(RESOURCES.length);
    }
  });

  it.each(RESOURCES.map((resource) => [resource.id, resource]))('%s is valid R4', (_id, resource) => {
    // As R4 defines the resource: types, cardinalities, required codes (so modifiers and comparators too).
    expect(validateAuditEvent(withContained(resource as unknown as JsonObject))).toEqual([]);
  });

  it.each(RESOURCES.map((resource) => [resource.id, resource]))(
    '%s keeps the invariants',
    (_id, resource) => {
      const json = JSON.parse(JSON.stringify(resource));
      expect('xpath' in json).toBe(false); // spd-1: an xpath asks for an xpathUsage
      expect('chain' in json).toBe(json.type === 'reference'); // spd-2: chains are of references
      expect('target' in json).toBe(json.type === 'reference');
      expect('comparator' in json).toBe(json.type === 'date');
      expect(json).toMatchObject({ multipleOr: true, multipleAnd: true });
      expect(json.modifier).toContain('missing');
    },
  );

  it('has its own field in the index', () => {
    const fields = SEARCH_PARAMETER_CODES.map((code) => searchParameter(code).field);
    expect(new Set(fields).size).toBe(fields.length);
  });
});

it.each([
  ['AuditEvent-action', ['missing', 'not']],
  ['AuditEvent-sender', ['missing', 'not']],
  ['AuditEvent-type', ['missing', 'not', 'text']],
  ['AuditEvent-agent-name', ['missing', 'exact', 'contains']],
  ['AuditEvent-policy', ['missing', 'below', 'above']],
  ['AuditEvent-patient', ['missing', 'type', 'identifier']],
  ['AuditEvent-date', ['missing']],
  ['Resource-content', ['missing']],
])('%s has the modifiers %j', (id, modifiers) => expect(byId(id)?.modifier).toEqual(modifiers));

it('names the one chain of references, and all comparators of dates', () => {
  expect(byId('AuditEvent-patient')?.chain).toEqual(['identifier']);
  const all = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'];
  expect(byId('AuditEvent-date')?.comparator).toEqual(all);
  expect(byId('Resource-lastUpdated')?.comparator).toEqual(all);
});
