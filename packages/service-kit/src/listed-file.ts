/**
 * Lists that an operator writes into a JSON file. Everything that is wrong is named together, each by its place
 * (`/3/sha256`) and never by what stands there.
 */
import { readFileSync, statSync } from 'node:fs';
import type { Static, TSchema } from '@sinclair/typebox';
import type { TypeCheck } from '@sinclair/typebox/compiler';
import { ValueErrorType } from '@sinclair/typebox/errors';

/** Bytes of the file: room for a thousand entries of some hundred characters. */
export const FILE_BYTES_MAX = 1024 * 1024;
/** Problems that are named; a file that is wrong throughout is wrong in one way. */
export const PROBLEMS_MAX = 50;

export type Problems = { readonly problems: readonly string[] };

export type ListOptions = {
  readonly entriesMax: number;
  /** What the entries are called, such as `keys`. */
  readonly entries: string;
};

/** What stands in the file, where `list`, the check of an array of at most `entriesMax`, finds nothing wrong. */
export function parseListed<List extends TSchema>(
  bytes: Uint8Array,
  list: TypeCheck<List>,
  options: ListOptions,
): { readonly value: Static<List> } | Problems {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { problems: ['It is not JSON in UTF-8.'] };
  }
  return list.Check(value) ? { value } : { problems: placesOf(value, list, options) };
}

/** What is wrong with a file that `parse` reads, each to be put behind the name of its setting; nothing where none is set. */
export function listedFileProblems(path: string, parse: (bytes: Uint8Array) => object | Problems): string[] {
  if (path === '') return [];
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return [' names no file.'];
    if (stats.size > FILE_BYTES_MAX) return [`: it has more than ${FILE_BYTES_MAX} bytes.`];
    const parsed = parse(readFileSync(path));
    return 'problems' in parsed ? parsed.problems.map((problem) => `: ${problem}`) : [];
  } catch {
    return [" names a file that can't be read."];
  }
}

/** In the order of the file, each place once. */
function placesOf(
  value: unknown,
  list: Pick<TypeCheck<TSchema>, 'Errors'>,
  { entriesMax, entries }: ListOptions,
): string[] {
  if (!Array.isArray(value)) return ['It is not a list.'];
  if (value.length > entriesMax) return [`It has more than ${entriesMax} ${entries}.`];
  const places = new Map<string, string>();
  for (const { type, path } of list.Errors(value)) {
    // What nobody knows may be anything, also a key in the wrong place.
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
