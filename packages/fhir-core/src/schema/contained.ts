/**
 * A contained resource: a resource of any R4 type inside another, which is known by its id and by nothing else
 * (http://hl7.org/fhir/R4/references.html#contained).
 */
import { type TSchema, Type } from '@sinclair/typebox';
import { fhirObject } from './element.ts';
import type { Expectation } from './expectation.ts';
import { exists, type Invariant, isObject } from './invariant.ts';
import { MetaSchema } from './meta.ts';
import { attribute, CodeSchema, IdSchema, StringSchema, UriSchema } from './primitives.ts';

export type Contained = { readonly resourceType: string; readonly id?: string };

/** What a schema says whose values each name their own schema, by their `resourceType`. */
export type ResourceKeywords = Expectation & {
  readonly schemaOf: (resourceType: string) => TSchema | undefined;
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
const ResourceSchema = {
  ...fhirObject('Resource', {
    resourceType: attribute(StringSchema),
    id: Type.Optional(attribute(IdSchema)),
    meta: Type.Optional(MetaSchema),
    implicitRules: Type.Optional(UriSchema),
    language: Type.Optional(CodeSchema),
  }),
  additionalProperties: true,
};

export const ContainedSchema = Type.Unsafe<Contained>(
  Type.Unknown({
    schemaOf: () => ResourceSchema,
    invariants: [DOM_2, DOM_4, DOM_5],
    expected: 'a resource of a type that R4 defines',
    problem: 'structure',
  } satisfies ResourceKeywords),
);
