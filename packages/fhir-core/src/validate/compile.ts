/**
 * Schemas compiled to one function each, at module load: the happy path of every event.
 *
 * Compiling makes JavaScript from the schemas with `new Function`, so this package's validation does not run
 * where a content security policy forbids that (a browser page); it is for services.
 */
import type { TSchema } from '@sinclair/typebox';
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler';
import { ExtensionSchema } from '../schema/extension.ts';
import { ReferenceSchema } from '../schema/reference.ts';

export type Checker = TypeCheck<TSchema>;

/** `schema` with the datatypes that it names by `Type.Ref`: those that can hold themselves. */
export function compile(schema: TSchema): Checker {
  return TypeCompiler.Compile(schema, [ExtensionSchema, ReferenceSchema]);
}
