/**
 * R4's primitive types as they stand in JSON (http://hl7.org/fhir/R4/datatypes.html#primitive).
 *
 * The regular expressions are R4's, read as XML Schema means them: `\s` is space, tab, CR and LF only, so a
 * no-break space is text like any other. An empty string is never a value.
 *
 * V8 keeps a backtracking stack for a repeated group and throws when it overflows, which a string of some
 * megabytes can do. So no pattern here repeats a group without bound; what R4 writes so is said in another way.
 */
import { FormatRegistry, type SchemaOptions, type TSchema, Type } from '@sinclair/typebox';
import { DATE_PATTERN, DATE_TIME_PATTERN, INSTANT_PATTERN, TIME_PATTERN } from './calendar.ts';
import type { Expectation, FaultKeyword } from './expectation.ts';
import { narrativeFault, type XhtmlFault } from './narrative-xhtml.ts';

/** R4: "strings SHALL NOT exceed 1MB (1024*1024 characters) in size". In UTF-16 code units. */
const STRING_CHARACTERS_MAX = 1024 * 1024;

/** R4: integers are 32-bit. */
const INTEGER_MAX = 2_147_483_647;
const INTEGER_MIN = -2_147_483_648;

/** TypeBox has one registry of formats for the whole process, hence the long name. */
const BASE64_FORMAT = 'auditbox-fhir-base64Binary';

/** The blank; tab, CR and LF come before it, the base64 alphabet after. */
const SPACE = 0x20;

const XHTML_FORMAT = 'auditbox-fhir-xhtml';

const XHTML_FAULTS = {
  xhtml: {
    expected: 'a well-formed XML fragment, of which the root is a div in the namespace of XHTML',
    problem: 'value',
  },
  'txt-1': {
    expected: 'basic HTML formatting, links and images, without active content (txt-1)',
    problem: 'invariant',
  },
  'txt-2': { expected: 'XHTML with a text that is not blank, or an image (txt-2)', problem: 'invariant' },
} as const satisfies Record<XhtmlFault, Expectation>;

const URI_PATTERN = '^[^ \\t\\r\\n]+$';

FormatRegistry.Set(BASE64_FORMAT, isBase64Binary);
FormatRegistry.Set(XHTML_FORMAT, (text) => narrativeFault(text) === undefined);

export const BooleanSchema = primitive<boolean>('boolean', Type.Boolean(expectation('true or false')));
export const StringSchema = text('string', 'a string that is not empty');
export const MarkdownSchema = text('markdown', 'markdown text that is not empty');
export const XhtmlSchema = primitive<string>(
  'xhtml',
  Type.String({
    format: XHTML_FORMAT,
    maxLength: STRING_CHARACTERS_MAX,
    fault: (text: string) => XHTML_FAULTS[narrativeFault(text) ?? 'xhtml'],
    ...expectation(XHTML_FAULTS.xhtml.expected),
  } satisfies FaultKeyword & SchemaOptions),
);

export const InstantSchema = pattern(
  'instant',
  INSTANT_PATTERN,
  'an instant: a real date and time with seconds and a time zone, such as 2026-01-31T09:30:00Z',
);
export const DateTimeSchema = pattern(
  'dateTime',
  DATE_TIME_PATTERN,
  'a dateTime: a year, a month, a real date, or a real date and time with seconds and a time zone',
);
export const DateSchema = pattern('date', DATE_PATTERN, 'a date: YYYY, YYYY-MM or a real YYYY-MM-DD');
export const TimeSchema = pattern(
  'time',
  TIME_PATTERN,
  'a time of day with seconds and no zone, such as 09:30:00',
);

export const UriSchema = pattern('uri', URI_PATTERN, 'a uri: not empty, without white space');
export const UrlSchema = pattern('url', URI_PATTERN, 'a url: not empty, without white space');
export const CanonicalSchema = pattern(
  'canonical',
  URI_PATTERN,
  'a canonical url: not empty, without white space',
);
export const UuidSchema = pattern(
  'uuid',
  '^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  'a uuid in lower case, such as urn:uuid:00000000-0000-4000-8000-000000000000',
);

