/**
 * What the server says of itself: the SearchParameter resources and the CapabilityStatement, made from the
 * table that also drives the search, so that they can't promise what is not there.
 */
import { PREFIXES } from './criteria.ts';
import {
  SEARCH_PARAMETER_CODES,
  type SearchParameter,
  type SearchParameterCode,
  searchParameter,
} from './parameters.ts';

type Resource = { readonly resourceType: string; readonly [key: string]: unknown };

const FHIR_VERSION = '4.0.1';

/** When what these resources say last changed. */
const PUBLISHED = '2026-11-21';

/** Parameters that R4 defines on all resources; their definitions have other names. */
const ON_ALL_RESOURCES = /^_/;

/** The canonical URL of R4's own definition. */
export function searchParameterUrl(code: SearchParameterCode): string {
  return `http://hl7.org/fhir/SearchParameter/${searchParameterId(code)}`;
}

export function searchParameterId(code: SearchParameterCode): string {
  return ON_ALL_RESOURCES.test(code) ? `Resource-${code.slice(1)}` : `AuditEvent-${code}`;
}

/** R4's search type; the repository compares `_id` as a whole, which R4 calls a token. */
function searchType(parameter: SearchParameter): Exclude<SearchParameter['type'], 'id'> {
  return parameter.type === 'id' ? 'token' : parameter.type;
}

function modifiers(parameter: SearchParameter): string[] {
  if (parameter.type === 'token') return ['missing', 'not'];
  return parameter.type === 'reference' ? ['missing', 'type'] : ['missing'];
}

/** The SearchParameter resource of `code`. */
export function searchParameterResource(code: SearchParameterCode): Resource {
  const parameter = searchParameter(code);
  return {
    resourceType: 'SearchParameter',
    id: searchParameterId(code),
    url: searchParameterUrl(code),
    version: FHIR_VERSION,
    name: code,
    status: 'active',
    date: PUBLISHED,
    description: parameter.description,
    code,
    base: [ON_ALL_RESOURCES.test(code) ? 'Resource' : 'AuditEvent'],
    type: searchType(parameter),
    expression: parameter.expression,
    ...(parameter.type === 'reference' && parameter.targets.length > 0 && { target: parameter.targets }),
    multipleOr: true,
    multipleAnd: true,
    ...(parameter.type === 'date' && { comparator: PREFIXES }),
    modifier: modifiers(parameter),
  };
}

/** All of them, as a searchset Bundle. `baseUrl` has no slash at its end. */
export function searchParameterBundle(baseUrl: string): Resource {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: SEARCH_PARAMETER_CODES.length,
    link: [{ relation: 'self', url: `${baseUrl}/SearchParameter` }],
    entry: SEARCH_PARAMETER_CODES.map((code) => ({
      fullUrl: `${baseUrl}/SearchParameter/${searchParameterId(code)}`,
      resource: searchParameterResource(code),
      search: { mode: 'match' },
    })),
  };
}

/** The CapabilityStatement of a server at `baseUrl` (no slash at its end) running `softwareVersion`. */
export function capabilityStatement(baseUrl: string, softwareVersion: string): Resource {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: PUBLISHED,
    kind: 'instance',
    software: { name: 'Auditbox', version: softwareVersion },
    implementation: { description: 'Auditbox, an AuditEvent repository', url: baseUrl },
    fhirVersion: FHIR_VERSION,
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        documentation:
          'An append-only repository of AuditEvents. POST to the base takes a Bundle of type collection, all of it or nothing.',
        resource: [
          {
            type: 'AuditEvent',
            profile: 'http://hl7.org/fhir/StructureDefinition/AuditEvent',
            interaction: [{ code: 'create' }, { code: 'read' }, { code: 'vread' }, { code: 'search-type' }],
            versioning: 'versioned',
            readHistory: false,
            updateCreate: false,
            conditionalCreate: false,
            conditionalUpdate: false,
            conditionalDelete: 'not-supported',
            searchParam: SEARCH_PARAMETER_CODES.map((code) => ({
              name: code,
              definition: searchParameterUrl(code),
              type: searchType(searchParameter(code)),
              documentation: searchParameter(code).description,
            })),
          },
          { type: 'SearchParameter', interaction: [{ code: 'read' }, { code: 'search-type' }] },
        ],
      },
    ],
  };
}
