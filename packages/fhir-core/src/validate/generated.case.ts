/**
 * Values of R4's types, made from their schemas, and mutations of them that break one rule at a known place. What
 * validation must accept and refuse, for types that are too many to write values of by hand.
 */
import { KindGuard, type TObject, type TSchema } from '@sinclair/typebox';
import fc from 'fast-check';
import { datatype } from '../schema/datatypes.ts';
import type { ElementDefinition, ObjectKeywords } from '../schema/element.ts';
import type { Json, JsonObject } from './corpus.case.ts';

type ObjectSchema = TObject & ObjectKeywords;

/** A value that is wrong in one way, and the FHIRPath of what is wrong in it, under the value's own. */
export type Mutant = { readonly value: JsonObject; readonly broken: string; readonly how: string };

type Mutation = { readonly how: string; readonly at: string; readonly apply: () => void };

/** Levels of elements below the one that is made: deep enough for what R4 nests, shallow enough to be quick. */
const LEVELS = 3;
const OPTIONAL_ELEMENTS_MAX = 4;

/** A contained resource has a meaning of its own for these, which is tested by itself. */
const LEFT_OUT = new Set(['contained', 'meta', 'id', 'modifierExtension']);

const PRIMITIVES: Record<string, fc.Arbitrary<Json>> = {
  base64Binary: fc.base64String({ minLength: 4 }),
  boolean: fc.boolean(),
  canonical: fc.constantFrom('http://example.org/profile|1.0'),
  code: fc.constantFrom('1', 'h', 'two words'),
  date: fc.constantFrom('2026', '2026-01', '2024-02-29'),
  dateTime: fc.constantFrom('2026', '2026-01-31T09:30:00.5+01:00'),
  decimal: fc.constantFrom(0, 1, 2.5, 1e-7),
  id: fc.constantFrom('a', 'A-z.0'),
  instant: fc.constantFrom('2026-01-31T09:30:00Z'),
  integer: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  markdown: fc.string({ minLength: 1 }),
  oid: fc.constantFrom('urn:oid:1.2.3'),
  positiveInt: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  string: fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.startsWith('#')),
  time: fc.constantFrom('09:30:00', '23:59:60.1'),
  unsignedInt: fc.nat(),
  uri: fc.constantFrom('http://unitsofmeasure.org', 'urn:oid:1.2.3', 'Client/x'),
  url: fc.constantFrom('https://example.org'),
  uuid: fc.constantFrom('urn:uuid:c757873d-ec9a-4326-a141-556f43239520'),
  xhtml: fc.constantFrom('<div xmlns="http://www.w3.org/1999/xhtml">read</div>'),
};

/** Some value of the object that `schema` describes. */
export function generated(schema: TSchema, levels = LEVELS): fc.Arbitrary<JsonObject> {
  const { elements, invariants, properties } = schema as ObjectSchema;
  const isFixed = ({ name }: ElementDefinition) => properties[name] && KindGuard.IsLiteral(properties[name]);
  const required = elements.filter((element) => element.isRequired && !isFixed(element));
  const all = elements.filter(({ name, isRequired }) => {
    return !isRequired && !LEFT_OUT.has(name);
  });
  const simple = all.filter((element) => choicesOf(element, levels).length > 0);
  const [optional, left] = simple.length + required.length > 0 ? [simple, levels] : [all, 1];
  const fixed = Object.fromEntries(
    elements.filter(isFixed).map(({ name }) => [name, properties[name]?.const]),
  );
  const some = {
    minLength: required.length === 0 ? 1 : 0,
    maxLength: Math.min(OPTIONAL_ELEMENTS_MAX, optional.length),
  };

  return fc
    .subarray(optional, some)
    .chain((chosen) => fc.tuple(...[...required, ...chosen].map(entry)))
    .map((entries): JsonObject => ({ ...fixed, ...Object.fromEntries(entries) }))
    .filter((value) => invariants.every(({ holds }) => holds(value)));

  function choicesOf(element: ElementDefinition, within: number): string[] {
    const isSimple = (name: string) => !isNested(itemOf(properties[name] as TSchema));
    return within > 0 ? [...element.properties] : element.properties.filter(isSimple);
  }

  function entry(element: ElementDefinition): fc.Arbitrary<[string, Json]> {
    const names = choicesOf(element, element.isRequired ? Math.max(left, 1) : left);
    return fc
      .constantFrom(...names)
      .chain((name) => someValue(properties[name] as TSchema, levels - 1).map((value) => [name, value]));
  }
}

