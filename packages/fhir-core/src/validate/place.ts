/**
 * Where a problem is, in two forms: FHIRPath for machines (`AuditEvent.entity[0].detail[1].value`), and as it
 * stands in the JSON for people (`AuditEvent.entity[0].detail[1].valueString`).
 */
export type Place = {
  /** FHIRPath. `resourceType` is no element to FHIRPath: its place is the resource. */
  readonly expression: string;
  /** The same place with JSON's property names. */
  readonly json: string;
};

/** FHIRPath knows a choice of types by its common name: `value`, not `valueString`. */
const CHOICE = /\.value[A-Z]\w*$/;

/** The place of a JSON Pointer under `root`. Pointers come from schemas, so their names need no unescaping. */
export function placeOf(root: string, pointer: string): Place {
  let json = root;
  for (const segment of pointer.split('/').slice(1)) {
    json += /^\d+$/.test(segment) ? `[${segment}]` : `.${segment}`;
  }
  return { expression: json.replace(/\.resourceType$/, '').replace(CHOICE, '.value'), json };
}
