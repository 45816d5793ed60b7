/**
 * A contained resource: a resource of any R4 type inside another, which is known by its id and by nothing else
 * (http://hl7.org/fhir/R4/references.html#contained).
 */
import { type SchemaOptions, type TSchema, Type } from '@sinclair/typebox';
import type { Expectation } from './expectation.ts';
import { exists, type Invariant, isObject } from './invariant.ts';
import { isResourceType } from './r4/definitions.ts';
import { schemaOfType } from './r4/type-schema.ts';

export type Contained = { readonly resourceType: string; readonly id?: string };

/** What a schema says whose values each name their own schema, by their `resourceType`. */
export type ResourceKeywords = Expectation & {
  /** The schema of a `resourceType`; of one that R4 does not define, undefined. */
  readonly schemaOf: (resourceType: string) => TSchema | undefined;
  /** What is expected of `resourceType` itself. */
  readonly typeSchema: TSchema;
  /** Whether its local references are its container's: another resource in a resource has its own. */
  readonly isContained: boolean;
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

/** On the container: `#id` says which contained resource is meant, so two cannot have one id (Resource.id, Element.id). */
export const CONTAINED_IDS: Invariant = {
  key: 'references.html#contained',
  must: 'not contain two resources with one id',
  holds: ({ contained }) => {
    if (!Array.isArray(contained) || contained.length < 2) return true;
    const ids = contained.flatMap((resource) =>
      isObject(resource) && exists(resource, 'id') ? [resource.id] : [],
    );
    return new Set(ids).size === ids.length;
  },
};

/** A resource of the type that it says, as R4 defines that type. Its type's own invariants are not looked at. */
export const ResourceSchema = resource('Resource', { isContained: false, invariants: [] });

export const ContainedSchema = resource('Contained', {
  isContained: true,
  invariants: [DOM_2, DOM_4, DOM_5],
});

function resource($id: string, own: Pick<ResourceKeywords, 'isContained' | 'invariants'>) {
  return Type.Unsafe<Contained>(
    Type.Unknown({
      $id,
      schemaOf: (resourceType) => (isResourceType(resourceType) ? schemaOfType(resourceType) : undefined),
      typeSchema: Type.String({
        expected: 'a type of resource that R4 defines',
        problem: 'value',
      } satisfies Expectation),
      ...own,
      expected: 'a resource',
      problem: 'structure',
    } satisfies ResourceKeywords & SchemaOptions),
  );
}
