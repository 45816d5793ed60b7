/**
 * What every datatype of R4 is made with: an object with `id` and `extension`, never empty (ele-1), and arrays
 * that are never empty (R4 JSON: "an array cannot be empty").
 *
 * This is the one place that decides how an object treats what its schema does not name. For now that is
 * tolerated: unknown properties and the `_element` twins of primitives pass unseen.
 */
import {
  type ArrayOptions,
  KindGuard,
  type ObjectOptions,
  type TProperties,
  type TSchema,
  Type,
} from '@sinclair/typebox';
import type { Expectation } from './expectation.ts';
import type { Extension } from './extension.ts';
import { StringSchema } from './primitives.ts';

/** Extension holds extensions, so it is named here and resolved when a schema is compiled. */
const ExtensionRef = Type.Unsafe<Extension>(Type.Ref('Extension'));

/** A datatype. Its name is its schema's `$id`: compiled once, as a function, however often it is used. */
export function element<Properties extends TProperties>(name: string, properties: Properties) {
  const base = { id: Type.Optional(StringSchema), extension: Type.Optional(many(ExtensionRef)) };
  return fhirObject(name, { ...base, ...properties });
}

/** An element that is defined inside a resource: it may hold modifier extensions. */
export function backboneElement<Properties extends TProperties>(name: string, properties: Properties) {
  return element(name, { modifierExtension: Type.Optional(many(ExtensionRef)), ...properties });
}

/** A JSON object of FHIR. One that requires a property cannot be empty; the others say so (ele-1). */
export function fhirObject<Properties extends TProperties>(name: string, properties: Properties) {
  const mayBeEmpty = Object.values(properties).every((property) => KindGuard.IsOptional(property));
  return Type.Object(properties, {
    $id: name,
    ...(mayBeEmpty && { minProperties: 1 }),
    expected: `an object (${name})`,
    problem: 'structure',
  } satisfies ObjectOptions & Expectation);
}

/** R4's `0..*`: where it is there, it is not empty. */
export function many<Items extends TSchema>(items: Items) {
  return Type.Array(items, {
    minItems: 1,
    expected: 'an array with at least one item',
    problem: 'structure',
  } satisfies ArrayOptions & Expectation);
}

/** R4's `1..*`. */
export function oneOrMore<Items extends TSchema>(items: Items) {
  return Type.Array(items, {
    minItems: 1,
    expected: 'an array with at least one item',
    problem: 'structure',
    whenEmpty: 'required',
  } satisfies ArrayOptions & Expectation);
}
