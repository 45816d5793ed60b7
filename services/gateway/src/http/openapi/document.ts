/**
 * The OpenAPI document (3.1.1): every route of the gateway, for those who have no FHIR client, and for programs that make
 * clients, pages and tests. The schemas of events are those by which they are checked, the search parameters are those of
 * the searches, and a test holds the paths against the routes.
 */
import type { JsonSchema } from '@auditbox/fhir-core';
import { LEAST_SCOPE } from '@auditbox/service-kit';
import { applicationPaths } from './application-paths.ts';
import { APPLICATION_SCHEMAS } from './application-schemas.ts';
import { CREATE_PATHS } from './create-paths.ts';
import { DEFINITION_PREFIX, DESCRIBE_PATHS, DESCRIBE_SCHEMAS } from './describe-paths.ts';
import { fhirSchemas } from './fhir-schemas.ts';
import { errorResponses, type Operation, type Parameter, type Paths, schemaRef, TAGS } from './operation.ts';
import { QUARANTINE_PATHS, QUARANTINE_SCHEMAS } from './quarantine-paths.ts';
import { DEFINITION_PARAMETERS, SEARCH_PARAMETERS } from './search-parameters.ts';
import { SEARCH_PATHS, SEARCH_PREFIX, SEARCH_SCHEMAS } from './search-paths.ts';

export type DescribedApi = {
  /** No slash at its end. */
  readonly baseUrl: string;
  readonly version: string;
  /** Whether clients need tokens. */
  readonly tokens: boolean;
  /** Entries of a Bundle and events of a request, at most. */
  readonly eventsMax: number;
};

const BEARER = 'bearer';

const INTRODUCTION = [
  'An audit log that is never changed: events are sent, read and searched, as FHIR R4 AuditEvents or as flat JSON of an application.',
  'A GET can be a HEAD too. Errors below `/api` are an `Error`, all others an OperationOutcome; each answer has an `X-Request-Id`. What reaches no route (no HTTP, headers over their bound, another expectation than 100-continue) is answered with an OperationOutcome and 400, 408, 417 or 431.',
].join('\n\n');

export function openApiDocument({ baseUrl, version, tokens, eventsMax }: DescribedApi): JsonSchema {
  const paths = pathsOf(documentedPaths(eventsMax), tokens);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Auditbox',
      version,
      description: INTRODUCTION,
      license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: baseUrl }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      ...(tokens && { securitySchemes: { [BEARER]: SCHEME } }),
      schemas: {
        ...APPLICATION_SCHEMAS,
        ...fhirSchemas(eventsMax),
        ...SEARCH_SCHEMAS,
        ...DESCRIBE_SCHEMAS,
        ...QUARANTINE_SCHEMAS,
        Correction: { oneOf: [schemaRef('AuditEvent'), schemaRef('Bundle')] },
      },
      parameters: {
        ...parametersOf(SEARCH_PARAMETERS, SEARCH_PREFIX),
        ...parametersOf(DEFINITION_PARAMETERS, DEFINITION_PREFIX),
      },
      responses: namedIn(JSON.stringify(paths), errorResponses()),
    },
  };
}

/** By path; one path may stand in several parts. */
export function documentedPaths(eventsMax: number): Paths {
  const all: Record<string, Paths[string]> = {};
  for (const part of [
    applicationPaths(eventsMax),
    CREATE_PATHS,
    SEARCH_PATHS,
    QUARANTINE_PATHS,
    DESCRIBE_PATHS,
  ])
    for (const [path, item] of Object.entries(part)) all[path] = { ...all[path], ...item };
  return all;
}

const SCHEME = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description: [
    'An OAuth2 access token of the issuer that this server trusts, or an API key. What each operation needs:',
    ...Object.entries(LEAST_SCOPE).map(([permission, scope]) => `- \`${scope}\` (${permission})`),
    '',
    'Forms of SMART on FHIR that hold a scope are as good: `user/…`, `*`, several letters, and those of SMART 1.',
  ].join('\n'),
};

function pathsOf(paths: Paths, tokens: boolean): JsonSchema {
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [
      path,
      Object.fromEntries(
        Object.entries(item).map(([method, operation]) => [method, secured(operation, tokens)]),
      ),
    ]),
  );
}

function secured({ needs, ...operation }: Operation, tokens: boolean): object {
  if (!tokens) return operation;
  return { ...operation, security: needs === undefined ? [] : [{ [BEARER]: [LEAST_SCOPE[needs]] }] };
}

function namedIn(paths: string, responses: Readonly<Record<string, object>>): JsonSchema {
  return Object.fromEntries(
    Object.entries(responses).filter(([name]) => paths.includes(`"#/components/responses/${name}"`)),
  );
}

function parametersOf(parameters: readonly Parameter[], prefix: string): Readonly<Record<string, Parameter>> {
  return Object.fromEntries(parameters.map((parameter) => [`${prefix}.${parameter.name}`, parameter]));
}
