/** CodeableConcept (R4): a concept in words and in any number of codings. */
import { type Static, Type } from '@sinclair/typebox';
import { CodingSchema } from './coding.ts';
import { element, many } from './element.ts';
import { StringSchema } from './primitives.ts';

export const CodeableConceptSchema = element('CodeableConcept', {
  coding: Type.Optional(many(CodingSchema)),
  text: Type.Optional(StringSchema),
});

export type CodeableConcept = Static<typeof CodeableConceptSchema>;
