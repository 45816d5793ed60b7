/**
 * R4's primitive types as they stand in JSON (http://hl7.org/fhir/R4/datatypes.html#primitive).
 *
 * The regular expressions are R4's, read as XML Schema means them: `\s` is space, tab, CR and LF only, so a
 * no-break space is text like any other. An empty string is never a value.
 *
 * V8 keeps a backtracking stack for a repeated group and throws when it overflows, which a string of some
 * megabytes can do. So no pattern here repeats a group without bound; what R4 writes so is said in another way.
 */
import { FormatRegistry, type SchemaOptions, Type } from '@sinclair/typebox';
import { DATE_PATTERN, DATE_TIME_PATTERN, INSTANT_PATTERN } from './calendar.ts';
import type { Expectation } from './expectation.ts';

/** R4: "strings SHALL NOT exceed 1MB (1024*1024 characters) in size". In UTF-16 code units. */
const STRING_CHARACTERS_MAX = 1024 * 1024;

/** R4: positiveInt and unsignedInt are 32-bit. */
const INTEGER_MAX = 2_147_483_647;

/** TypeBox has one registry of formats for the whole process, hence the long name. */
const BASE64_FORMAT = 'auditbox-fhir-base64Binary';

/** The blank; tab, CR and LF come before it, the base64 alphabet after. */
const SPACE = 0x20;

const URI_PATTERN = '^[^ \\t\\r\\n]+$';

FormatRegistry.Set(BASE64_FORMAT, isBase64Binary);

export const BooleanSchema = Type.Boolean(expectation('true or false'));
export const StringSchema = text('a string that is not empty');
export const MarkdownSchema = text('markdown text that is not empty');
/** XHTML is looked at no closer than this: nothing here ever renders it. */
export const XhtmlSchema = text('XHTML in a string that is not empty');

export const InstantSchema = pattern(
  INSTANT_PATTERN,
  'an instant: a real date and time with seconds and a time zone, such as 2026-01-31T09:30:00Z',
);
export const DateTimeSchema = pattern(
  DATE_TIME_PATTERN,
  'a dateTime: a year, a month, a real date, or a real date and time with seconds and a time zone',
);
export const DateSchema = pattern(DATE_PATTERN, 'a date: YYYY, YYYY-MM or a real YYYY-MM-DD');

export const UriSchema = pattern(URI_PATTERN, 'a uri: not empty, without white space');
export const UrlSchema = pattern(URI_PATTERN, 'a url: not empty, without white space');
export const CanonicalSchema = pattern(URI_PATTERN, 'a canonical url: not empty, without white space');

/** R4: `urn:oid:[0-2](\.(0|[1-9][0-9]*))+`, said as what may not follow the first arc. */
export const OidSchema = pattern(
  '^urn:oid:[0-2](?=\\.)(?![\\s\\S]*(?:[^0-9.]|\\.(?:\\.|0[0-9]|$)))',
  'an oid, such as urn:oid:1.2.3',
);

export const IdSchema = pattern(
  '^[A-Za-z0-9\\-.]{1,64}$',
  'an id: 1 to 64 of the characters A-Z a-z 0-9 - .',
);

/** R4: `[^\s]+(\s[^\s]+)*`, said as: no white space at either end, and never two in a row. */
export const CodeSchema = pattern(
  '^(?![ \\t\\r\\n])(?![\\s\\S]*[ \\t\\r\\n](?:[ \\t\\r\\n]|$))[\\s\\S]',
  'a code: not empty, with no white space but single blanks inside',
);

export const Base64BinarySchema = Type.String({
  format: BASE64_FORMAT,
  ...expectation('base64 that is not empty, in groups of four characters'),
});

export const DecimalSchema = Type.Number(expectation('a number'));
export const PositiveIntSchema = integer(1, 'a whole number from 1 to 2147483647');
export const UnsignedIntSchema = integer(0, 'a whole number from 0 to 2147483647');

/** A code with a required binding: these and no others. */
export function boundCode<const Codes extends readonly string[]>(...codes: Codes) {
  const literals = codes.map((code) => Type.Literal(code));
  return Type.Unsafe<Codes[number]>(
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

function text(expected: string) {
  return Type.String({ minLength: 1, maxLength: STRING_CHARACTERS_MAX, ...expectation(expected) });
}

function pattern(source: string, expected: string) {
  return Type.String({ pattern: source, ...expectation(expected) });
}

function integer(minimum: number, expected: string) {
  return Type.Integer({ minimum, maximum: INTEGER_MAX, ...expectation(expected) });
}

function expectation(expected: string): SchemaOptions & Expectation {
  return { expected, problem: 'value' };
}
