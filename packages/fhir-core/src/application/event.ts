/**
 * An event of an application that does not speak FHIR: one flat JSON object, as auditr.io has it. What a sender says of it,
 * and what the server adds, each field once; OpenAPI and the check are made from here.
 */
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { INSTANT_PATTERN } from '../schema/calendar.ts';

/** What is wrong with a value, for its sender: completes "must be …". */
type Said = { readonly description: string; readonly expected: string };

const text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, description, expected: `1 to ${maxLength} characters` });

const oneOf = <const Values extends readonly string[]>(values: Values, description: string) =>
  Type.Unsafe<Values[number]>({
    ...{ type: 'string', enum: [...values], description },
    expected: `one of ${values.join(', ')}`,
  });

const code = (maxLength: number, description: string) =>
  Type.String({
    ...{ minLength: 1, maxLength, description },
    // R4's code: it is one there.
    pattern: '^[^ \\t\\r\\n]+(?: [^ \\t\\r\\n]+)*$',
    expected: `1 to ${maxLength} characters, with no white space but single blanks inside`,
  });

const REQUIRED = {
  org_id: text(256, 'The organisation that the event belongs to.'),
  action: code(256, 'What was done, in words of the application: it is searched for as it is.'),
  action_result: oneOf(['success', 'failure'], 'Whether it was done.'),
  actor_id: text(256, 'Who did it: an identifier that is unique within the organisation.'),
  actor_type: oneOf(['user', 'machine'], 'Whether that is a person.'),
  occurred_at: Type.String({
    ...{ pattern: INSTANT_PATTERN, maxLength: 64 },
    description: 'When it was done: date and time with seconds and a time zone (RFC 3339).',
    expected: 'a real date and time with seconds and a time zone, such as 2026-01-31T09:30:00Z',
  }),
} as const;

const OPTIONAL = {
  actor_email: text(320, "The actor's email address."),
  actor_name: text(1024, "The actor's name, as people read it."),
  client_ip: Type.String({
    ...{ maxLength: 45, format: 'ip', description: 'The IPv4 or IPv6 address that it came from.' },
    expected: 'an IPv4 or IPv6 address',
  }),
  request_method: Type.String({
    ...{ minLength: 1, maxLength: 64, pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" },
    description: 'The method of the request by which it was done (RFC 9110, 9.1).',
    expected: 'a method of HTTP, such as GET',
  }),
  request_path: text(8192, 'The path of that request.'),
  response_status: Type.Integer({
    ...{ minimum: 100, maximum: 599, description: 'The status that was answered.' },
    expected: 'a status of HTTP, from 100 to 599',
  }),
} as const;

const ADDED = {
  parent_org_id: Type.String({ description: 'The organisation above `org_id`, where the server knows one.' }),
  client_geo_lat: Type.Number({ description: 'The latitude of `client_ip`, in degrees.' }),
  client_geo_lon: Type.Number({ description: 'The longitude of `client_ip`, in degrees.' }),
  client_city: Type.String({ description: 'The city of `client_ip`.' }),
  client_region_code: Type.String({ description: 'The state or region of `client_ip` (ISO 3166-2).' }),
  client_subdivision_1_code: Type.String({ description: 'The province of `client_ip` (ISO 3166-2).' }),
  user_agent_name: Type.String({ description: 'The program that sent the event, by its User-Agent.' }),
  user_agent_version: Type.String({ description: 'The version of that program.' }),
} as const;

const NAMED = {
  id: Type.String({ format: 'uuid', description: 'The event: the same as of its AuditEvent.' }),
  sha256: Type.String({
    pattern: '^[0-9a-f]{64}$',
    description:
      'The fingerprint: SHA-256 of the canonical JSON (RFC 8785) of what was sent, without what the server added.',
  }),
} as const;

export const SENT_FIELDS = { ...REQUIRED, ...OPTIONAL } as const;
export const ADDED_FIELDS = ADDED;

const optional = <Fields extends Record<string, TSchema>>(fields: Fields) =>
  Type.Partial(Type.Object(fields));

/** What is sent. */
export const SentEventSchema = Type.Composite([Type.Object(REQUIRED), optional(OPTIONAL)], {
  ...{ additionalProperties: false, title: 'SentEvent' },
});

/** What is answered: the same, and what the server added. What is not known is left out. */
export const ApplicationEventSchema = Type.Composite(
  [Type.Object({ ...NAMED, ...REQUIRED }), optional({ ...ADDED, ...OPTIONAL })],
  { additionalProperties: false, title: 'ApplicationEvent' },
);

export type SentEvent = Static<typeof SentEventSchema>;
/** What the server adds, and can add in another way another day: no part of the fingerprint. */
export type AddedFields = { readonly [Name in keyof typeof ADDED]?: Static<(typeof ADDED)[Name]> };
export type ApplicationEvent = Static<typeof ApplicationEventSchema>;

export type FieldProblem = { readonly field: string; readonly message: string };

const REQUIRED_NAMES: readonly string[] = Object.keys(REQUIRED);
const SERVERS: readonly string[] = [...Object.keys(NAMED), ...Object.keys(ADDED)];
/** Longer names of fields are not repeated. */
const NAME = /^[A-Za-z_][\w.-]{0,63}$/;
const PROBLEMS_MAX = 50;

const checks = new Map(
  Object.entries(SENT_FIELDS).map(([name, schema]) => [
    name,
    { expected: saidOf(schema), isValid: checkOf(schema) },
  ]),
);

/** What is wrong with `value` as what is sent, field by field; nothing: it is one. Nothing of a value is repeated. */
export function sentEventProblems(value: unknown): readonly FieldProblem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ field: '', message: 'An event must be a JSON object.' }];
  }
  const sent = value as Readonly<Record<string, unknown>>;
  const problems: FieldProblem[] = [];
  const missing = REQUIRED_NAMES.filter((name) => !Object.hasOwn(sent, name));
  for (const field of missing) problems.push({ field, message: `${field} is required.` });
  for (const [name, given] of Object.entries(sent)) {
    if (problems.length === PROBLEMS_MAX) break;
    const check = checks.get(name);
    if (check?.isValid(given)) continue;
    const field = repeatableName(name);
    problems.push({ field, message: problemOf(field, check?.expected) });
  }
  return problems;
}

