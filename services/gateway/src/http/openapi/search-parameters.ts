/**
 * What AuditEvents and SearchParameters are searched by, from the tables that drive the searches. A parameter may be given
 * several times, which narrows a search; alternatives are separated by commas. Modifiers are part of a parameter's name,
 * which OpenAPI has no word for: a description lists them.
 */
import {
  COUNT_DEFAULT,
  COUNT_MAX,
  definitionParameters,
  howToSearch,
  type JsonSchema,
  RESULT_WINDOW_MAX,
  SEARCH_PARAMETER_ALIASES,
  SEARCH_PARAMETER_CODES,
  searchParameter,
} from '@auditbox/fhir-core';
import { FHIR_MEDIA, JSON_MEDIA, type Parameter } from './operation.ts';

/** How a value looks, by the type of a parameter. */
const EXAMPLES: Readonly<Record<string, string>> = {
  date: 'ge2026-01-16',
  id: '019bc78b-f1a0-84fb-b8e6-c557790ce79a',
  reference: 'Patient/456',
  string: 'meier',
  token: 'http://example.org/system|code',
  uri: 'https://example.org/profile',
  words: 'insurance claim',
};

const repeated = (type: string): JsonSchema => ({
  type: 'array',
  items: { type: 'string', examples: [EXAMPLES[type]] },
});

const query = (name: string, description: string, schema: JsonSchema): Parameter => ({
  name,
  in: 'query',
  description,
  schema,
});

const WHOLE: JsonSchema = { type: 'integer', minimum: 0 };

/** How an answer is written. */
export const FORMAT_PARAMETERS: readonly Parameter[] = [
  query('_format', 'JSON, the only format.', { enum: ['json', FHIR_MEDIA, JSON_MEDIA] }),
  query('_pretty', 'Lines and indents for people.', { type: 'boolean' }),
];

const ELEMENTS = query(
  '_elements',
  'Base elements of AuditEvent, separated by commas: only these, and what R4 requires.',
  { type: 'string', examples: ['recorded,agent'] },
);

const summary = (...more: readonly string[]): Parameter =>
  query('_summary', 'A part of each; not together with `_elements`.', {
    enum: ['true', 'text', 'data', 'false', ...more],
  });

export const READ_PARAMETERS: readonly Parameter[] = [...FORMAT_PARAMETERS, ELEMENTS, summary()];

const PAGE: readonly Parameter[] = [
  query(
    '_count',
    `How many a page has: ${COUNT_DEFAULT} by default, at most ${COUNT_MAX}; a larger one gets these.`,
    WHOLE,
  ),
  query('_offset', `How many are before the page; together with \`_count\` at most ${RESULT_WINDOW_MAX}.`, {
    ...WHOLE,
    maximum: RESULT_WINDOW_MAX,
  }),
  query('_sort', 'Parameters to sort by, separated by commas, each with a `-` before it for descending.', {
    type: 'string',
    examples: ['-date'],
  }),
  query('_total', 'Whether the total is needed.', { enum: ['none', 'estimate', 'accurate'] }),
  query('_cursor', 'Where a page begins: what the links of an answer have, for the same search.', {
    type: 'string',
  }),
];

export const SEARCH_PARAMETERS: readonly Parameter[] = [
  ...SEARCH_PARAMETER_CODES.map((code) =>
    query(code, howToSearch(code), repeated(searchParameter(code).type)),
  ),
  ...Object.entries(SEARCH_PARAMETER_ALIASES).map(([name, code]) =>
    query(name, `Another name of \`${code}\`.`, repeated(searchParameter(code).type)),
  ),
  ...PAGE,
  ...FORMAT_PARAMETERS,
  ELEMENTS,
  summary('count'),
];

export const DEFINITION_PARAMETERS: readonly Parameter[] = [
  query('_id', howToSearch('_id'), repeated('id')),
  ...definitionParameters().map(({ code, type, description }) =>
    query(code, `${description}.`, repeated(type)),
  ),
  ...PAGE.filter(({ name }) => ['_count', '_offset', '_total'].includes(name)),
  ...FORMAT_PARAMETERS,
  summary('count'),
];

/** The same as a form, for `_search`. */
export const formOf = (parameters: readonly Parameter[]): JsonSchema => ({
  type: 'object',
  description: 'What the parameters of the GET are, each by its name.',
  properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
  // Modifiers are in the names.
  additionalProperties: true,
});
