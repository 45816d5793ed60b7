/**
 * What the operations of the document are written with (OpenAPI 3.1.1): their form, and the answers that many of them have,
 * each said once and named.
 */
import type { JsonSchema } from '@auditbox/fhir-core';
import type { Permission } from '@auditbox/service-kit';

export type Operation = {
  readonly operationId: string;
  readonly tags: readonly [Tag];
  readonly summary: string;
  readonly description?: string;
  /** What a token must allow; none where none is needed. */
  readonly needs?: Permission;
  readonly parameters?: readonly (Parameter | Ref)[];
  readonly requestBody?: object;
  readonly responses: Answers;
};

export type Paths = Readonly<Record<string, { readonly get?: Operation; readonly post?: Operation }>>;

export type Ref = { readonly $ref: string };

export type Parameter = {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly description: string;
  readonly required?: true;
  readonly schema: JsonSchema;
};

/** By status. */
export type Answers = Readonly<Record<string, object>>;

export const TAGS = {
  'application events': 'For applications that do not speak FHIR: one flat JSON object an event.',
  'audit events': 'FHIR R4: create, read and search AuditEvents. Nothing is ever changed or deleted.',
  quarantine: 'What was taken and is no event yet.',
  server: 'What this server is, and how it is.',
} as const;
export type Tag = keyof typeof TAGS;

export const FHIR_MEDIA = 'application/fhir+json';
export const JSON_MEDIA = 'application/json';

export const SCHEMAS = '#/components/schemas/';

export const schemaRef = (name: string): Ref => ({ $ref: `${SCHEMAS}${name}` });

/** An answer, or a body, in one media type. */
export const content = (schema: JsonSchema | Ref, media: string = FHIR_MEDIA) => ({
  content: { [media]: { schema } },
});

export const header = (description: string, schema: JsonSchema = { type: 'string' }) => ({
  description,
  schema,
});

/** Of what never changes: who has it need not be given it again. */
export const CONDITIONS: readonly Parameter[] = [
  ['If-None-Match', 'The ETag of what is there already.'],
  ['If-Modified-Since', 'The Last-Modified of what is there already.'],
].map(([name = '', description = '']) => ({ name, in: 'header', description, schema: { type: 'string' } }));

export const VALIDATORS = {
  ETag: header('Its version.'),
  'Last-Modified': header('When it was taken.'),
};

export const NOT_MODIFIED = { 304: { description: 'Whoever asks has it already.' } };

const WHEN = {
  400: 'Something that was sent is not valid, or the Authorization is malformed. What is wrong where is said.',
  401: 'There is no token, or one that is not valid here.',
  403: 'The token does not allow this.',
  404: 'There is no such thing, or none that the token may see. What was just sent is here once it is indexed.',
  406: 'Another format than JSON was asked for.',
  408: 'The body did not arrive in time.',
  409: 'It was done before, or is not to be done.',
  412: 'A conditional create, which an audit log does not do.',
  413: 'It is over a bound, which is said.',
  415: 'The Content-Type or the Content-Encoding is none that is taken.',
  422: 'It is valid, and against a rule of this repository.',
  500: 'A fault of the server: a code and the request id, nothing else.',
  503: 'Not now: nothing was done, or, of a request that sends, it is not known whether it was. Send it again.',
} as const;
export type ErrorStatus = keyof typeof WHEN;

const HEADERS: Partial<Record<ErrorStatus, object>> = {
  401: { 'WWW-Authenticate': header('What is missing (RFC 6750).') },
  403: { 'WWW-Authenticate': header('The scope that is missing, where one would help (RFC 6750).') },
  503: { 'Retry-After': header('Seconds.', { type: 'string', pattern: '^[0-9]+$' }) },
};

/** What every operation can answer that asks for a token. */
const GUARDED: readonly ErrorStatus[] = [400, 401, 403, 500, 503];

export type ErrorForm = 'fhir' | 'api';

/** The errors of an operation that asks for a token, by name. */
export const guarded = (form: ErrorForm, ...statuses: readonly ErrorStatus[]): Answers =>
  errors(form, ...GUARDED, ...statuses);

export const errors = (form: ErrorForm, ...statuses: readonly ErrorStatus[]): Answers =>
  Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${form}-${status}` }]),
  );

/** All that `guarded` and `errors` name. */
export function errorResponses(): Readonly<Record<string, object>> {
  return Object.fromEntries(
    Object.entries(WHEN).flatMap(([status, description]) => {
      const headers = HEADERS[Number(status) as ErrorStatus];
      const said = { description, ...(headers !== undefined && { headers }) };
      return [
        [`fhir-${status}`, { ...said, ...content(schemaRef('OperationOutcome')) }],
        [`api-${status}`, { ...said, ...content(schemaRef('Error'), JSON_MEDIA) }],
      ];
    }),
  );
}
