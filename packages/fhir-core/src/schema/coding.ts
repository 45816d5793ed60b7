/** Coding (R4): a code of a terminology. Systems and codes are not looked up: unknown ones are welcome. */
import { type Static, Type } from '@sinclair/typebox';
import { element } from './element.ts';
import { BooleanSchema, CodeSchema, StringSchema, UriSchema } from './primitives.ts';

export const CodingSchema = element('Coding', {
  system: Type.Optional(UriSchema),
  version: Type.Optional(StringSchema),
  code: Type.Optional(CodeSchema),
  display: Type.Optional(StringSchema),
  userSelected: Type.Optional(BooleanSchema),
});

export type Coding = Static<typeof CodingSchema>;