/**
 * What a field must be, where `value` is not that: completes "must be …". For whoever asks for events by one of them.
 */
export function unmetExpectation(field: keyof SentEvent, value: unknown): string | undefined {
  const check = checks.get(field);
  return check?.isValid(value) ? undefined : check?.expected;
}

/** The name of a field, or of a parameter, as an answer may repeat it. */
export function repeatableName(name: string): string {
  return NAME.test(name) ? name : '…';
}

function problemOf(field: string, expected: string | undefined): string {
  if (expected !== undefined) return `${field} must be ${expected}.`;
  return SERVERS.includes(field) ? `${field} is made by the server.` : `${field} is not a field of an event.`;
}

function saidOf(schema: TSchema): string {
  return (schema as unknown as Said).expected;
}

function checkOf(schema: TSchema): (value: unknown) => boolean {
  const {
    type,
    minLength = 0,
    maxLength = 0,
    pattern,
    format,
    minimum = 0,
    maximum = 0,
  } = schema as TSchema &
    Partial<Record<'minLength' | 'maxLength' | 'minimum' | 'maximum', number>> & {
      pattern?: string;
      format?: string;
    };
  const allowed = (schema as { enum?: readonly unknown[] }).enum;
  if (allowed !== undefined) return (value) => allowed.includes(value);
  if (type === 'integer')
    return (value) => Number.isInteger(value) && minimum <= (value as number) && (value as number) <= maximum;
  const matcher = pattern === undefined ? undefined : new RegExp(pattern);
  return (value) =>
    typeof value === 'string' &&
    minLength <= value.length &&
    hasAtMost(maxLength, value) &&
    value.isWellFormed() &&
    (matcher?.test(value) ?? true) &&
    (format !== 'ip' || isIpAddress(value));
}

/** Characters as JSON Schema counts them (RFC 8259): a code point is one, also where it takes two code units. */
function hasAtMost(characters: number, text: string): boolean {
  if (text.length <= characters) return true;
  return text.length <= 2 * characters && [...text].length <= characters;
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** RFC 4291, 2.2, without a zone; or four decimal numbers. */
export function isIpAddress(text: string): boolean {
  return (
    IPV4.test(text) ||
    (/^[0-9A-Fa-f:.]+$/.test(text) && text.includes(':') && URL.canParse(`http://[${text}]`))
  );
}
