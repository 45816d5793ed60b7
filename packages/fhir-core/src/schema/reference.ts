/**
 * Reference (R4). `reference` is a string to R4, not a uri, and is taken in any form: relative, absolute,
 * `urn:`, `#contained`, or to a type that FHIR does not know.
 */
import { type Static, Type } from '@sinclair/typebox';
import { element } from './element.ts';
import { IdentifierSchema } from './identifier.ts';
import { StringSchema, UriSchema } from './primitives.ts';

export const ReferenceSchema = element('Reference', {
  reference: Type.Optional({ ...StringSchema, isReference: true }),
  type: Type.Optional(UriSchema),
  identifier: Type.Optional(IdentifierSchema),
  display: Type.Optional(StringSchema),
});

export interface Reference extends Static<typeof ReferenceSchema> {}
