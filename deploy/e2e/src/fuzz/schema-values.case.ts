/**
 * Values that a JSON Schema allows, from the schema alone, with a liking for its bounds. The schemas are those of our
 * document: a keyword that is not known here throws.
 */
import fc from 'fast-check';
import type { Definitions, Schema } from './described-api.ts';

/** Below this depth an object has what it must have and no more. */
const DEPTH_MAX = 5;
/** Characters of a string whose schema allows more: a bound is tried by its schema's name, not by megabytes. */
const STRING_CHARACTERS_MAX = 600;
const ITEMS_MAX = 3;
/** Properties of an object beside those that it must have. */
const OPTIONAL_MAX = 6;

const KNOWN: readonly string[] = [
  ...'$ref allOf anyOf oneOf const enum type title description examples default minLength maxLength'.split(
    ' ',
  ),
  ...'pattern format minimum maximum minItems maxItems items properties required minProperties'.split(' '),
  'additionalProperties',
];

/** Texts that break what does not count characters as it should, or takes text for something else. */
const ODD_TEXTS = [
  ...'\u{1f600} é e\u0301 \u2028 \ufeff \u202e ß İ \u0000 %00 " \\ {{x}} <a> ../.. * ?'.split(' '),
  ...'null true -0 1e999 __proto__ | , $'.split(' '),
  ...[' ', '\u00a0', "' or 1=1"],
];

/** What some pattern or other takes. */
const COMMON_TEXTS = ['a', 'a b', ...'GET YWJj urn:x:1 2026 2026-01-16T16:03:16Z'.split(' ')];

const oddText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...ODD_TEXTS),
  fc.array(fc.constantFrom(...ODD_TEXTS), { maxLength: 5 }).map((parts) => parts.join('')),
);

export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: oddText },
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 1.5, 2 ** 53, 1e21, -0, 2 ** 31) },
  { weight: 1, arbitrary: fc.constantFrom({}, [], [null], [[]], { resourceType: 'Patient' }) },
);

/** Any JSON as a piece of a URL, a header or a form. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

export function valuesOf(schema: Schema, definitions: Definitions, depth = 0): fc.Arbitrary<unknown> {
  const strange = Object.keys(schema).filter((keyword) => !KNOWN.includes(keyword));
  if (strange.length > 0) throw new Error(`the schema says ${strange.join(', ')}`);
  const within = (one: unknown, down = 0) => valuesOf(one as Schema, definitions, depth + down);
  const { $ref, type, format } = schema;
  if (typeof $ref === 'string') return within(definitions[$ref.replace('#/$defs/', '')]);
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
  const choices = (schema.oneOf ?? (type === 'string' ? undefined : schema.anyOf)) as unknown[] | undefined;
  if (choices !== undefined) return fc.oneof(...choices.map((one) => within(one)));
  switch (type) {
    case 'string':
      return format === undefined && schema.anyOf === undefined ? strings(schema) : formatted(schema);
    case 'integer': {
      const { minimum: min = -(2 ** 31), maximum: max = 2 ** 31 - 1 } = schema as Record<string, number>;
      return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max));
    }
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      const { minItems: minLength = 0, maxItems = ITEMS_MAX } = schema as Record<string, number>;
      const maxLength = Math.min(maxItems, depth < DEPTH_MAX ? ITEMS_MAX : minLength);
      return fc.array(within(schema.items ?? {}, 1), { minLength, maxLength });
    }
    case 'object':
      return objects(schema, within, depth);
    default:
      return anyJson;
  }
}

function objects(
  schema: Schema,
  within: (one: unknown, down: number) => fc.Arbitrary<unknown>,
  depth: number,
): fc.Arbitrary<unknown> {
  const { properties = {}, minProperties = 0 } = schema as {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly minProperties?: number;
  };
  // Of several that would do, the first: the value itself, not its twin.
  const either = ((schema.allOf ?? []) as readonly Schema[]).flatMap(
    ({ anyOf }) => (anyOf as readonly { readonly required: readonly string[] }[])[0]?.required ?? [],
  );
  const required = [...((schema.required ?? []) as readonly string[]), ...either];
  const names = Object.keys(properties);
  const flat = names.filter((name) => !name.startsWith('_') && !/id|extension/i.test(name));
  const optional = (depth < DEPTH_MAX ? names : []).filter((name) => !required.includes(name));
  const least = required.length < minProperties ? flat.slice(0, 1) : [];
  // Late, as a type may hold itself.
  return fc
    .tuple(
      fc.subarray(optional, { maxLength: Math.min(optional.length, OPTIONAL_MAX) }),
      fc.constant(required),
    )
    .chain(([some, must]) => {
      const chosen = [...new Set([...must, ...(some.length > 0 ? some : least)])];
      return fc.record(
        Object.fromEntries(chosen.map((name) => [name, within(properties[name] ?? {}, 1)])),
      ) as fc.Arbitrary<unknown>;
    });
}

function strings(schema: Schema): fc.Arbitrary<string> {
  const {
    minLength = 0,
    maxLength = STRING_CHARACTERS_MAX,
    pattern,
  } = schema as {
    readonly minLength?: number;
    readonly maxLength?: number;
    readonly pattern?: string;
  };
  const longest = Math.min(maxLength, STRING_CHARACTERS_MAX);
  const examples = (schema.examples ?? []) as readonly string[];
  const matches = pattern === undefined ? () => true : (text: string) => new RegExp(pattern, 'u').test(text);
  const counted = (text: string) => [...text].length >= minLength && [...text].length <= maxLength;
  const bounds = [minLength, longest].flatMap((length) =>
    ['a', '\u{1f600}'].map((one) => one.repeat(length)),
  );
  const known = [...bounds, ...examples, ...COMMON_TEXTS].filter((text) => matches(text) && counted(text));
  if (pattern === undefined) return fc.oneof(oddText.filter(counted), fc.constantFrom(...known));
  return /\(\?[=!]/.test(pattern)
    ? fc.oneof(fc.constantFrom(...known), fc.string({ minLength: 1, maxLength: 20 }).filter(matches))
    : fc.oneof(
        fc.stringMatching(new RegExp(pattern)).filter(counted),
        ...known.map((text) => fc.constant(text)),
      );
}

const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  uuid: fc.uuid(),
  ipv4: fc.ipV4(),
  ipv6: fc.ipV6(),
  'date-time': fc
    .date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true })
    .map((date) => date.toISOString()),
};

function formatted({ format, anyOf = [{ format }] }: Schema): fc.Arbitrary<string> {
  const formats = (anyOf as readonly { readonly format: string }[]).map((one) => FORMATS[one.format]);
  return fc.oneof(...formats.filter((one) => one !== undefined));
}
