/** The types that schemas name by `Type.Ref`: the hand-written ones, and by R4's own definitions all others. */
import type { TSchema } from '@sinclair/typebox';
import { CodeableConceptSchema } from './codeable-concept.ts';
import { CodingSchema } from './coding.ts';
import { ResourceSchema } from './contained.ts';
import { ElementSchema } from './element.ts';
import { ExtensionSchema } from './extension.ts';
import { IdentifierSchema } from './identifier.ts';
import { MetaSchema } from './meta.ts';
import { NarrativeSchema } from './narrative.ts';
import { PeriodSchema } from './period.ts';
import { schemaOfType } from './r4/type-schema.ts';
import { ReferenceSchema } from './reference.ts';

const HAND_WRITTEN: ReadonlyMap<string, TSchema> = new Map(
  [
    CodeableConceptSchema,
    CodingSchema,
    ElementSchema,
    ExtensionSchema,
    IdentifierSchema,
    MetaSchema,
    NarrativeSchema,
    PeriodSchema,
    ReferenceSchema,
    ResourceSchema,
  ].map((schema: TSchema) => [schema.$id ?? '', schema]),
);

/** The schema of `type`, which must be one of R4: a datatype, or an element such as `Patient.contact`. */
export function datatype(type: string): TSchema {
  return HAND_WRITTEN.get(type) ?? schemaOfType(type);
}
