/**
 * The CapabilityStatement (R4 capabilitystatement.html): what this server does, and nothing that it does not. The search
 * parameters come from the tables that also drive the searches, so that it can't promise one that is not there.
 */
import { COMPARTMENT_TYPES } from './compartments.ts';
import { sortField } from './document.ts';
import { COUNT_DEFAULT, COUNT_MAX, RESULT_WINDOW_MAX } from './page-parameters.ts';
import {
  CHAIN,
  modifiersOf,
  SEARCH_PARAMETER_ALIASES,
  type SearchParameter,
  type SearchParameterCode,
  searchParameter,
} from './parameters.ts';
import {
  auditEventParameters,
  definitionParameters,
  PUBLISHED,
  PUBLISHER,
  type SearchParameterResource,
} from './search-parameter-resource.ts';

export type Described = {
  /** No slash at its end. */
  readonly baseUrl: string;
  readonly softwareVersion: string;
  /** Whether clients need tokens, and where they get them; empty where nobody said. */
  readonly tokens: {
    readonly required: boolean;
    readonly authorizeEndpoint: string;
    readonly tokenEndpoint: string;
  };
  /** Whether pages of other origins may ask. */
  readonly cors?: boolean;
};

type Element = { readonly [name: string]: unknown };

const FHIR_VERSION = '4.0.1';
const FHIR = 'http://hl7.org/fhir';
const SECURITY_SERVICE = 'http://terminology.hl7.org/CodeSystem/restful-security-service';
/** SMART App Launch, "Declaring support for OAuth2 endpoints". */
const OAUTH_URIS = 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris';

export function capabilityStatement({ baseUrl, softwareVersion, tokens, cors = false }: Described): Element {
  return {
    resourceType: 'CapabilityStatement',
    url: `${baseUrl}/metadata`,
    version: softwareVersion,
    name: 'Auditbox',
    title: 'Auditbox, an AuditEvent repository',
    status: 'active',
    experimental: false,
    date: PUBLISHED,
    publisher: PUBLISHER,
    description:
      'Takes AuditEvents, never changes or deletes them, and finds them by the search parameters of R4.',
    kind: 'instance',
    software: { name: 'Auditbox', version: softwareVersion },
    implementation: { description: 'Auditbox, an AuditEvent repository', url: baseUrl },
    fhirVersion: FHIR_VERSION,
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        documentation:
          'An append-only repository of AuditEvents. `POST [base]` takes them in a Bundle: a `transaction` and a `batch` as R4 has them, and beside R4 a `collection` and the `history` in which Aidbox notifies.',
        security: security(tokens, cors),
        resource: [auditEvent(baseUrl), definitions(baseUrl)],
        interaction: [
          {
            code: 'transaction',
            documentation: 'Creates of AuditEvents, all or nothing. References between entries stay as sent.',
          },
          { code: 'batch', documentation: 'Creates of AuditEvents, entry by entry.' },
        ],
        compartment: COMPARTMENT_TYPES.map((type) => `${FHIR}/CompartmentDefinition/${lowerFirst(type)}`),
      },
    ],
  };
}

function security(
  { required, authorizeEndpoint, tokenEndpoint }: Described['tokens'],
  cors: boolean,
): Element {
  if (!required) {
    return { cors, description: 'No token is asked for: whoever reaches this server can use it.' };
  }
  const endpoints = Object.entries({ authorize: authorizeEndpoint, token: tokenEndpoint }).flatMap(
    ([url, valueUri]) => (valueUri === '' ? [] : [{ url, valueUri }]),
  );
  return {
    ...(endpoints.length > 0 && { extension: [{ url: OAUTH_URIS, extension: endpoints }] }),
    cors,
    service: ['OAuth', 'SMART-on-FHIR'].map((code) => ({
      coding: [{ system: SECURITY_SERVICE, code, display: code }],
    })),
    description:
      'Everything but this statement, SearchParameter and health needs a bearer token. Scopes: `system/AuditEvent.c` creates, `.r` reads, `.s` searches; `user/…`, `*` and the forms of SMART 1 alike.',
  };
}

