/**
 * Where a problem is, in two forms: FHIRPath for machines (`AuditEvent.entity[0].detail[1].value`), and as it
 * stands in the JSON for people (`AuditEvent.entity[0].detail[1].valueString`). Both are made of names that the
 * schemas define, never of names that were sent.
 */
import type { ElementDefinition } from '../schema/element.ts';

export type Place = {
  /**
   * FHIRPath. It knows a choice of types by its common name, and what a twin holds at the primitive itself;
   * `resourceType` is no element to it, so its place is the resource.
   */
  readonly expression: string;
  /** The same place with JSON's property names. */
  readonly json: string;
};

export function rootPlace(root: string): Place {
  return { expression: root, json: root };
}

/** The place of an element; `property` is its name in JSON where that is another. */
export function childPlace(
  { expression, json }: Place,
  { name }: Pick<ElementDefinition, 'name'>,
  property = name,
): Place {
  return {
    expression: name === 'resourceType' ? expression : `${expression}.${name}`,
    json: `${json}.${property}`,
  };
}

export function itemPlace({ expression, json }: Place, index: number): Place {
  return { expression: `${expression}[${index}]`, json: `${json}[${index}]` };
}
