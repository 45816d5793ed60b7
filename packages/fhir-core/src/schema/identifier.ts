/** Identifier (R4): a name that someone gave to something. Its assigner is a Reference, which may hold an Identifier. */
import { Type } from '@sinclair/typebox';
import { CodeableConceptSchema } from './codeable-concept.ts';
import { element } from './element.ts';
import { PeriodSchema } from './period.ts';
import { boundCode, StringSchema, UriSchema } from './primitives.ts';
import type { Reference } from './reference.ts';

export const IdentifierSchema = element('Identifier', {
  use: Type.Optional(boundCode('usual', 'official', 'temp', 'secondary', 'old')),
  type: Type.Optional(CodeableConceptSchema),
  system: Type.Optional(UriSchema),
  value: Type.Optional(StringSchema),
  period: Type.Optional(PeriodSchema),
  assigner: Type.Optional(Type.Unsafe<Reference>(Type.Ref('Reference'))),
});