function auditEvent(baseUrl: string): Element {
  return {
    type: 'AuditEvent',
    profile: `${FHIR}/StructureDefinition/AuditEvent`,
    documentation: [
      'Events never change: there is one version of each, and no update, patch or delete.',
      `Searches: newest first, or by \`_sort\`; \`_count\` (${COUNT_DEFAULT}, at most ${COUNT_MAX}), \`_offset\` (with \`_count\` at most ${RESULT_WINDOW_MAX}; the \`next\` links have no such limit), \`_total\`, \`_summary\`, \`_elements\`, \`_pretty\`, \`_format\`.`,
      'A parameter that is not listed here is ignored, named in the answer and left out of its `self` link; with `Prefer: handling=strict` it is refused. `_filter`, `_has`, `_list` and `_query` are always refused, and so is a modifier that is not listed.',
      'Of the compartments, that of a RelatedPerson is wider than R4 has it: the events with the person as `agent`.',
    ].join('\n\n'),
    interaction: [
      {
        code: 'create',
        documentation:
          'Answered once the event is durable. It is read and found once it is indexed, which is after that.',
      },
      { code: 'read' },
      { code: 'vread', documentation: 'An event has one version, 1.' },
      { code: 'search-type', documentation: 'By GET, and by POST to `_search`.' },
    ],
    ...NOT_DONE,
    versioning: 'versioned',
    conditionalRead: 'full-support',
    referencePolicy: ['literal', 'logical'],
    searchParam: auditEventParameters(baseUrl).map((resource) =>
      searchParam(resource, howToSearch(resource.code as SearchParameterCode)),
    ),
  };
}

function definitions(baseUrl: string): Element {
  const id = auditEventParameters(baseUrl).filter(({ code }) => code === '_id');
  return {
    type: 'SearchParameter',
    profile: `${FHIR}/StructureDefinition/SearchParameter`,
    documentation:
      'What this server searches by. `base` is exact: a parameter of all resources is found with `base=Resource` or `base=DomainResource`, not with `base=AuditEvent`.',
    interaction: [
      { code: 'read' },
      { code: 'search-type', documentation: 'By GET, and by POST to `_search`.' },
    ],
    ...NOT_DONE,
    versioning: 'no-version',
    conditionalRead: 'not-supported',
    searchParam: [...id, ...definitionParameters()].map((resource) => searchParam(resource)),
  };
}

const NOT_DONE = {
  readHistory: false,
  updateCreate: false,
  conditionalCreate: false,
  conditionalUpdate: false,
  conditionalDelete: 'not-supported',
};

function searchParam(
  { code, url, type, description }: SearchParameterResource,
  documentation = `${description}.`,
): Element {
  return { name: code, definition: url, type, documentation };
}

/** What a parameter finds, and how it is asked. */
export function howToSearch(code: SearchParameterCode): string {
  const parameter = searchParameter(code);
  const modifiers = modifiersOf(parameter).map((modifier) =>
    modifier === 'type' ? '`:[type]`' : `\`:${modifier}\``,
  );
  const aliases = Object.entries(SEARCH_PARAMETER_ALIASES).filter(([, known]) => known === code);
  return [
    `${parameter.description}.`,
    comparison(parameter),
    `Modifiers: ${modifiers.join(', ')}.`,
    ...(parameter.type === 'reference' ? [`Chain: \`${code}.${CHAIN}\`.`] : []),
    ...(sortField(parameter) === undefined ? [] : ['Sorts.']),
    ...aliases.map(([name]) => `Also as \`${name}\`.`),
  ].join(' ');
}

function comparison(parameter: SearchParameter): string {
  switch (parameter.type) {
    case 'id':
      return 'Compared whole, to the letter.';
    case 'token':
      return parameter.caseSensitive === true
        ? 'System and code are compared to the letter.'
        : 'The case of codes is ignored, systems are compared to the letter.';
    case 'string':
      return 'Found by its beginning; case and accents are ignored.';
    case 'words':
      return 'Found by its words, all of them in any order; case and accents are ignored.';
    case 'uri':
      return 'Equal to the letter.';
    case 'date':
      return 'An instant has no width, a value is the interval of its precision, in UTC where it has no zone.';
    case 'reference':
      return 'An id, a relative or absolute URL, with or without its version, or a URN.';
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
