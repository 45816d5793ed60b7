/**
 * What the server says of itself: the SearchParameter resources and the CapabilityStatement, made from the
 * table that also drives the search, so that they can't promise what is not there.
 */
import { PREFIXES } from './criteria.ts';
import {
  modifiersOf,
  SEARCH_PARAMETER_CODES,
  type SearchParameter,
  type SearchParameterCode,
  searchParameter,
} from './parameters.ts';

type Resource = { readonly resourceType: string; readonly [key: string]: unknown };

const FHIR_VERSION = '4.0.1';

/** When what these resources say last changed. */
const PUBLISHED = '2026-11-25';

/** Parameters that R4 defines on all resources; their definitions have other names. */
const ON_ALL_RESOURCES = /^_/;

/** The base of the canonical URLs of R4's own definitions. */
const R4_BASE = 'http://hl7.org/fhir';

/** The canonical URL of its definition: R4's, or for a parameter of our own that of the server at `baseUrl`. */
function searchParameterUrl(code: SearchParameterCode, baseUrl: string): string {
  return `${isOwn(code) ? baseUrl : R4_BASE}/SearchParameter/${searchParameterId(code)}`;
}

function isOwn(code: SearchParameterCode): boolean {
  return searchParameter(code).own === true;
}

export function searchParameterId(code: SearchParameterCode): string {
  if (code === '_text') return 'DomainResource-text';
  return ON_ALL_RESOURCES.test(code) ? `Resource-${code.slice(1)}` : `AuditEvent-${code}`;
}

/** R4's search type; ids are compared as a whole, which R4 calls a token, and words are found in a string. */
function searchType(parameter: SearchParameter): Exclude<SearchParameter['type'], 'id' | 'words'> {
  if (parameter.type === 'words') return 'string';
  return parameter.type === 'id' ? 'token' : parameter.type;
}

/** The SearchParameter resource of `code`. `baseUrl` has no slash at its end. */
export function searchParameterResource(code: SearchParameterCode, baseUrl: string): Resource {
  const parameter = searchParameter(code);
  return {
    resourceType: 'SearchParameter',
    id: searchParameterId(code),
    url: searchParameterUrl(code, baseUrl),
    ...(!isOwn(code) && { version: FHIR_VERSION }),
    name: code,
    status: 'active',
    date: PUBLISHED,
    description: parameter.description,
    code,
    base: [ON_ALL_RESOURCES.test(code) ? 'Resource' : 'AuditEvent'],
    type: searchType(parameter),
    ...(parameter.expression !== undefined && { expression: parameter.expression }),
    ...(parameter.type === 'reference' && parameter.targets.length > 0 && { target: parameter.targets }),
    multipleOr: true,
    multipleAnd: true,
    ...(parameter.type === 'date' && { comparator: PREFIXES }),
    modifier: modifiersOf(parameter),
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
      resource: searchParameterResource(code, baseUrl),
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
          'An append-only repository of AuditEvents. POST to the base takes Bundles of them: a collection, or a notification of Aidbox (history), all or nothing and answered by a collection; a transaction and a batch as R4 has them, their entries creates of AuditEvents.',
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
              definition: searchParameterUrl(code, baseUrl),
              type: searchType(searchParameter(code)),
              documentation: searchParameter(code).description,
            })),
          },
          { type: 'SearchParameter', interaction: [{ code: 'read' }, { code: 'search-type' }] },
        ],
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
      },
    ],
  };
}
