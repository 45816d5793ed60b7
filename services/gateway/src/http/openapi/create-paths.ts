/** Creating AuditEvents, as the document has it: create.ts serves it. */
import {
  content,
  FHIR_MEDIA,
  guarded,
  header,
  JSON_MEDIA,
  type Operation,
  type Parameter,
  type Paths,
  schemaRef,
  VALIDATORS,
} from './operation.ts';
import { FORMAT_PARAMETERS } from './search-parameters.ts';

export const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Of one request, with or without quotes: what is sent again under the same key by the same client is stored once.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!#-~]+$', examples: ['5f1c0e5a'] },
};

const PREFER_RETURN: Parameter = {
  name: 'Prefer',
  in: 'header',
  description: 'What is to be answered (RFC 7240). Preferences that are unknown are ignored.',
  schema: {
    type: 'string',
    examples: ['return=minimal', 'return=representation', 'return=OperationOutcome'],
  },
};

const ON_INVALID: Parameter = {
  name: 'Auditbox-On-Invalid',
  in: 'header',
  description: 'Whether what is not valid is refused, or kept in quarantine and answered as taken.',
  schema: { enum: ['reject', 'quarantine'] },
};

/** The same JSON under either name. */
export const fhirBody = (schema: string, required: boolean): object => ({
  required,
  content: {
    [FHIR_MEDIA]: { schema: schemaRef(schema) },
    [JSON_MEDIA]: { schema: schemaRef(schema) },
  },
});

const CREATED = {
  Location: header('The event, with its version.'),
  ...VALIDATORS,
  'Preference-Applied': header('What was preferred.'),
};

const PARAMETERS: Operation['parameters'] = [
  IDEMPOTENCY_KEY,
  PREFER_RETURN,
  ON_INVALID,
  ...FORMAT_PARAMETERS,
];
const ERRORS = guarded('fhir', 406, 408, 412, 413, 415, 422);

export const CREATE_PATHS: Paths = {
  '/AuditEvent': {
    post: {
      operationId: 'createAuditEvent',
      tags: ['audit events'],
      summary: 'Create an AuditEvent.',
      description:
        'Answered once it is durable; it is read and found once it is indexed. The body may be compressed with gzip or deflate.',
      needs: 'create',
      parameters: PARAMETERS,
      requestBody: fhirBody('AuditEvent', true),
      responses: {
        201: {
          description:
            'The event as it is stored; or, as is preferred, nothing or an OperationOutcome; or that it is in quarantine.',
          headers: CREATED,
          ...content({ oneOf: [schemaRef('StoredAuditEvent'), schemaRef('OperationOutcome')] }),
        },
        ...ERRORS,
      },
    },
  },
  '/': {
    post: {
      operationId: 'createAuditEvents',
      tags: ['audit events'],
      summary: 'Create the AuditEvents of a Bundle.',
      description:
        'A collection, a transaction and a history are stored whole or not at all, a batch entry by entry. The body may be compressed with gzip or deflate.',
      needs: 'create',
      parameters: PARAMETERS,
      requestBody: fhirBody('Bundle', true),
      responses: {
        200: {
          description: 'What became of each entry of a batch or a transaction, or a history without events.',
          ...content({ oneOf: [schemaRef('AnsweredBundle'), schemaRef('OperationOutcome')] }),
        },
        201: {
          description: 'The events of a collection or a history, as they are stored.',
          ...content({ oneOf: [schemaRef('AnsweredBundle'), schemaRef('OperationOutcome')] }),
        },
        ...ERRORS,
      },
    },
  },
};
