/**
 * A contained resource: a resource of any R4 type inside another, which is known by its id and by nothing else
 * (http://hl7.org/fhir/R4/references.html#contained).
 */
import { type SchemaOptions, type TSchema, Type } from '@sinclair/typebox';
import type { Expectation } from './expectation.ts';
import { exists, type Invariant, isObject } from './invariant.ts';
import { isResourceType } from './r4/definitions.ts';
import { typeSchema } from './r4/type-schema.ts';

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

/** A resource of the type that it says, as R4 defines that type. Its type's own invariants are not looked at. */
export const ResourceSchema = resource('Resource', []);

export const ContainedSchema = resource('Contained', [DOM_2, DOM_4, DOM_5]);

function resource($id: string, invariants: readonly Invariant[]) {
  return Type.Unsafe<Contained>(
    Type.Unknown({
      $id,
      schemaOf: (resourceType) => (isResourceType(resourceType) ? typeSchema(resourceType) : undefined),
      invariants,
      expected: 'a resource of a type that R4 defines',
      problem: 'structure',
    } satisfies ResourceKeywords & SchemaOptions),
  );
}
