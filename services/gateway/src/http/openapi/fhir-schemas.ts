/**
 * The schemas of the FHIR API. AuditEvent and what it is made of are those by which events are checked; around them R4 says
 * more than is asked for here, so those schemas name what is looked at and leave the rest to R4.
 */
import { type JsonSchema, sentDefinitions } from '@auditbox/fhir-core';
import { SCHEMAS, schemaRef } from './operation.ts';

const R4 = 'https://hl7.org/fhir/R4';

const resource = (
  type: string,
  required: readonly string[],
  properties: Readonly<Record<string, JsonSchema>>,
  description = `${R4}/${type.toLowerCase()}.html`,
): JsonSchema => ({
  type: 'object',
  description,
  required: ['resourceType', ...required],
  properties: { resourceType: { const: type }, ...properties },
});

const SUBSCRIPTION_STATUS: JsonSchema = {
  type: 'object',
  required: ['resourceType'],
  properties: { resourceType: { const: 'AidboxSubscriptionStatus' } },
};

const INSTANT = schemaRef('instant');
const URL = { type: 'string' };

const ISSUE: JsonSchema = {
  type: 'object',
  required: ['severity', 'code'],
  properties: {
    severity: { enum: ['fatal', 'error', 'warning', 'information'] },
    code: { type: 'string', description: `A code of ${R4}/valueset-issue-type.html` },
    diagnostics: {
      type: 'string',
      description: 'What is wrong and what is expected; never a value that was sent.',
    },
    expression: { type: 'array', minItems: 1, items: { type: 'string' }, description: 'Where, as FHIRPath.' },
  },
  additionalProperties: false,
};

/** A list that R4 leaves out where it would be empty. */
const many = (items: object): JsonSchema => ({ type: 'array', minItems: 1, items });

const LINKS = many({
  type: 'object',
  required: ['relation', 'url'],
  properties: { relation: { enum: ['self', 'first', 'previous', 'next'] }, url: URL },
  additionalProperties: false,
});

const found = (resources: JsonSchema): JsonSchema => ({
  type: 'object',
  required: ['resource', 'search'],
  properties: {
    fullUrl: URL,
    resource: resources,
    search: {
      type: 'object',
      required: ['mode'],
      properties: { mode: { enum: ['match', 'outcome'] } },
    },
  },
  additionalProperties: false,
});

const searchset = (resources: JsonSchema): JsonSchema =>
  resource(
    'Bundle',
    ['type', 'link'],
    {
      type: { const: 'searchset' },
      total: { type: 'integer', minimum: 0, description: 'Where it was not asked to be left out.' },
      link: LINKS,
      entry: many(found({ oneOf: [resources, schemaRef('OperationOutcome')] })),
    },
    'What was found, and an OperationOutcome about parameters that were ignored.',
  );

const ANSWERED_ENTRY: JsonSchema = {
  type: 'object',
  properties: {
    fullUrl: URL,
    resource: { oneOf: [schemaRef('StoredAuditEvent'), schemaRef('OperationOutcome')] },
    response: {
      type: 'object',
      required: ['status'],
      properties: {
        status: { type: 'string', pattern: '^(?:200|201|400|412|413|422) ' },
        location: URL,
        etag: { type: 'string' },
        lastModified: INSTANT,
        outcome: schemaRef('OperationOutcome'),
      },
      additionalProperties: false,
    },
  },
};

export function fhirSchemas(entriesMax: number): Readonly<Record<string, JsonSchema>> {
  const { AuditEvent, Bundle, 'Bundle.entry': entry, ...datatypes } = sentDefinitions(SCHEMAS);
  return {
    AuditEvent: {
      ...AuditEvent,
      description: `${R4}/auditevent.html. R4 states rules beside that no schema can say: what breaks one is a 400 that names it.`,
    },
    StoredAuditEvent: {
      description: 'An AuditEvent with what the repository stamps.',
      allOf: [schemaRef('AuditEvent')],
      required: ['id', 'meta'],
      properties: { meta: { required: ['versionId', 'lastUpdated'] } },
    },
    Bundle: {
      ...Bundle,
      description: [
        `${R4}/bundle.html, of AuditEvents. In a batch and a transaction each entry has a \`request\`, a POST of AuditEvent.`,
        'A history is a notification of Aidbox: its first entry holds an AidboxSubscriptionStatus, the others AuditEvents.',
        `At most ${entriesMax} entries.`,
      ].join(' '),
    },
    'Bundle.entry': {
      ...entry,
      properties: {
        ...(entry?.properties as object),
        resource: { anyOf: [schemaRef('AuditEvent'), SUBSCRIPTION_STATUS] },
      },
    },
    AnsweredBundle: resource(
      'Bundle',
      ['type'],
      {
        type: { enum: ['batch-response', 'transaction-response', 'collection'] },
        entry: many(ANSWERED_ENTRY),
      },
      'What became of each entry, in their order.',
    ),
    Searchset: searchset(schemaRef('StoredAuditEvent')),
    SearchParameterSearchset: searchset(schemaRef('SearchParameter')),
    OperationOutcome: resource('OperationOutcome', ['issue'], { issue: many(ISSUE) }),
    CapabilityStatement: resource(
      'CapabilityStatement',
      ['status', 'kind', 'fhirVersion', 'format', 'rest'],
      {
        fhirVersion: { const: '4.0.1' },
        rest: many({ type: 'object', required: ['mode', 'resource'] }),
      },
    ),
    SearchParameter: resource('SearchParameter', ['id', 'url', 'name', 'status', 'code', 'base', 'type'], {
      id: schemaRef('id'),
      url: URL,
      code: { type: 'string' },
      base: many({ type: 'string' }),
      type: { enum: ['date', 'reference', 'string', 'token', 'uri'] },
    }),
    ...datatypes,
  };
}
