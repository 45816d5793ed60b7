/**
 * The rules of an AuditEvent that join several elements and so are no part of its shape: R4's invariants, and
 * choices (`value[x]`). They are looked at whether or not the shape is right, so they trust nothing.
 */
import { type Issue, issue } from '../outcome/operation-outcome.ts';

type Unchecked = { readonly [property: string]: unknown };

/** The broken rules of `event`; `root` is its FHIRPath. */
export function* brokenRules(event: unknown, root: string): Generator<Issue> {
  for (const [entityIndex, entity] of objectsAt(event, 'entity')) {
    const place = `${root}.entity[${entityIndex}]`;
    if (entity.name !== undefined && entity.query !== undefined) yield nameOrQuery(place);
    for (const [detailIndex, detail] of objectsAt(entity, 'detail')) {
      yield* oneDetailValue(detail, `${place}.detail[${detailIndex}]`);
    }
  }
}

/** sev-1: "Either a name or a query (NOT both)". */
function nameOrQuery(place: string): Issue {
  return issue({
    code: 'invariant',
    diagnostics: `${place} must have a name or a query, not both (sev-1).`,
    expression: place,
  });
}

/** AuditEvent.entity.detail.value[x] is 1..1, of string or base64Binary. */
function* oneDetailValue(detail: Unchecked, place: string): Generator<Issue> {
  const isString = detail.valueString !== undefined;
  const isBinary = detail.valueBase64Binary !== undefined;
  if (isString !== isBinary) return;
  yield issue({
    code: isString ? 'structure' : 'required',
    diagnostics: isString
      ? `${place} must have valueString or valueBase64Binary, not both.`
      : `${place}.value is missing: it must be a valueString or a valueBase64Binary.`,
    expression: isString ? place : `${place}.value`,
  });
}

function* objectsAt(parent: unknown, property: string): Generator<[index: number, object: Unchecked]> {
  const items = isObject(parent) ? parent[property] : undefined;
  if (!Array.isArray(items)) return;
  for (const [index, item] of items.entries()) if (isObject(item)) yield [index, item];
}

function isObject(value: unknown): value is Unchecked {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
