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
  SEARCH_PARAMETER_ALIASES,
  SEARCH_PARAMETER_CODES,
} from '@auditbox/fhir-core';
import type { Parameter } from './operation.ts';

const REPEATED: JsonSchema = { type: 'array', items: { type: 'string' } };

const query = (name: string, description: string, schema: JsonSchema): Parameter => ({
  name,
  in: 'query',
  description,
  schema,
});

const WHOLE: JsonSchema = { type: 'integer', minimum: 0 };

/** One each: how an answer is written. */
export const PRESENTATION: readonly Parameter[] = [
  query('_format', 'JSON, the only format.', { type: 'string', examples: ['json'] }),
  query('_pretty', 'Lines and indents for people.', { type: 'boolean' }),
  query('_elements', 'Base elements of AuditEvent, separated by commas: only these, and what R4 requires.', {
    type: 'string',
    examples: ['recorded,agent'],
  }),
];

const summary = (...more: readonly string[]): Parameter =>
  query('_summary', 'A part of each event.', { enum: ['true', 'text', 'data', 'false', ...more] });

export const READ_PARAMETERS: readonly Parameter[] = [...PRESENTATION, summary()];

const PAGE: readonly Parameter[] = [
  query(
    '_count',
    `Events a page: ${COUNT_DEFAULT} by default, at most ${COUNT_MAX}; a larger one gets these.`,
    WHOLE,
  ),
  query('_offset', 'How many events are before the page.', WHOLE),
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
  ...SEARCH_PARAMETER_CODES.map((code) => query(code, howToSearch(code), REPEATED)),
  ...Object.entries(SEARCH_PARAMETER_ALIASES).map(([name, code]) =>
    query(name, `Another name of \`${code}\`.`, REPEATED),
  ),
  ...PAGE,
  ...PRESENTATION,
  summary('count'),
];

export const DEFINITION_PARAMETERS: readonly Parameter[] = [
  query('_id', howToSearch('_id'), REPEATED),
  ...definitionParameters().map(({ code, description }) => query(code, `${description}.`, REPEATED)),
  ...PAGE.filter(({ name }) => name === '_count' || name === '_offset'),
  ...PRESENTATION.filter(({ name }) => name !== '_elements'),
];

/** The same as a form, for `_search`. */
export const formOf = (parameters: readonly Parameter[]): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(
    parameters.map(({ name, description, schema }) => [name, { ...schema, description }]),
  ),
  // Modifiers are in the names.
  additionalProperties: true,
});
