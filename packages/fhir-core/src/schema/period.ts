/** Period (R4): from a start to an end, either of them open. */
import { Type } from '@sinclair/typebox';
import { element } from './element.ts';
import { DateTimeSchema } from './primitives.ts';

export const PeriodSchema = element('Period', {
  start: Type.Optional(DateTimeSchema),
  end: Type.Optional(DateTimeSchema),
});
