/**
 * The schemas of this folder as plain JSON Schema (2020-12), for those who are not this program: what they say beside JSON
 * Schema stays here, and each type of R4 is a definition of its own, under R4's name.
 *
 * A definition allows all that is taken. It does not forbid all that is refused: JSON Schema has no words for R4's
 * invariants, for base64 and for XHTML. What an extension's value may be, and what a contained resource, is left to R4's
 * own schema: they would bring 50 datatypes and all its resources with them.
 */
import { KindGuard, type TObject, type TSchema, Type } from '@sinclair/typebox';
import { AuditEventSchema } from './audit-event.ts';
import { BundleSchema, EntrySchema } from './bundle.ts';
import { datatype } from './datatypes.ts';
import type { ElementDefinition, ObjectKeywords } from './element.ts';
import { isPrimitive } from './primitives.ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

/** JSON Schema's own, of those that the schemas use. */
const KEYWORDS: readonly string[] = [
  ...['type', 'title', 'description', 'examples', 'enum', 'const'],
  ...['minLength', 'maxLength', 'pattern', 'minimum', 'maximum', 'minItems', 'maxItems', 'required'],
];

/** Of our formats, the one that is in no standard. */
const IP_FORMAT = 'ip';
/** Names in TypeBox's registry, which mean nothing elsewhere. */
const OWN_FORMAT = /^auditbox-/;

/** R4's regular expression, without its `\s`: that is more to JSON Schema than to XML. */
const BASE64_PATTERN = '^(?:[ \\t\\r\\n]*[0-9a-zA-Z+/=]{4}[ \\t\\r\\n]*)+$';

/** What is not said here in full. */
const OPEN: Readonly<Record<string, JsonSchema>> = {
  Extension: {
    type: 'object',
    description:
      'Extensions of its own, or a value of one of the types of R4 as `value[x]`: https://hl7.org/fhir/R4/extensibility.html#Extension',
    required: ['url'],
    properties: { url: { type: 'string', pattern: '^[^ \\t\\r\\n]+$' } },
  },
  Contained: {
    type: 'object',
    description:
      'A resource of any type of R4, as R4 defines it: https://hl7.org/fhir/R4/references.html#contained',
    required: ['resourceType'],
    properties: { resourceType: { type: 'string', pattern: '^[A-Z][A-Za-z]*$' } },
  },
};

/** A flat object's schema. What is said of a property is said in its place. */
export function plainSchema({ properties, required, additionalProperties, ...schema }: TObject): JsonSchema {
  return {
    ...keywordsOf(schema as TSchema),
    ...(required !== undefined && { required }),
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, plainValue(property)]),
    ),
    ...(additionalProperties !== undefined && { additionalProperties }),
  };
}

/** Which schema a property has whose own says nothing, as what it holds is looked at one by one. */
const HELD: Readonly<Record<string, Readonly<Record<string, TSchema>>>> = {
  Bundle: { entry: Type.Array(EntrySchema, { minItems: 1 }) },
  'Bundle.entry': { resource: AuditEventSchema },
};

/**
 * AuditEvent, Bundle as it is sent, and each type that they are made of, by name; one names another by `prefix` and its name.
 * The first entry of a Bundle of type history, which holds no AuditEvent, is not said.
 */
export function sentDefinitions(prefix: string): Readonly<Record<string, JsonSchema>> {
  const definitions = new Map<string, JsonSchema>();
  const named = (name: string, define: () => JsonSchema): JsonSchema => {
    if (!definitions.has(name)) {
      // Before it is made: a type may hold itself.
      definitions.set(name, {});
      definitions.set(name, OPEN[name] ?? define());
    }
    return { $ref: `${prefix}${name}` };
  };

  const schemaOf = (schema: TSchema): JsonSchema => {
    if (KindGuard.IsRef(schema)) return schemaOf(datatype(schema.$ref));
    if (KindGuard.IsArray(schema)) {
      const { items, minItems } = schema;
      return { type: 'array', minItems, items: itemOf(items) };
    }
    if (KindGuard.IsUnion(schema)) return unionOf(schema.anyOf);
    if (KindGuard.IsObject(schema) && schema.$id !== undefined) {
      return named(schema.$id, () => objectOf(schema));
    }
    if (typeof schema.$id === 'string') return named(schema.$id, () => plainValue(schema));
    return typeof schema.primitive === 'string'
      ? named(schema.primitive, () => primitiveOf(schema))
      : plainValue(schema);
  };

  /** R4 has null in a list of primitives where only its twin says something. */
  const itemOf = (items: TSchema): JsonSchema =>
    isPrimitive(items) ? { anyOf: [schemaOf(items), { type: 'null' }] } : schemaOf(items);

  const unionOf = (schemas: readonly TSchema[]): JsonSchema =>
    schemas.every((one) => KindGuard.IsLiteral(one))
      ? { type: 'string', enum: schemas.map((one) => one.const) }
      : { anyOf: schemas.map(schemaOf) };

  const objectOf = ({ properties, required = [], ...schema }: TObject): JsonSchema => {
    const { elements } = schema as unknown as ObjectKeywords;
    const either = elements.flatMap((definition) => eitherOf(definition, required, properties));
    return {
      type: 'object',
      // ele-1, as far as it can be said: an id alone is nothing either.
      ...(required.length > 0 ? { required } : { minProperties: 1 }),
      ...(either.length > 0 && { allOf: either }),
      properties: Object.fromEntries(
        Object.entries({ ...properties, ...HELD[schema.$id ?? ''] }).map(([name, property]) => [
          name,
          schemaOf(property),
        ]),
      ),
      additionalProperties: false,
    };
  };

  schemaOf(AuditEventSchema);
  schemaOf(BundleSchema);
  return Object.fromEntries(definitions);
}

/** A required element that is there as a value, as its twin alone, or as one of several types. */
function eitherOf(
  { properties, isRequired }: ElementDefinition,
  required: readonly string[],
  all: TObject['properties'],
): JsonSchema[] {
  if (!isRequired || properties.some((name) => required.includes(name))) return [];
  const names = properties.flatMap((name) => [name, `_${name}`]).filter((name) => name in all);
  return [{ anyOf: names.map((name) => ({ required: [name] })) }];
}

function primitiveOf(schema: TSchema): JsonSchema {
  const { primitive, expected } = schema as unknown as { primitive: string; expected: string };
  return {
    ...plainValue(schema),
    description: `${expected.charAt(0).toUpperCase()}${expected.slice(1)}`,
    ...(primitive === 'base64Binary' && { pattern: BASE64_PATTERN }),
  };
}

function plainValue(schema: TSchema): JsonSchema {
  const { format } = schema as { readonly format?: string };
  const own = keywordsOf(schema);
  if (format === undefined || OWN_FORMAT.test(format)) return own;
  return format === IP_FORMAT
    ? { ...own, anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] }
    : { ...own, format };
}

function keywordsOf(schema: TSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => KEYWORDS.includes(keyword)));
}
