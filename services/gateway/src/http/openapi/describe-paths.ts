/** What anybody may ask: what this server does, how it is, and this document. */
import {
  content,
  errors,
  header,
  JSON_MEDIA,
  NOT_MODIFIED,
  type Operation,
  type Paths,
  schemaRef,
} from './operation.ts';
import { DEFINITION_PARAMETERS, FORMAT_PARAMETERS, formOf } from './search-parameters.ts';
import { FORM_MEDIA, named, PREFER_HANDLING } from './search-paths.ts';

export const DEFINITION_PREFIX = 'SearchParameter';

const REPORT = { type: 'object', additionalProperties: true };

const found: Operation['responses'] = {
  200: { description: 'What was found.', ...content(schemaRef('SearchParameterSearchset')) },
  ...errors('fhir', 400, 406, 500, 503),
};

const health = (operationId: string, summary: string, away: Operation['responses']): Operation => ({
  operationId,
  tags: ['server'],
  summary,
  responses: { 200: { description: 'It is well.', ...content(REPORT, JSON_MEDIA) }, ...away },
});

const inTheWay = content(REPORT, JSON_MEDIA);

export const DESCRIBE_SCHEMAS = { SearchParameterForm: formOf(DEFINITION_PARAMETERS) };

export const DESCRIBE_PATHS: Paths = {
  '/metadata': {
    get: {
      operationId: 'readCapabilities',
      tags: ['server'],
      summary: 'What of FHIR this server does.',
      parameters: FORMAT_PARAMETERS,
      responses: {
        200: { description: 'The statement.', ...content(schemaRef('CapabilityStatement')) },
        ...errors('fhir', 406, 500, 503),
      },
    },
  },
  '/SearchParameter': {
    get: {
      operationId: 'searchSearchParameters',
      tags: ['server'],
      summary: 'Search for what this server searches by.',
      parameters: [PREFER_HANDLING, ...named(DEFINITION_PARAMETERS, DEFINITION_PREFIX)],
      responses: found,
    },
  },
  '/SearchParameter/_search': {
    post: {
      operationId: 'searchSearchParametersByForm',
      tags: ['server'],
      summary: 'Search for what this server searches by, with the parameters in a form.',
      parameters: [PREFER_HANDLING],
      requestBody: { content: { [FORM_MEDIA]: { schema: schemaRef('SearchParameterForm') } } },
      responses: { ...found, ...errors('fhir', 413, 415) },
    },
  },
  '/SearchParameter/{id}': {
    get: {
      operationId: 'readSearchParameter',
      tags: ['server'],
      summary: 'What a parameter finds, and how it is asked.',
      parameters: [
        {
          name: 'id',
          in: 'path',
          required: true,
          description: 'Its id.',
          schema: { type: 'string', pattern: '^[A-Za-z0-9.-]{1,64}$', examples: ['AuditEvent-patient'] },
        },
        ...FORMAT_PARAMETERS,
      ],
      responses: {
        200: { description: 'The parameter.', ...content(schemaRef('SearchParameter')) },
        ...errors('fhir', 404, 406, 500, 503),
      },
    },
  },
  '/healthcheck': {
    get: health('checkHealth', 'Whether the whole chain works, for monitors.', {
      500: { description: 'A part of it is away: which, and why, in words.', ...inTheWay },
    }),
  },
  '/livez': { get: health('checkLive', 'Whether the process answers.', {}) },
  '/readyz': {
    get: health('checkReady', 'Whether this service can take events.', {
      503: { description: 'It starts or stops, or a part is away.', ...inTheWay },
    }),
  },
  '/api/openapi.json': {
    get: {
      operationId: 'readOpenApi',
      tags: ['server'],
      summary: 'This document.',
      responses: {
        200: {
          description: 'The document.',
          headers: {
            ETag: header('Changes with the document.'),
            'Cache-Control': header('For how long it is good.'),
          },
          ...content({ type: 'object', required: ['openapi'] }, JSON_MEDIA),
        },
        ...NOT_MODIFIED,
        ...errors('api', 500, 503),
      },
    },
  },
};
