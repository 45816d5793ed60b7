/** The schemas of the API for applications: those of the events are those by which they are checked. */
import { ApplicationEventSchema, type JsonSchema, plainSchema, SentEventSchema } from '@auditbox/fhir-core';
import { type ApplicationErrorStatus, applicationError } from '@auditbox/service-kit';
import { schemaRef } from './operation.ts';

/** What can become of one event among several. */
const ITEM_STATUSES = [400, 403, 413, 422] as const satisfies readonly ApplicationErrorStatus[];

const ERROR_STATUSES = [
  ...[400, 401, 403, 404, 405, 406, 408, 413, 415, 422, 500, 503],
] as const satisfies readonly ApplicationErrorStatus[];

const FIELDS: JsonSchema = {
  type: 'array',
  minItems: 1,
  description: 'What is wrong with which field. Nothing of a value is repeated.',
  items: {
    type: 'object',
    required: ['field', 'message'],
    properties: { field: { type: 'string' }, message: { type: 'string' } },
    additionalProperties: false,
  },
};

const codesOf = (statuses: readonly ApplicationErrorStatus[]): string[] =>
  statuses.map((status) => applicationError(status, '').code);

const errorOf = (
  statuses: readonly ApplicationErrorStatus[],
  more: Readonly<Record<string, JsonSchema>>,
) => ({
  type: 'object',
  required: ['code', 'message', ...Object.keys(more)],
  properties: {
    code: { enum: codesOf(statuses), description: 'A word for the status, which stays the same.' },
    message: { type: 'string', description: 'A sentence for people.' },
    ...more,
    fields: FIELDS,
  },
  additionalProperties: false,
});

const answered = (status: JsonSchema, name: string, schema: JsonSchema): JsonSchema => ({
  type: 'object',
  required: ['status', name],
  properties: { status, [name]: schema },
  additionalProperties: false,
});

export const APPLICATION_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  SentEvent: { ...plainSchema(SentEventSchema), description: 'An event, as it is sent.' },
  ApplicationEvent: {
    ...plainSchema(ApplicationEventSchema),
    description: 'An event, as it was sent, and what the server added. What is not known is left out.',
  },
  Answer: {
    description: 'What became of one event of several.',
    oneOf: [
      answered({ const: 200 }, 'event', schemaRef('ApplicationEvent')),
      answered({ enum: ITEM_STATUSES }, 'error', errorOf(ITEM_STATUSES, {})),
    ],
  },
  EventList: {
    type: 'object',
    required: ['events'],
    properties: {
      events: { type: 'array', items: schemaRef('ApplicationEvent') },
      next_cursor: { type: 'string', description: 'Where the next page begins; none on the last page.' },
    },
    additionalProperties: false,
  },
  Fingerprint: {
    type: 'object',
    required: ['id', 'sha256'],
    properties: {
      id: { type: 'string', format: 'uuid' },
      sha256: {
        type: 'string',
        pattern: '^[0-9a-f]{64}$',
        description:
          'Of an event of an application, as in the event. Of any other, SHA-256 of the canonical JSON of the AuditEvent without what the server stamps.',
      },
    },
    additionalProperties: false,
  },
  Error: {
    type: 'object',
    required: ['error'],
    properties: {
      error: errorOf(ERROR_STATUSES, {
        request_id: { type: 'string', description: 'As in X-Request-Id and in the logs.' },
      }),
    },
    additionalProperties: false,
  },
};
