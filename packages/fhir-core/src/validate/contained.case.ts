/** HL7's own examples of R4 resources (fixtures/README.md), and how one stands in an event's `contained`. */
import { readFileSync } from 'node:fs';
import { changed, fullEvent, type Json, type JsonObject } from './corpus.case.ts';

const RESOURCES = new URL('../../fixtures/r4-resources.ndjson', import.meta.url);

export function resources(): JsonObject[] {
  const lines = readFileSync(RESOURCES, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/**
 * A valid event that contains `resource` first. Beside it stands what `resource` itself contains (dom-2: contained
 * resources are not nested), and the event refers to all of them (dom-3). What R4 forbids in the meta of a contained
 * resource (dom-4, dom-5) is left out.
 */
export function withContained(resource: JsonObject): JsonObject {
  const { contained: within = [], meta, ...own } = resource;
  const contained = [{ ...own, ...withoutForbidden(meta) }, ...(within as JsonObject[])];
  const event = changed(fullEvent(), '/contained', contained);
  const entity = contained.map(({ id }) => ({ what: { reference: `#${id}` } }));
  return changed(event, '/entity', entity);
}

function withoutForbidden(meta: Json | undefined): JsonObject {
  const { versionId, lastUpdated, security, ...rest } = (meta ?? {}) as JsonObject;
  return Object.keys(rest).length > 0 ? { meta: rest } : {};
}
