/** Meta (R4). What a sender writes in `versionId` and `lastUpdated` is kept beside the event, so it is checked too. */
import { Type } from '@sinclair/typebox';
import { CodingSchema } from './coding.ts';
import { element, many } from './element.ts';
import { CanonicalSchema, IdSchema, InstantSchema, UriSchema } from './primitives.ts';

export const MetaSchema = element('Meta', {
  versionId: Type.Optional(IdSchema),
  lastUpdated: Type.Optional(InstantSchema),
  source: Type.Optional(UriSchema),
  profile: Type.Optional(many(CanonicalSchema)),
  security: Type.Optional(many(CodingSchema)),
  tag: Type.Optional(many(CodingSchema)),
});
