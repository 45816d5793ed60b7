/** The API for applications that do not speak FHIR, as the document has it: send-events.ts serves POST, query the rest. */
import type { SentEvent } from '@auditbox/fhir-core';
import { IDEMPOTENCY_KEY } from './create-paths.ts';
import { content, guarded, JSON_MEDIA, type Parameter, type Paths, schemaRef } from './operation.ts';

const LINES_MEDIA = 'application/x-ndjson';

const EXAMPLE = {
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

const EXAMPLE_ANSWER = {
  id: '019bc78b-f1a0-8fff-bfff-0123456789ab',
  sha256: '4ee2d2b3b55b4b4a1d4e1b7e9b6d7f1c9e4b3a2f0d9c8b7a695847362514f3e2',
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

const equal = (name: string, of: string, schema: object = { type: 'string', minLength: 1 }): Parameter => ({
  name,
  in: 'query',
  description: `Only events whose ${of} is exactly this.`,
  schema: { ...schema },
});

const INSTANT = { type: 'string', format: 'date-time' };

const LIST_PARAMETERS: readonly Parameter[] = [
  equal('org_id', 'organisation'),
  equal('actor_id', 'actor'),
  equal('action', 'action'),
  equal('action_result', 'result', { type: 'string', enum: ['success', 'failure'] }),
  {
    ...{ name: 'from', in: 'query', schema: INSTANT },
    description: 'Only events that occurred at this instant or later.',
  },
  {
    ...{ name: 'to', in: 'query', schema: INSTANT },
    description: 'Only events that occurred before this instant.',
  },
  {
    ...{ name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 } },
    description: 'Events a page.',
  },
  {
    ...{ name: 'cursor', in: 'query', schema: { type: 'string' } },
    description: '`next_cursor` of the page before, with the other parameters as they were.',
  },
];

export function applicationPaths(eventsMax: number): Paths {
  const several = (item: string) => ({
    type: 'array',
    minItems: 1,
    maxItems: eventsMax,
    items: schemaRef(item),
  });
  const lines = {
    schema: { type: 'string', description: 'One JSON object a line.' },
    example: `${JSON.stringify(EXAMPLE)}\n`,
  };
  return {
    '/api/events': {
      post: {
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
            [JSON_MEDIA]: {
              schema: { oneOf: [schemaRef('SentEvent'), several('SentEvent')] },
              example: EXAMPLE,
            },
            [LINES_MEDIA]: lines,
          },
        },
        responses: {
          200: {
            description: 'The event, or what became of each.',
            content: {
              [JSON_MEDIA]: {
                schema: { oneOf: [schemaRef('ApplicationEvent'), several('Answer')] },
                example: EXAMPLE_ANSWER,
              },
              [LINES_MEDIA]: { schema: { type: 'string', description: 'One answer a line.' } },
            },
          },
          ...guarded('api', 408, 413, 415, 422),
        },
      },
      get: {
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
      },
    },
    '/api/events/{id}': {
      get: {
        operationId: 'readEvent',
        tags: ['application events'],
        summary: 'Read an event.',
        needs: 'read',
        parameters: [ID],
        responses: {
          200: { description: 'The event.', ...content(schemaRef('ApplicationEvent'), JSON_MEDIA) },
          ...guarded('api', 404, 406),
        },
      },
    },
    '/api/events/{id}/fingerprint': {
      get: {
        operationId: 'readFingerprint',
        tags: ['application events'],
        summary: 'Read the fingerprint of any event, also of one that came as FHIR.',
        needs: 'read',
        parameters: [ID],
        responses: {
          200: { description: 'The fingerprint.', ...content(schemaRef('Fingerprint'), JSON_MEDIA) },
          ...guarded('api', 404, 406),
        },
      },
    },
  };
}
