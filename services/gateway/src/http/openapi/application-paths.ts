/** The API for applications that do not speak FHIR, as the document has it: send-events.ts serves POST, query the rest. */
import {
  COUNT_DEFAULT,
  COUNT_MAX,
  type JsonSchema,
  plainSchema,
  type SentEvent,
  SentEventSchema,
} from '@auditbox/fhir-core';
import { IDEMPOTENCY_KEY } from './create-paths.ts';
import {
  CONDITIONS,
  content,
  guarded,
  JSON_MEDIA,
  NOT_MODIFIED,
  type Operation,
  type Parameter,
  type Paths,
  schemaRef,
  VALIDATORS,
} from './operation.ts';

const LINES_MEDIA = 'application/x-ndjson';

/** What is sent, as in docs/application-events.md. */
export const EXAMPLE = {
  org_id: 'clinic-7',
  action: 'record.view',
  action_result: 'success',
  actor_id: 'u-4711',
  actor_type: 'user',
  actor_email: 'jsmith@example.com',
  actor_name: 'Jo Smith',
  client_ip: '203.0.113.7',
  request_method: 'GET',
  request_path: '/records/815',
  response_status: 200,
  occurred_at: '2026-01-16T16:03:16Z',
} as const satisfies SentEvent;

export const EXAMPLE_ANSWER = {
  id: '019bc78b-f1a0-8fff-bfff-0123456789ab',
  sha256: '18c3a855d586ccaf3bbd116c57f50fd76fbc0162391be2e10ea4aa3aac708888',
  user_agent_name: 'curl',
  user_agent_version: '8.5.0',
  ...EXAMPLE,
} as const;

const ID: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The id of the event.',
  schema: { type: 'string', format: 'uuid' },
};

/** As the field of an event is. */
const { properties } = plainSchema(SentEventSchema) as {
  readonly properties: Readonly<Record<keyof SentEvent, JsonSchema>>;
};

const equal = (name: 'org_id' | 'actor_id' | 'action' | 'action_result', of: string): Parameter => ({
  name,
  in: 'query',
  description: `Only events whose ${of} is exactly this.`,
  schema: properties[name],
});

/** Longer ones were never given. */
const CURSOR = { type: 'string', minLength: 1, maxLength: 1024 };

const LIST_PARAMETERS: readonly Parameter[] = [
  equal('org_id', 'organisation'),
  equal('actor_id', 'actor'),
  equal('action', 'action'),
  equal('action_result', 'result'),
  {
    ...{ name: 'from', in: 'query', schema: properties.occurred_at },
    description: 'Only events that occurred at this instant or later.',
  },
  {
    ...{ name: 'to', in: 'query', schema: properties.occurred_at },
    description: 'Only events that occurred before this instant.',
  },
  {
    ...{ name: 'limit', in: 'query' },
    description: 'Events a page. A page can have fewer, also none, and still a next one.',
    schema: { type: 'integer', minimum: 1, maximum: COUNT_MAX, default: COUNT_DEFAULT },
  },
  {
    ...{ name: 'cursor', in: 'query', schema: CURSOR },
    description: '`next_cursor` of the page before, with the other parameters as they were.',
  },
];

export const applicationPaths = (eventsMax: number): Paths => ({
  '/api/events': { post: send(eventsMax), get: LIST },
  '/api/events/{id}': { get: read('readEvent', 'Read an event.', 'ApplicationEvent') },
  '/api/events/{id}/fingerprint': {
    get: read(
      'readFingerprint',
      'Read the fingerprint of any event, also of one that came as FHIR.',
      'Fingerprint',
    ),
  },
});

function send(eventsMax: number): Operation {
  const one = (schema: string, example: object) => ({
    schema: { oneOf: [schemaRef(schema), several(schema === 'SentEvent' ? schema : 'Answer')] },
    example,
  });
  const several = (item: string) => ({
    ...{ type: 'array', minItems: 1, maxItems: eventsMax },
    items: schemaRef(item),
  });
  const lines = (description: string) => ({ schema: { type: 'string', description } });
  return {
    operationId: 'sendEvents',
    tags: ['application events'],
    summary: 'Send one event, or several.',
    description: [
      'One JSON object is one event, and is answered with that event once it is durable.',
      `An array, and NDJSON, are up to ${eventsMax} events, each taken or refused for itself, and are answered 200 with an answer each, in their order, in the form they came in.`,
      'An event that is sent again under the same Idempotency-Key is stored once. The body may be compressed with gzip or deflate.',
    ].join('\n\n'),
    needs: 'create',
    parameters: [IDEMPOTENCY_KEY],
    requestBody: {
      required: true,
      content: {
        [JSON_MEDIA]: one('SentEvent', EXAMPLE),
        [LINES_MEDIA]: { ...lines('One event a line.'), example: `${JSON.stringify(EXAMPLE)}\n` },
      },
    },
    responses: {
      200: {
        description: 'The event, or what became of each.',
        content: {
          [JSON_MEDIA]: one('ApplicationEvent', EXAMPLE_ANSWER),
          [LINES_MEDIA]: lines('One `Answer` a line.'),
        },
      },
      ...guarded('api', 408, 413, 415, 422),
    },
  };
}

const LIST: Operation = {
  operationId: 'listEvents',
  tags: ['application events'],
  summary: 'List events, the newest first.',
  description: 'What is given twice or is not listed here is refused.',
  needs: 'search',
  parameters: LIST_PARAMETERS,
  responses: {
    200: { description: 'A page of events.', ...content(schemaRef('EventList'), JSON_MEDIA) },
    ...guarded('api', 406),
  },
};

function read(operationId: string, summary: string, schema: string): Operation {
  return {
    operationId,
    tags: ['application events'],
    summary,
    needs: 'read',
    parameters: [ID, ...CONDITIONS],
    responses: {
      200: {
        description: 'As it is asked for.',
        headers: VALIDATORS,
        ...content(schemaRef(schema), JSON_MEDIA),
      },
      ...NOT_MODIFIED,
      ...guarded('api', 404, 406),
    },
  };
}
