/** A contained resource: of any type, known by its id. What is in it is not checked for now. */
import { Type } from '@sinclair/typebox';
import { fhirObject } from './element.ts';
import { IdSchema, StringSchema } from './primitives.ts';

export const ContainedSchema = fhirObject('Resource', {
  resourceType: StringSchema,
  id: Type.Optional(IdSchema),
});
