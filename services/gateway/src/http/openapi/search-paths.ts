/** Searching and reading AuditEvents, as the document has it: query serves it. */
import { COMPARTMENT_TYPES } from '@auditbox/fhir-core';
import {
  CONDITIONS,
  content,
  guarded,
  NOT_MODIFIED,
  type Operation,
  type Parameter,
  type Paths,
  type Ref,
  schemaRef,
  VALIDATORS,
} from './operation.ts';
import { formOf, READ_PARAMETERS, SEARCH_PARAMETERS } from './search-parameters.ts';

export const FORM_MEDIA = 'application/x-www-form-urlencoded';

/** Each is said once, and named where it counts. */
export const named = (parameters: readonly Parameter[], prefix: string): readonly Ref[] =>
  parameters.map(({ name }) => ({ $ref: `#/components/parameters/${prefix}.${name}` }));

export const SEARCH_PREFIX = 'AuditEvent';

export const PREFER_HANDLING: Parameter = {
  name: 'Prefer',
  in: 'header',
  description: 'Whether parameters that are unknown are refused, or ignored and named in the answer.',
  schema: { type: 'string', examples: ['handling=strict', 'handling=lenient'] },
};

const id = (description: string, more: object): Parameter => ({
  name: 'id',
  in: 'path',
  required: true,
  description,
  schema: { type: 'string', ...more },
});

const EVENT_ID = id('The id of the event.', { pattern: '^[A-Za-z0-9.-]{1,64}$' });

const COMPARTMENT: readonly Parameter[] = [
  {
    name: 'compartment',
    in: 'path',
    required: true,
    description: 'The type of resource.',
    schema: { enum: COMPARTMENT_TYPES },
  },
  id('The id of the resource.', { minLength: 1, maxLength: 256 }),
];

const search = (operationId: string, summary: string, more: readonly Parameter[]): Operation => ({
  operationId,
  tags: ['audit events'],
  summary,
  description:
    'Newest first, or by `_sort`. A parameter that is unknown is ignored and named in the answer, or refused with `Prefer: handling=strict`; a value or a modifier that can not be read is refused.',
  needs: 'search',
  parameters: [...more, PREFER_HANDLING, ...named(SEARCH_PARAMETERS, SEARCH_PREFIX)],
  responses: {
    200: {
      description: 'A page of what was found, with links to the others.',
      ...content(schemaRef('Searchset')),
    },
    ...guarded('fhir', 406, ...(more.length > 0 ? ([404] as const) : [])),
  },
});

const byForm = (operation: Operation, more: readonly Parameter[]): Operation => ({
  ...operation,
  operationId: `${operation.operationId}ByForm`,
  summary: `${operation.summary.slice(0, -1)}, with the parameters in a form.`,
  parameters: [...more, PREFER_HANDLING],
  requestBody: { content: { [FORM_MEDIA]: { schema: schemaRef('SearchForm') } } },
  responses: { ...operation.responses, ...guarded('fhir', 413, 415) },
});

const read = (operationId: string, summary: string, more: readonly Parameter[] = []): Operation => ({
  operationId,
  tags: ['audit events'],
  summary,
  needs: 'read',
  parameters: [EVENT_ID, ...more, ...CONDITIONS, ...READ_PARAMETERS],
  responses: {
    200: {
      description: 'The event.',
      headers: VALIDATORS,
      ...content(schemaRef('StoredAuditEvent')),
    },
    ...NOT_MODIFIED,
    ...guarded('fhir', 404, 406),
  },
});

const SEARCH = search('searchAuditEvents', 'Search AuditEvents.', []);
const SEARCH_COMPARTMENT = search(
  'searchCompartment',
  'Search the AuditEvents that concern one resource.',
  COMPARTMENT,
);

export const SEARCH_SCHEMAS = { SearchForm: formOf(SEARCH_PARAMETERS) };

export const SEARCH_PATHS: Paths = {
  '/AuditEvent': { get: SEARCH },
  '/AuditEvent/_search': { post: byForm(SEARCH, []) },
  '/{compartment}/{id}/AuditEvent': { get: SEARCH_COMPARTMENT },
  '/{compartment}/{id}/AuditEvent/_search': { post: byForm(SEARCH_COMPARTMENT, COMPARTMENT) },
  '/AuditEvent/{id}': { get: read('readAuditEvent', 'Read an AuditEvent.') },
  '/AuditEvent/{id}/_history/{version}': {
    get: read('readAuditEventVersion', 'Read the version of an AuditEvent; there is one.', [
      { name: 'version', in: 'path', required: true, description: 'The version.', schema: { enum: ['1'] } },
    ]),
  },
};
