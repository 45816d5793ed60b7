/**
 * The SearchParameter resources: what a parameter is called, finds, and can be asked with. R4's own parameters stand
 * under R4's canonical URLs and say what R4 says of them, and beside it what R4 leaves to a server (modifiers, chains);
 * those of our own stand under the base of the API. All is made from the tables that also drive the searches.
 */
import { definedTypes, isResourceType } from '../schema/r4/definitions.ts';
import { PREFIXES, type Prefix } from './criteria.ts';
import {
  DEFINITION_PARAMETER_CODES,
  DEFINITION_PARAMETERS,
  DEFINITIONS,
  type DefinitionParameterCode,
} from './definition-parameters.ts';
import {
  CHAIN,
  modifiersOf,
  type ReferenceParameter,
  SEARCH_PARAMETER_CODES,
  type SearchModifier,
  type SearchParameter,
  type SearchParameterCode,
  searchParameter,
} from './parameters.ts';

/** R4's required binding of SearchParameter.type (http://hl7.org/fhir/search-param-type), what of it is used. */
type SearchType = 'date' | 'reference' | 'string' | 'token' | 'uri';

export type SearchParameterResource = {
  readonly resourceType: 'SearchParameter';
  readonly id: string;
  readonly url: string;
  readonly version?: string;
  readonly name: string;
  readonly status: 'active' | 'draft';
  readonly experimental: boolean;
  readonly date: string;
  readonly publisher: string;
  readonly description: string;
  readonly code: string;
  readonly base: readonly string[];
  readonly type: SearchType;
  readonly expression?: string;
  readonly target?: readonly string[];
  readonly multipleOr: boolean;
  readonly multipleAnd: boolean;
  readonly comparator?: readonly Prefix[];
  readonly modifier: readonly SearchModifier[];
  readonly chain?: readonly string[];
};

/** When what the server says of itself last changed. */
export const PUBLISHED = '2026-11-26';
export const PUBLISHER = 'Auditbox';

/** R4's own parameters are published with it. */
const R4 = {
  version: '4.0.1',
  status: 'draft',
  experimental: false,
  date: '2019-11-01T09:29:23+11:00',
} as const;
const OWN = { status: 'active', experimental: false, date: PUBLISHED, publisher: PUBLISHER } as const;

/** Which of HL7's work groups has published the parameters of a resource. */
const publishedBy = (base: string) =>
  `Health Level Seven International (${base === 'AuditEvent' ? 'Security' : 'FHIR Infrastructure'})`;

const NO_ELEMENT = 'It is no element of the event, so there is no expression.';

const R4_BASE = 'http://hl7.org/fhir';

/** What a reference to any resource may point to: all of R4's but Parameters, which has no URL of its own. */
const ANY_RESOURCE = definedTypes().filter((type) => isResourceType(type) && type !== 'Parameters');

/** All of them, those of AuditEvent first. `baseUrl` has no slash at its end. */
export function searchParameterResources(baseUrl: string): readonly SearchParameterResource[] {
  return [...auditEventParameters(baseUrl), ...definitionParameters()];
}

/** Those that AuditEvent is searched by. */
export function auditEventParameters(baseUrl: string): readonly SearchParameterResource[] {
  return SEARCH_PARAMETER_CODES.map((code) => eventParameter(code, baseUrl));
}

/** Those that SearchParameter alone is searched by. */
export function definitionParameters(): readonly SearchParameterResource[] {
  return DEFINITION_PARAMETER_CODES.flatMap((code) => (code === '_id' ? [] : [definitionParameter(code)]));
}

function eventParameter(code: SearchParameterCode, baseUrl: string): SearchParameterResource {
  const parameter = searchParameter(code);
  const { own, description } = parameter;
  const [base, rest] = definedOn(code);
  const id = `${base}-${rest}`;
  return {
    resourceType: 'SearchParameter',
    id,
    url: `${own ? baseUrl : R4_BASE}/SearchParameter/${id}`,
    ...(own ? { name: pascalCase(code), ...OWN } : { name: code, ...R4, publisher: publishedBy(base) }),
    // A parameter of R4 that lacks an expression says why in R4's text.
    description: own && parameter.expression === undefined ? `${description}. ${NO_ELEMENT}` : description,
    code,
    base: [base],
    type: searchTypeOf(parameter),
    ...(parameter.expression !== undefined && { expression: parameter.expression }),
    ...(parameter.type === 'reference' && { target: targetsOf(parameter) }),
    multipleOr: true,
    multipleAnd: true,
    ...(parameter.type === 'date' && { comparator: PREFIXES }),
    modifier: modifiersOf(parameter),
    ...(parameter.type === 'reference' && { chain: [CHAIN] }),
  };
}

function definitionParameter(code: Exclude<DefinitionParameterCode, '_id'>): SearchParameterResource {
  const { id, description, base } = DEFINITIONS[code];
  const { type } = DEFINITION_PARAMETERS[code];
  return {
    resourceType: 'SearchParameter',
    id,
    url: `${R4_BASE}/SearchParameter/${id}`,
    name: code,
    ...R4,
    publisher: publishedBy('SearchParameter'),
    description,
    code,
    base,
    type: type === 'id' ? 'token' : type,
    expression: base.map((resource) => `${resource}.${code}`).join(' | '),
    multipleOr: true,
    multipleAnd: true,
    modifier: ['missing'],
  };
}

/** Where R4 defines a parameter, and what it is called there. */
function definedOn(code: SearchParameterCode): [base: string, name: string] {
  if (code === '_text') return ['DomainResource', 'text'];
  return code.startsWith('_') ? ['Resource', code.slice(1)] : ['AuditEvent', code];
}

/** R4's search type; ids are compared as a whole, which R4 calls a token, and words are found in a string. */
function searchTypeOf({ type }: SearchParameter): SearchType {
  if (type === 'words') return 'string';
  return type === 'id' ? 'token' : type;
}

function targetsOf({ targets }: ReferenceParameter): readonly string[] {
  return targets.length === 0 ? ANY_RESOURCE : targets;
}

/** A name that is an identifier in programs too (spd-0), which R4's own are not. */
function pascalCase(code: string): string {
  return code.replace(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
