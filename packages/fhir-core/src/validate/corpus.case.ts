/** What the tests of this folder start from: real events, and one made event that has every required element. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Issue } from '../outcome/operation-outcome.ts';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

const FIXTURES = new URL('../../fixtures/', import.meta.url);

/** 116 base-valid events of many producers. */
export function corpus(): JsonObject[] {
  return readFileSync(new URL('corpus.ndjson', FIXTURES), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

export function realBundle(producer: 'hapi-balp-generated' | 'keycloak-plugin'): JsonObject {
  return JSON.parse(readFileSync(new URL(`${producer}/bundle-collection.json`, FIXTURES), 'utf8'));
}

/** The events of the searchset Bundles of a German e-prescription server. */
export function searchsetEvents(): JsonObject[] {
  const folder = new URL('gematik-erezept/', FIXTURES);
  return readdirSync(folder).flatMap((file) => {
    return entriesOf(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  });
}

/** The resources in a Bundle. */
export function entriesOf({ entry }: JsonObject): JsonObject[] {
  return (entry as { resource: JsonObject }[]).map(({ resource }) => resource);
}

/** Every element that R4 requires somewhere in the tree, and hardly another. A new one at each call. */
export function fullEvent(): JsonObject {
  return {
    resourceType: 'AuditEvent',
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">read</div>' },
    contained: [{ resourceType: 'Patient', id: 'p1' }],
    extension: [{ url: 'http://example.org/extension', valueDecimal: 1.1 }],
    type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' },
    action: 'R',
    recorded: '2026-01-31T09:30:00Z',
    outcome: '0',
    agent: [
      { who: { reference: 'Practitioner/1' }, requestor: true, network: { address: '10.0.0.1', type: '2' } },
      { who: { identifier: { value: 'app', assigner: { display: 'registry' } } }, requestor: false },
    ],
    source: { observer: { reference: 'Device/1' } },
    entity: [
      { what: { reference: '#p1' }, query: 'YWJj', detail: [{ type: 'request', valueString: 'abc' }] },
      { name: 'list', detail: [{ type: 'digest', valueBase64Binary: 'YQ==' }] },
    ],
  };
}

/** `event` with the element at `path` (`/agent/0/requestor`) set to `value`, or taken out where there is none. */
export function changed(event: JsonObject, path: string, value?: Json): JsonObject {
  const copy = structuredClone(event);
  const names = path.split('/').slice(1);
  const last = names.pop() ?? '';
  let at: JsonObject = copy;
  for (const name of names) at = at[name] as JsonObject;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

/** What a test compares of issues: `code expression`. */
export function places(issues: readonly Issue[]): string[] {
  return issues.map(({ code, expression }) => `${code} ${expression?.join(', ')}`);
}

/** The extension with which R4 says that a value is not there. */
export const absent = {
  url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason',
  valueCode: 'unknown',
};
