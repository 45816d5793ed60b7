/** Quarantine, as the document has it: query lists and reads, release.ts lets go. */
import { type JsonSchema, QUARANTINE_ORIGINS, QUARANTINE_REASONS } from '@auditbox/fhir-core';
import { fhirBody } from './create-paths.ts';
import {
  content,
  FHIR_MEDIA,
  guarded,
  header,
  JSON_MEDIA,
  type Parameter,
  type Paths,
  schemaRef,
} from './operation.ts';

const ID: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The id of the item.',
  schema: { type: 'string', format: 'uuid' },
};

const TEXT = { type: 'string' };
const WHOLE = { type: 'integer', minimum: 0 };
const INSTANT = { type: 'string', format: 'date-time' };
const STATES = ['held', 'released'] as const;

const criterion = (name: string, description: string, items: object = { minLength: 1 }): Parameter => ({
  name,
  in: 'query',
  description: `${description} Alternatives are separated by commas.`,
  schema: { type: 'array', items: { type: 'string', ...items } },
});

const among = (words: readonly string[]) => {
  const one = `(?:${words.join('|')})`;
  return { pattern: `^${one}(?:,${one})*$`, examples: [words[0]] };
};

const LIST_PARAMETERS: readonly Parameter[] = [
  criterion('received', 'When it was taken, as a date parameter of FHIR.', { examples: ['ge2026-01-16'] }),
  criterion('sender', 'Who sent it, `issuer|client`.'),
  criterion('reason', 'Why.', among(QUARANTINE_REASONS)),
  criterion('origin', 'Who could not take it.', among(QUARANTINE_ORIGINS)),
  criterion('state', 'Whether it is held or released.', among(STATES)),
  { name: '_count', in: 'query', description: 'Items a page.', schema: WHOLE },
  {
    ...{ name: 'after', in: 'query', schema: { type: 'string', minLength: 1, maxLength: 80 } },
    description: 'What the link to the next page has.',
  },
];

export const QUARANTINE_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  QuarantineItem: {
    type: 'object',
    required: [
      'id',
      'eventId',
      'origin',
      'reason',
      'sender',
      'received',
      'bytes',
      'sha256',
      'issues',
      'state',
    ],
    properties: {
      id: { type: 'string', format: 'uuid' },
      eventId: { type: 'string', description: 'The id that the event gets when it is released.' },
      origin: { enum: QUARANTINE_ORIGINS },
      reason: { enum: QUARANTINE_REASONS },
      sender: TEXT,
      received: INSTANT,
      place: { type: 'string', description: 'Where in the request it was, as FHIRPath.' },
      mediaType: TEXT,
      contentEncoding: TEXT,
      bytes: WHOLE,
      sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
      senderId: { type: 'string', description: 'The id that the sender had given it.' },
      requestId: TEXT,
      issues: { type: 'array', description: 'Its first problems, as in an OperationOutcome.' },
      state: { enum: STATES },
      released: {
        type: 'object',
        required: ['at', 'by', 'corrected'],
        properties: { at: INSTANT, by: TEXT, corrected: { type: 'boolean' } },
      },
      log: { type: 'object', description: 'Of the indexer: where the record is.' },
      links: { type: 'object', properties: { self: TEXT, content: TEXT } },
    },
    additionalProperties: false,
  },
  QuarantineList: {
    type: 'object',
    required: ['total', 'items'],
    properties: {
      total: WHOLE,
      items: { type: 'array', items: schemaRef('QuarantineItem') },
      next: { type: 'string', description: 'The next page; none on the last one.' },
    },
    additionalProperties: false,
  },
};

export const QUARANTINE_PATHS: Paths = {
  '/quarantine': {
    get: {
      operationId: 'listQuarantine',
      tags: ['quarantine'],
      summary: 'List what is in quarantine, the newest first.',
      needs: 'quarantine-read',
      parameters: LIST_PARAMETERS,
      responses: {
        200: { description: 'A page of items.', ...content(schemaRef('QuarantineList'), JSON_MEDIA) },
        ...guarded('fhir', 406),
      },
    },
  },
  '/quarantine/{id}': {
    get: {
      operationId: 'readQuarantineItem',
      tags: ['quarantine'],
      summary: 'Read what is known of an item.',
      needs: 'quarantine-read',
      parameters: [ID],
      responses: {
        200: { description: 'The item.', ...content(schemaRef('QuarantineItem'), JSON_MEDIA) },
        ...guarded('fhir', 404, 406),
      },
    },
  },
  '/quarantine/{id}/content': {
    get: {
      operationId: 'readQuarantinedContent',
      tags: ['quarantine'],
      summary: 'Read what was sent, to the byte.',
      needs: 'quarantine-read',
      parameters: [ID],
      responses: {
        200: {
          description: 'What was sent.',
          headers: { 'Content-Disposition': header('An attachment, named by the id.') },
          content: { [FHIR_MEDIA]: {}, 'application/octet-stream': {} },
        },
        ...guarded('fhir', 404),
      },
    },
  },
  '/quarantine/{id}/release': {
    post: {
      operationId: 'releaseQuarantineItem',
      tags: ['quarantine'],
      summary: 'Let an item become the event that it was meant to be.',
      description:
        'Without a body what was sent is checked again; a body is the event, or the Bundle, corrected.',
      needs: 'quarantine-release',
      parameters: [ID],
      requestBody: fhirBody('Correction', false),
      responses: {
        200: {
          description: 'What became of each entry of a batch or a transaction.',
          ...content(schemaRef('AnsweredBundle')),
        },
        201: {
          description: 'The event as it is stored, or the events.',
          ...content({ oneOf: [schemaRef('StoredAuditEvent'), schemaRef('AnsweredBundle')] }),
        },
        ...guarded('fhir', 404, 408, 409, 413, 415, 422),
      },
    },
  },
};
