/**
 * The problems of primitives: of a value, of an array of them, and of the twins that hold their ids and extensions.
 * What a twin holds is an Element, whose own problems come from `elementProblems`.
 */
import type { TSchema } from '@sinclair/typebox';
import type { Issue } from '../outcome/operation-outcome.ts';
import type { FaultKeyword } from '../schema/expectation.ts';
import { isObject } from '../schema/invariant.ts';
import type { LocalReferences } from './local-references.ts';
import { itemPlace, type Place } from './place.ts';
import { mayMention, primitiveChecker, says } from './primitive.ts';
import { broken, empty, nothing, tooLong, unaligned, unexpected } from './wording.ts';

type ElementProblems = (value: unknown, place: Place) => Iterable<Issue>;

export function* primitiveProblems(
  schema: TSchema,
  value: unknown,
  place: Place,
  locals: LocalReferences,
): Generator<Issue> {
  const { maxLength = Number.POSITIVE_INFINITY } = schema;
  if (typeof value === 'string' && value.length > maxLength) {
    yield tooLong(maxLength, place);
  } else if (!primitiveChecker(schema).Check(value)) {
    const { fault } = schema as TSchema & Partial<FaultKeyword>;
    yield unexpected(typeof value === 'string' && fault ? { ...schema, ...fault(value) } : schema, place);
  } else if (mayMention(schema) && !locals.resolves(value as string) && schema.isReference === true) {
    yield broken({ key: 'ref-1', must: 'name a contained resource by its id' }, place);
  }
}

/** An array of primitives beside `twins`, the value of its twin property. */
export function* primitivesProblems(
  { schema, items }: { readonly schema: TSchema; readonly items: TSchema },
  value: unknown,
  twins: unknown,
  place: Place,
  locals: LocalReferences,
): Generator<Issue> {
  if (!Array.isArray(value)) return yield unexpected(schema, place);
  if (value.length === 0) return yield empty(schema, place);
  for (const [index, item] of value.entries()) {
    const at = itemPlace(place, index);
    if (item !== null) yield* primitiveProblems(items, item, at, locals);
    // A twin that is there and wrong is told by itself.
    else if (twins === undefined || (Array.isArray(twins) && (twins[index] ?? null) === null))
      yield nothing(at);
  }
}

export function* twinProblems(
  twin: unknown,
  value: unknown,
  place: Place,
  elementProblems: ElementProblems,
): Generator<Issue> {
  yield* elementProblems(twin, place);
  if (isObject(twin) && !says(twin, value !== undefined)) {
    yield broken({ key: 'ele-1', must: 'have extensions, or a value beside it' }, place);
  }
}

/** An array of twins beside `values`, the array that they belong to, which is called `twinOf`. */
export function* twinsProblems(
  schema: TSchema,
  { twins, values, twinOf }: { readonly twins: unknown; readonly values: unknown; readonly twinOf: string },
  place: Place,
  elementProblems: ElementProblems,
): Generator<Issue> {
  if (!Array.isArray(twins)) return yield unexpected(schema, place);
  if (twins.length === 0) return yield empty(schema, place);
  if (Array.isArray(values) && values.length !== twins.length) yield unaligned(twinOf, place);
  for (const [index, twin] of twins.entries()) {
    const at = itemPlace(place, index);
    const value = Array.isArray(values) ? (values[index] ?? undefined) : undefined;
    if (twin !== null) yield* twinProblems(twin, value, at, elementProblems);
    else if (!Array.isArray(values)) yield nothing(at);
  }
}
