/**
 * By what SearchParameters themselves are found: a few of R4's own parameters (4.0.1, search-parameters.json), one row
 * each. `_id` is among the parameters of AuditEvent too, and is defined there.
 */
import type { SearchParameterResource } from './search-parameter-resource.ts';

export const DEFINITION_PARAMETER_CODES = ['_id', 'base', 'code', 'name', 'type', 'url'] as const;

export type DefinitionParameterCode = (typeof DEFINITION_PARAMETER_CODES)[number];

export type DefinitionParameter = {
  readonly type: 'id' | 'token' | 'string' | 'uri';
  /** The system of its codes, where a required binding implies one. */
  readonly system?: string;
  /** The values that a SearchParameter has for it. */
  readonly values: (resource: SearchParameterResource) => readonly string[];
};

export const DEFINITION_PARAMETERS: Readonly<Record<DefinitionParameterCode, DefinitionParameter>> = {
  _id: { type: 'id', values: ({ id }) => [id] },
  base: { type: 'token', system: 'http://hl7.org/fhir/resource-types', values: ({ base }) => base },
  code: { type: 'token', values: ({ code }) => [code] },
  name: { type: 'string', values: ({ name }) => [name] },
  type: { type: 'token', system: 'http://hl7.org/fhir/search-param-type', values: ({ type }) => [type] },
  url: { type: 'uri', values: ({ url }) => [url] },
};

/** How R4 defines a parameter of SearchParameter. */
type Definition = {
  readonly id: string;
  readonly description: string;
  readonly base: readonly string[];
};

/** Resources that define something and have a canonical URL; a NamingSystem has none. */
const CANONICAL_TYPES = [
  'CapabilityStatement',
  'CodeSystem',
  'CompartmentDefinition',
  'ConceptMap',
  'GraphDefinition',
  'ImplementationGuide',
  'MessageDefinition',
  'OperationDefinition',
  'SearchParameter',
  'StructureDefinition',
  'StructureMap',
  'TerminologyCapabilities',
  'ValueSet',
];

/** R4 defines `name` and `url` once for all resources of their kind; the description is that for SearchParameter. */
export const DEFINITIONS: Readonly<Record<Exclude<DefinitionParameterCode, '_id'>, Definition>> = {
  base: {
    id: 'SearchParameter-base',
    description: 'The resource type(s) this search parameter applies to',
    base: ['SearchParameter'],
  },
  code: { id: 'SearchParameter-code', description: 'Code used in URL', base: ['SearchParameter'] },
  name: {
    id: 'conformance-name',
    description: 'Computationally friendly name of the search parameter',
    base: [...CANONICAL_TYPES, 'NamingSystem'].sort(),
  },
  type: {
    id: 'SearchParameter-type',
    description: 'number | date | string | token | reference | composite | quantity | uri | special',
    base: ['SearchParameter'],
  },
  url: {
    id: 'conformance-url',
    description: 'The uri that identifies the search parameter',
    base: CANONICAL_TYPES,
  },
};

export function isDefinitionParameter(name: string): name is DefinitionParameterCode {
  return (DEFINITION_PARAMETER_CODES as readonly string[]).includes(name);
}
