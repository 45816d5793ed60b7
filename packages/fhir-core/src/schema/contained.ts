/**
 * A contained resource: a resource of any R4 type inside another, which is known by its id and by nothing else
 * (http://hl7.org/fhir/R4/references.html#contained).
 */
import { type TSchema, Type } from '@sinclair/typebox';
import { fhirObject, many, open } from './element.ts';
import type { Expectation } from './expectation.ts';
import { exists, type Invariant, isObject } from './invariant.ts';
import { MetaSchema } from './meta.ts';
import { attribute, CodeSchema, IdSchema, StringSchema, UriSchema } from './primitives.ts';

export type Contained = { readonly resourceType: string; readonly id?: string };

/** What a schema says whose values each name their own schema, by their `resourceType`. */
export type ResourceKeywords = Expectation & {
  /** The schema of a `resourceType`; of one that R4 does not define, undefined. */
  readonly schemaOf: (resourceType: string) => TSchema | undefined;
  /** What is expected of `resourceType` itself. */
  readonly typeSchema: TSchema;
  readonly invariants: readonly Invariant[];
};

const DOM_2: Invariant = {
  key: 'dom-2',
  must: 'have no contained resources, as it is contained itself',
  holds: (resource) => resource.contained === undefined,
};

const DOM_4: Invariant = {
  key: 'dom-4',
  must: 'have no meta.versionId and no meta.lastUpdated, as it is contained',
  holds: ({ meta }) => !isObject(meta) || (!exists(meta, 'versionId') && !exists(meta, 'lastUpdated')),
};

const DOM_5: Invariant = {
  key: 'dom-5',
  must: 'have no meta.security, as it is contained',
  holds: ({ meta }) => !isObject(meta) || meta.security === undefined,
};

/** What every resource has. Of contained ones, the rest is open for now. */
const ResourceSchema = open(
  fhirObject('Resource', {
    resourceType: attribute(StringSchema),
    id: Type.Optional(IdSchema),
    meta: Type.Optional(MetaSchema),
    implicitRules: Type.Optional(UriSchema),
    language: Type.Optional(CodeSchema),
    extension: Type.Optional(many(Type.Ref('Extension'))),
  }),
);

export const ContainedSchema = Type.Unsafe<Contained>(
  Type.Unknown({
    schemaOf: () => ResourceSchema,
    typeSchema: Type.String({
      expected: 'a type of resource that R4 defines',
      problem: 'value',
    } satisfies Expectation),
    invariants: [DOM_2, DOM_4, DOM_5],
    expected: 'a resource',
    problem: 'structure',
  } satisfies ResourceKeywords),
);
