/**
 * Extension (R4), with every type that its value may have (http://hl7.org/fhir/R4/extensibility.html#Extension).
 * Unknown extensions are welcome: what their url means is not looked up.
 */
import { type TSchema, Type } from '@sinclair/typebox';
import { CodeableConceptSchema } from './codeable-concept.ts';
import { CodingSchema } from './coding.ts';
import { choice, element } from './element.ts';
import { IdentifierSchema } from './identifier.ts';
import type { Invariant } from './invariant.ts';
import { MetaSchema } from './meta.ts';
import { PeriodSchema } from './period.ts';
import {
  attribute,
  Base64BinarySchema,
  BooleanSchema,
  CanonicalSchema,
  CodeSchema,
  DateSchema,
  DateTimeSchema,
  DecimalSchema,
  IdSchema,
  InstantSchema,
  IntegerSchema,
  MarkdownSchema,
  OidSchema,
  PositiveIntSchema,
  StringSchema,
  TimeSchema,
  UnsignedIntSchema,
  UriSchema,
  UrlSchema,
  UuidSchema,
} from './primitives.ts';

/** The types that R4 calls open: 19 primitives and the complex ones, under their names in JSON. */
const VALUES = {
  valueBase64Binary: Base64BinarySchema,
  valueBoolean: BooleanSchema,
  valueCanonical: CanonicalSchema,
  valueCode: CodeSchema,
  valueDate: DateSchema,
  valueDateTime: DateTimeSchema,
  valueDecimal: DecimalSchema,
  valueId: IdSchema,
  valueInstant: InstantSchema,
  valueInteger: IntegerSchema,
  valueMarkdown: MarkdownSchema,
  valueOid: OidSchema,
  valuePositiveInt: PositiveIntSchema,
  valueString: StringSchema,
  valueTime: TimeSchema,
  valueUnsignedInt: UnsignedIntSchema,
  valueUri: UriSchema,
  valueUrl: UrlSchema,
  valueUuid: UuidSchema,
  valueCodeableConcept: CodeableConceptSchema,
  valueCoding: CodingSchema,
  valueIdentifier: IdentifierSchema,
  valueMeta: MetaSchema,
  valuePeriod: PeriodSchema,
  valueReference: Type.Ref('Reference'),
} as const satisfies Record<string, TSchema>;

const VALUE = /^_?value[A-Z]/;

const EXT_1: Invariant = {
  key: 'ext-1',
  must: 'have either extensions or a value[x], not both and not neither',
  holds: (extension) => {
    let hasValue = false;
    for (const property in extension) if (VALUE.test(property)) hasValue = true;
    return hasValue !== (extension.extension !== undefined);
  },
};

export const ExtensionSchema = element(
  'Extension',
  { url: attribute(UriSchema), 'value[x]': Type.Optional(choice(VALUES)) },
  [EXT_1],
);

/** Its value is one of many types, which nothing but validation looks at. */
export interface Extension {
  readonly id?: string;
  readonly extension?: Extension[];
  readonly url: string;
}
