/**
 * What every datatype of R4 is made with: a closed JSON object, in which each primitive element `x` has its twin
 * `_x` (http://hl7.org/fhir/R4/json.html#primitive), and arrays that are never empty.
 *
 * A schema is written as R4 writes a type: one key an element, `value[x]` for a choice. The builders lay out the
 * JSON properties from it, and keep beside them what JSON Schema has no word for: `elements` and `invariants`.
 */
import {
  type ArrayOptions,
  KindGuard,
  type ObjectOptions,
  type TArray,
  type TObject,
  type TOptional,
  type TProperties,
  type TSchema,
  Type,
} from '@sinclair/typebox';
import type { Expectation } from './expectation.ts';
import type { Extension } from './extension.ts';
import { ELE_1, type Invariant } from './invariant.ts';
import { attribute, isPrimitive, StringSchema, type TPrimitive } from './primitives.ts';

/** An element as R4 counts them: a choice of types is one, under several names in JSON. */
export type ElementDefinition = {
  /** `recorded`; `value` for `value[x]`. */
  readonly name: string;
  /** The JSON properties that it may have, without their twins. */
  readonly properties: readonly string[];
  readonly isChoice: boolean;
  readonly isRequired: boolean;
  /** Of its values; of a choice, what says which there are. */
  readonly schema: TSchema;
};

/** What a schema of `fhirObject` says beside its JSON Schema keywords. */
export type ObjectKeywords = Expectation & {
  readonly elements: readonly ElementDefinition[];
  readonly invariants: readonly Invariant[];
};

/** What the schema of a property `_x` says: it holds the id and the extensions of `x`. */
export type TwinKeywords = { readonly twinOf: string };

/**
 * The properties that a type has in JSON, without twins and choices, which nothing but validation reads. A required
 * primitive may be absent: R4 lets its twin stand for it, and then only an extension says something of it.
 */
type JsonProperties<Elements extends TProperties> = {
  [Name in keyof Elements as Name extends `${string}[x]` ? never : Name]: Elements[Name] extends
    | TPrimitive
    | TArray<TPrimitive>
    ? TOptional<Elements[Name]>
    : Elements[Name];
};

/** An item of an array; of a primitive, it is null where only its twin says something. */
type Item<Items extends TSchema> = Items extends TPrimitive<infer Value> ? TPrimitive<Value | null> : Items;

/** Extension holds extensions, so it is named here and resolved when a schema is compiled. */
const ExtensionRef = Type.Unsafe<Extension>(Type.Ref('Extension'));

/** What a twin holds. That it says something is a rule of the two together. */
export const ElementSchema = fhirObject('Element', elementBase());

/** A datatype. Its name is its schema's `$id`: compiled once, as a function, however often it is used. */
export function element<Elements extends TProperties>(
  name: string,
  elements: Elements,
  invariants: readonly Invariant[] = [],
) {
  const all = { ...elementBase(), ...elements };
  const canBeEmpty = Object.values(all).every((schema) => KindGuard.IsOptional(schema));
  return fhirObject(name, all, canBeEmpty ? [ELE_1, ...invariants] : invariants);
}

/** An element that is defined inside a resource: it may hold modifier extensions. */
export function backboneElement<Elements extends TProperties>(
  name: string,
  elements: Elements,
  invariants: readonly Invariant[] = [],
) {
  return element(name, { modifierExtension: Type.Optional(many(ExtensionRef)), ...elements }, invariants);
}

/** A JSON object of FHIR: these properties, their twins, and no others. */
export function fhirObject<Elements extends TProperties>(
  name: string,
  elements: Elements,
  invariants: readonly Invariant[] = [],
): TObject<JsonProperties<Elements>> {
  const properties: TProperties = {};
  const definitions: ElementDefinition[] = [];
  for (const [key, schema] of Object.entries(elements)) {
    const isChoice = key.endsWith('[x]');
    const isRequired = !KindGuard.IsOptional(schema);
    const types: TProperties = isChoice ? schema.properties : { [key]: schema };
    for (const [property, type] of Object.entries(types)) {
      const hasTwin = isPrimitive(KindGuard.IsArray(type) ? type.items : type);
      properties[property] = isChoice || hasTwin ? Type.Optional(type) : type;
      if (hasTwin) properties[`_${property}`] = twin(property, type);
    }
    const elementName = isChoice ? key.slice(0, -'[x]'.length) : key;
    definitions.push({ name: elementName, properties: Object.keys(types), isChoice, isRequired, schema });
  }
  return Type.Object(properties, {
    $id: name,
    additionalProperties: false,
    elements: definitions,
    invariants,
    expected: `an object (${name})`,
    problem: 'structure',
  } satisfies ObjectOptions & ObjectKeywords) as unknown as TObject<JsonProperties<Elements>>;
}

/** A choice of types, of which one may be there at a time: the schema of a key such as `value[x]`. */
export function choice(types: TProperties) {
  const names = Object.keys(types);
  return Type.Object(types, {
    expected: `one of ${names.join(', ')}`,
    problem: 'structure',
  } satisfies Expectation);
}

/** R4's `0..*`: where it is there, it is not empty. */
export function many<Items extends TSchema>(items: Items): TArray<Item<Items>> {
  return arrayOf(items, {});
}

/** R4's `1..*`. */
export function oneOrMore<Items extends TSchema>(items: Items): TArray<Item<Items>> {
  return arrayOf(items, { whenEmpty: 'required' });
}

function arrayOf<Items extends TSchema>(items: Items, options: Pick<Expectation, 'whenEmpty'>) {
  return Type.Array(items, {
    minItems: 1,
    expected: 'an array with at least one item',
    problem: 'structure',
    ...options,
  } satisfies ArrayOptions & Expectation) as unknown as TArray<Item<Items>>;
}

function elementBase() {
  return {
    id: Type.Optional(attribute(StringSchema)),
    extension: Type.Optional(many(ExtensionRef)),
  };
}

/** The twin of a primitive is an Element; that of an array of primitives is an array of them, with null for none. */
function twin(property: string, type: TSchema) {
  const ref = Type.Ref('Element');
  const orNull = { expected: 'an object (Element) or null', problem: 'structure' } satisfies Expectation;
  const schema = KindGuard.IsArray(type) ? many(Type.Union([ref, Type.Null()], orNull)) : ref;
  return Type.Optional({ ...schema, twinOf: property } satisfies TSchema & TwinKeywords);
}