/** A value of `schema` in which one thing is wrong. */
export function mutated(schema: TSchema): fc.Arbitrary<Mutant> {
  return fc.tuple(generated(schema), fc.nat()).map(([value, pick]) => {
    const all = [...mutations(schema, value, '')];
    const { how, at, apply } = all[pick % all.length] as Mutation;
    apply();
    return { value, broken: at, how };
  });
}

function* mutations(schema: TSchema, object: JsonObject, place: string): Generator<Mutation> {
  const { elements, properties } = schema as ObjectSchema;
  const set = (name: string, value: Json) => () => {
    object[name] = value;
  };
  yield { how: 'an unknown property', at: place, apply: set('notOfR4', 1) };
  for (const element of elements) {
    const at = `${place}.${element.name}`;
    const name = element.properties.find((property) => property in object);
    if (name === undefined || element.name === 'resourceType') continue;
    const of = properties[name] as TSchema;
    yield { how: `${name} null`, at, apply: set(name, null) };
    yield { how: `${name} an empty array`, at, apply: set(name, []) };
    if (element.isRequired) yield { how: `no ${name}`, at, apply: () => delete object[name] };
    const other = element.properties.find((property) => property !== name);
    if (other !== undefined) yield { how: `${name} and ${other}`, at: place, apply: set(other, {}) };
    const value = object[name] as Json;
    if (!Array.isArray(value)) {
      yield* valueMutations(of, value, at, (changed) => set(name, changed));
      continue;
    }
    for (const [index, item] of value.entries()) {
      yield* valueMutations(itemOf(of), item, `${at}[${index}]`, (changed) => () => {
        value[index] = changed;
      });
    }
  }
}

function* valueMutations(
  of: TSchema,
  value: Json,
  at: string,
  set: (changed: Json) => () => void,
): Generator<Mutation> {
  const wrong: Json = isNested(of) ? 'text' : {};
  yield { how: 'another kind of value', at, apply: set(wrong) };
  if (KindGuard.IsUnion(of)) yield { how: 'a code that is not of the set', at, apply: set('not of R4') };
  if (isNested(of) && !isResource(of)) yield* mutations(resolved(of), value as JsonObject, at);
}

function someValue(schema: TSchema, levels: number): fc.Arbitrary<Json> {
  const of = resolved(schema);
  if (KindGuard.IsArray(of)) return fc.array(someValue(of.items, levels), { minLength: 1, maxLength: 2 });
  if (isResource(of)) return fc.constant({ resourceType: 'Basic', code: { text: 'a' } });
  if (KindGuard.IsObject(of)) return generated(of, levels);
  if (KindGuard.IsUnion(of)) return fc.constantFrom(...of.anyOf.map(({ const: code }) => code as Json));
  return PRIMITIVES[of.primitive] as fc.Arbitrary<Json>;
}

function isNested(schema: TSchema): boolean {
  const of = resolved(schema);
  return KindGuard.IsObject(of) || isResource(of);
}

function isResource(schema: TSchema): boolean {
  return typeof resolved(schema).schemaOf === 'function';
}

function itemOf(schema: TSchema): TSchema {
  return KindGuard.IsArray(schema) ? schema.items : schema;
}

function resolved(schema: TSchema): TSchema {
  return KindGuard.IsRef(schema) ? datatype(schema.$ref) : schema;
}
