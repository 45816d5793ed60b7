/**
 * The names that R4 gives to elements of an AuditEvent, of a Bundle and of their datatypes, as the schemas have them.
 * A key that is none of them was made up by a client, and is never repeated.
 */
import { AuditEventSchema } from '../schema/audit-event.ts';
import { BundleSchema, EntrySchema } from '../schema/bundle.ts';
import { ExtensionSchema } from '../schema/extension.ts';

const names = new Set<string>();
const seen = new Set<unknown>();
for (const schema of [AuditEventSchema, BundleSchema, EntrySchema, ExtensionSchema]) collect(schema);

/** Whether `key` is an element's name, or the name of a primitive's twin (`_recorded`). */
export function isElementName(key: string): boolean {
  return names.has(key.startsWith('_') ? key.slice(1) : key);
}

/** Adds the names of all `properties` in a schema, however it is built. */
function collect(part: unknown): void {
  if (typeof part !== 'object' || part === null || seen.has(part)) return;
  seen.add(part);
  for (const [keyword, value] of Object.entries(part)) {
    if (keyword === 'properties' && typeof value === 'object' && value !== null) {
      for (const name of Object.keys(value)) names.add(name.startsWith('_') ? name.slice(1) : name);
      for (const property of Object.values(value)) collect(property);
    } else {
      collect(value);
    }
  }
}