/** R4: `urn:oid:[0-2](\.(0|[1-9][0-9]*))+`, said as what may not follow the first arc. */
export const OidSchema = pattern(
  'oid',
  '^urn:oid:[0-2](?=\\.)(?![\\s\\S]*(?:[^0-9.]|\\.(?:\\.|0[0-9]|$)))',
  'an oid, such as urn:oid:1.2.3',
);

export const IdSchema = pattern(
  'id',
  '^[A-Za-z0-9\\-.]{1,64}$',
  'an id: 1 to 64 of the characters A-Z a-z 0-9 - .',
);

/** R4: "no leading or trailing whitespace, and no whitespace other than single spaces in the contents". */
export const CodeSchema = pattern(
  'code',
  '^(?! )(?![\\s\\S]*(?:[\\t\\r\\n]|  | $))[\\s\\S]',
  'a code: not empty, with no white space but single blanks inside',
);

export const Base64BinarySchema = primitive<string>(
  'base64Binary',
  Type.String({
    format: BASE64_FORMAT,
    ...expectation('base64 that is not empty, in groups of four characters'),
  }),
);

/** Any JSON number: JSON's grammar of numbers is R4's of decimals. */
export const DecimalSchema = primitive<number>('decimal', Type.Number(expectation('a number')));

/**
 * Whole numbers of 32 bits. `1.0` and `1e3` are no integers to R4's regular expressions, but JSON has one kind of
 * number, in which they are the same as 1 and 1000: they pass, and come back as they were written.
 */
export const IntegerSchema = integer('integer', INTEGER_MIN, 'a whole number from -2147483648 to 2147483647');
export const PositiveIntSchema = integer('positiveInt', 1, 'a whole number from 1 to 2147483647');
export const UnsignedIntSchema = integer('unsignedInt', 0, 'a whole number from 0 to 2147483647');

/** A primitive of R4: its static type, and the name of its type. */
export interface TPrimitive<Value = unknown> extends TSchema {
  static: Value;
  primitive: string;
}

/** Whether `schema` is of a primitive whose id and extensions stand in a twin property. */
export function isPrimitive(schema: TSchema): schema is TPrimitive {
  return typeof schema.primitive === 'string' && schema.isAttribute !== true;
}

/** What is an attribute in XML, such as an element's id, has no id or extensions: in JSON it has no twin. */
export function attribute<Value>(schema: TPrimitive<Value>) {
  return Type.Unsafe<Value>({ ...schema, isAttribute: true });
}

/** A code with a required binding: these and no others. */
export function boundCode<const Codes extends readonly string[]>(...codes: Codes) {
  const literals = codes.map((code) => Type.Literal(code));
  return primitive<Codes[number]>(
    'code',
    Type.Union(literals, { expected: `one of the codes ${codes.join(', ')}`, problem: 'code-invalid' }),
  );
}

/** A string with one possible value, such as a resource's `resourceType`. */
export function fixed<const Value extends string>(value: Value) {
  return Type.Literal(value, expectation(value));
}

/** R4: `(\s*([0-9a-zA-Z\+\/=]){4}\s*)+`: runs of whole groups of four, with any blanks around them. */
function isBase64Binary(text: string): boolean {
  if (!/^[ \t\r\n]*[0-9a-zA-Z+/=][0-9a-zA-Z+/= \t\r\n]*$/.test(text)) return false;
  let run = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > SPACE) run += 1;
    else if (run % 4 === 0) run = 0;
    else return false;
  }
  return run % 4 === 0;
}

function text(type: string, expected: string) {
  return primitive<string>(
    type,
    Type.String({ minLength: 1, maxLength: STRING_CHARACTERS_MAX, ...expectation(expected) }),
  );
}

function pattern(type: string, source: string, expected: string) {
  return primitive<string>(type, Type.String({ pattern: source, ...expectation(expected) }));
}

function integer(type: string, minimum: number, expected: string) {
  return primitive<number>(type, Type.Integer({ minimum, maximum: INTEGER_MAX, ...expectation(expected) }));
}

function primitive<Value>(type: string, schema: TSchema): TPrimitive<Value> {
  return { ...schema, primitive: type } as unknown as TPrimitive<Value>;
}

function expectation(expected: string): SchemaOptions & Expectation {
  return { expected, problem: 'value' };
}
