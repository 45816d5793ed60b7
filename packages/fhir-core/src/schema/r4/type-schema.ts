/**
 * From a type's rows in the table to its schema, with the same builders as the hand-written ones. What is not
 * primitive in it is named (`Type.Ref`) and looked up when a value of it comes, so one schema is one type and no
 * more, and a type may hold itself.
 */
import { type TProperties, type TSchema, Type } from '@sinclair/typebox';
import { backboneElement, choice, element, fhirObject, many, oneOrMore } from '../element.ts';
import * as primitives from '../primitives.ts';
import { baseOf, type ElementRow, elementRows } from './definitions.ts';
import { invariantsOf } from './invariants.ts';

const PRIMITIVES = new Map<string, TSchema>(
  [
    primitives.Base64BinarySchema,
    primitives.BooleanSchema,
    primitives.CanonicalSchema,
    primitives.CodeSchema,
    primitives.DateSchema,
    primitives.DateTimeSchema,
    primitives.DecimalSchema,
    primitives.IdSchema,
    primitives.InstantSchema,
    primitives.IntegerSchema,
    primitives.MarkdownSchema,
    primitives.OidSchema,
    primitives.PositiveIntSchema,
    primitives.StringSchema,
    primitives.TimeSchema,
    primitives.UnsignedIntSchema,
    primitives.UriSchema,
    primitives.UrlSchema,
    primitives.UuidSchema,
    primitives.XhtmlSchema,
  ].map((schema) => [schema.primitive, schema]),
);

/** Past this, the codes of a set are more than a person reads in a sentence: its address is said instead. */
const LISTED_CODES_MAX = 16;

const schemas = new Map<string, TSchema>();

/** The schema of a type that has rows in the table, made once. */
export function schemaOfType(type: string): TSchema {
  const known = schemas.get(type);
  if (known !== undefined) return known;
  const made = makeSchema(type);
  schemas.set(type, made);
  return made;
}

/** The elements of `rows`, as the builders take them. */
export function elementsOf(rows: readonly ElementRow[]): TProperties {
  return Object.fromEntries(rows.map((row) => [row.isChoice ? `${row.name}[x]` : row.name, elementOf(row)]));
}

function makeSchema(type: string): TSchema {
  const own = elementsOf(elementRows(type));
  switch (baseOf(type)) {
    case 'Element':
      return element(type, own, invariantsOf(type));
    case 'BackboneElement':
      return backboneElement(type, own, invariantsOf(type));
    case 'Resource':
      return resource(type, own);
    default:
      return resource(type, { ...elementsOf(elementRows('DomainResource')), ...own });
  }
}

function resource(type: string, own: TProperties): TSchema {
  const base = elementsOf(elementRows('Resource'));
  return fhirObject(type, { resourceType: primitives.fixed(type), ...base, ...own });
}

function elementOf(row: ElementRow): TSchema {
  const schema = row.isChoice ? choice(choicesOf(row)) : repeated(row, itemOf(row, row.types[0] ?? ''));
  return row.isRequired ? schema : Type.Optional(schema);
}

function choicesOf(row: ElementRow): TProperties {
  return Object.fromEntries(row.types.map((type) => [choiceName(row.name, type), itemOf(row, type)]));
}

/** What JSON calls a choice that is of `type`: `deceasedBoolean`. A profile's name is no part of it. */
function choiceName(name: string, type: string): string {
  const jsonType = type === 'SimpleQuantity' ? 'Quantity' : type;
  return `${name}${jsonType.charAt(0).toUpperCase()}${jsonType.slice(1)}`;
}

function repeated({ isList, isRequired }: ElementRow, items: TSchema): TSchema {
  if (!isList) return items;
  return isRequired ? oneOrMore(items) : many(items);
}

function itemOf({ binding }: ElementRow, type: string): TSchema {
  if (binding === undefined) return PRIMITIVES.get(type) ?? Type.Ref(type);
  const { valueSet, codes } = binding;
  const schema = primitives.boundCode(...codes);
  if (codes.length <= LISTED_CODES_MAX) return schema;
  return { ...schema, expected: `one of the codes of http://hl7.org/fhir/ValueSet/${valueSet}` };
}
