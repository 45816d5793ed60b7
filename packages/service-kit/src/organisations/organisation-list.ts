/**
 * The list of organisations as an operator writes it: each with the one above it.
 */
import { foldCode } from '@auditbox/fhir-core';
import { type Static, Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { PROBLEMS_MAX, type Problems, parseListed } from '../listed-file.ts';

/** The hospitals of a group and their departments; few enough for a search to name all that are below one. */
export const ORGANISATIONS_MAX = 1000;
/** Characters: what an event's `org_id` can have. */
export const ORGANISATION_CHARS_MAX = 256;

const Id = Type.String({ minLength: 1, maxLength: ORGANISATION_CHARS_MAX });
const Organisation = Type.Object(
  { id: Id, parent: Type.Optional(Id), name: Type.Optional(Type.String({ maxLength: 1000 })) },
  { additionalProperties: false },
);
const list = TypeCompiler.Compile(Type.Array(Organisation, { maxItems: ORGANISATIONS_MAX }));

/** `name` is for those who read the file. */
export type Organisation = Static<typeof Organisation>;

export type ParsedOrganisations = { readonly organisations: readonly Organisation[] } | Problems;

/** What stands in the file; no organisation is above itself, and each that is above another is there. */
export function parseOrganisations(bytes: Uint8Array): ParsedOrganisations {
  const read = parseListed(bytes, list, { entriesMax: ORGANISATIONS_MAX, entries: 'organisations' });
  if ('problems' in read) return read;
  const problems = hierarchyProblems(read.value);
  return problems.length > 0 ? { problems: problems.slice(0, PROBLEMS_MAX) } : { organisations: read.value };
}

/**
 * Two ids that only differ in case would be one to every search, which ignores the case of codes: so they are one here
 * too.
 */
function hierarchyProblems(organisations: readonly Organisation[]): string[] {
  const parents = new Map<string, string | undefined>();
  const problems: string[] = [];
  for (const [index, { id, parent }] of organisations.entries()) {
    if (!id.isWellFormed()) problems.push(`/${index}/id has half of a surrogate pair.`);
    if (parents.has(foldCode(id))) problems.push(`/${index}/id is there before, case aside.`);
    else parents.set(foldCode(id), parent === undefined ? undefined : foldCode(parent));
  }
  for (const [index, { id, parent }] of organisations.entries()) {
    if (parent === undefined) continue;
    if (!parents.has(foldCode(parent))) problems.push(`/${index}/parent is no organisation of the list.`);
    else if (isAboveItself(foldCode(id), parents)) problems.push(`/${index} is above itself.`);
  }
  return problems;
}

/** Who hangs from a circle is not in it, so that only its members are named. */
function isAboveItself(id: string, parents: ReadonlyMap<string, string | undefined>): boolean {
  const seen = new Set<string>();
  for (let above = parents.get(id); above !== undefined && !seen.has(above); above = parents.get(above)) {
    if (above === id) return true;
    seen.add(above);
  }
  return false;
}
