/**
 * The list of organisations as an operator writes it: each with the one above it. Everything that is wrong is named
 * together, each by its place (`/3/parent`) and never by what stands there.
 */
import { foldCode } from '@auditbox/fhir-core';
import { type Static, Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { ValueErrorType } from '@sinclair/typebox/errors';

/** Bytes of the file: room for all organisations with ids of some hundred characters. */
export const FILE_BYTES_MAX = 1024 * 1024;
/** The hospitals of a group and their departments; few enough for a search to name all that are below one. */
export const ORGANISATIONS_MAX = 1000;
/** Characters: what an event's `org_id` can have. */
export const ORGANISATION_CHARS_MAX = 256;
/** Problems that are named; a file that is wrong throughout is wrong in one way. */
const PROBLEMS_MAX = 50;

const Id = Type.String({ minLength: 1, maxLength: ORGANISATION_CHARS_MAX });
const Organisation = Type.Object(
  { id: Id, parent: Type.Optional(Id), name: Type.Optional(Type.String({ maxLength: 1000 })) },
  { additionalProperties: false },
);
const list = TypeCompiler.Compile(Type.Array(Organisation, { maxItems: ORGANISATIONS_MAX }));

/** `name` is for those who read the file. */
export type Organisation = Static<typeof Organisation>;

export type ParsedOrganisations =
  | { readonly organisations: readonly Organisation[] }
  | { readonly problems: readonly string[] };

/** What stands in the file; no organisation is above itself, and each that is above another is there. */
export function parseOrganisations(bytes: Uint8Array): ParsedOrganisations {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { problems: ['It is not JSON in UTF-8.'] };
  }
  const problems = list.Check(value) ? hierarchyProblems(value) : placesOf(value);
  return problems.length > 0
    ? { problems: problems.slice(0, PROBLEMS_MAX) }
    : { organisations: value as Organisation[] };
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

/** In the order of the file, each place once. */
function placesOf(value: unknown): string[] {
  if (!Array.isArray(value)) return ['It is not a list.'];
  if (value.length > ORGANISATIONS_MAX) return [`It has more than ${ORGANISATIONS_MAX} organisations.`];
  const places = new Map<string, string>();
  for (const { type, path } of list.Errors(value)) {
    // What nobody knows may be anything.
    const isUnknown = type === ValueErrorType.ObjectAdditionalProperties;
    const place = isUnknown ? path.slice(0, path.indexOf('/', 1)) : path;
    if (!places.has(place)) places.set(place, isUnknown ? 'has a property that is not known' : wrong(type));
    if (places.size === PROBLEMS_MAX) break;
  }
  return [...places].map(([place, what]) => `${place} ${what}.`);
}

function wrong(type: ValueErrorType): string {
  return type === ValueErrorType.ObjectRequiredProperty ? 'is missing' : 'is not what it has to be';
}
