/**
 * The checks of primitives: their JSON types, regular expressions and bounds, compiled by TypeBox, which makes
 * JavaScript of them with `new Function`. So this does not run where a content security policy forbids that.
 */
import type { TSchema } from '@sinclair/typebox';
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler';

const checkers = new WeakMap<TSchema, TypeCheck<TSchema>>();

/** The check of a primitive by itself, compiled when it is first used. */
export function primitiveChecker(schema: TSchema): TypeCheck<TSchema> {
  const known = checkers.get(schema);
  if (known !== undefined) return known;
  const checker = TypeCompiler.Compile(schema);
  checkers.set(schema, checker);
  return checker;
}

/** Whether a primitive may name a contained resource, as dom-3 counts them. */
export function mayMention({ isReference, primitive }: TSchema): boolean {
  return isReference === true || primitive === 'uri' || primitive === 'url' || primitive === 'canonical';
}

/** ele-1 of a primitive: beside a value its twin may be an id alone, but not nothing; without, it has extensions. */
export function says(twin: { readonly [property: string]: unknown }, hasValue: boolean): boolean {
  return twin.extension !== undefined || (hasValue && twin.id !== undefined);
}
