/** The datatypes that others name by `Type.Ref`: those that can hold themselves. */
import type { TSchema } from '@sinclair/typebox';
import { ElementSchema } from './element.ts';
import { ExtensionSchema } from './extension.ts';
import { ReferenceSchema } from './reference.ts';

const DATATYPES: ReadonlyMap<string, TSchema> = new Map(
  [ElementSchema, ExtensionSchema, ReferenceSchema].map((schema) => [schema.$id ?? '', schema]),
);

/** The schema of the datatype `name`, which must be one of R4. */
export function datatype(name: string): TSchema {
  const schema = DATATYPES.get(name);
  if (schema === undefined) throw new Error(`no schema for the datatype ${name}`);
  return schema;
}
