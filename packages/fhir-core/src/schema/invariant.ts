/**
 * R4's invariants: rules that join several elements of one object. They stand in the schema of the type that R4
 * states them for, and are looked at also where an element is not what it should be, so they trust nothing.
 */
import type { IssueType } from '../outcome/operation-outcome.ts';

export type Unchecked = { readonly [property: string]: unknown };

export type Invariant = {
  /** R4's own key, such as `sev-1`. */
  readonly key: string;
  /** Completes "… must", and never quotes a value. */
  readonly must: string;
  readonly holds: (object: Unchecked) => boolean;
  /** `invariant` where it is not said. */
  readonly problem?: IssueType;
};

/** "All FHIR elements must have a @value or children": an id alone is neither. */
export const ELE_1: Invariant = {
  key: 'ele-1',
  must: 'have a value or children',
  holds: (element) => {
    for (const property in element) if (property !== 'id') return true;
    return false;
  },
};

/** Whether the element is there: by its value, or by its twin alone. FHIRPath's `exists()`. */
export function exists(object: Unchecked, element: string): boolean {
  return object[element] !== undefined || object[`_${element}`] !== undefined;
}

export function isObject(value: unknown): value is Unchecked {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
