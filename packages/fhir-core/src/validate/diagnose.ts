/**
 * From a value that a compiled check refused to what is wrong with it: one issue a problem, lazily, in the order
 * of the schema. It walks the same layouts as the check, and MUST find a problem exactly where the check does.
 */
import type { TObject, TSchema } from '@sinclair/typebox';
import { type Issue, issue } from '../outcome/operation-outcome.ts';
import type { ResourceKeywords } from '../schema/contained.ts';
import { type ElementDefinition, ElementSchema } from '../schema/element.ts';
import { isObject, type Unchecked } from '../schema/invariant.ts';
import type { Checker } from './compile.ts';
import { primitiveProblems, primitivesProblems, twinProblems, twinsProblems } from './diagnose-primitive.ts';
import { kindOf, layoutOf, type Property } from './layout.ts';
import { LocalReferences } from './local-references.ts';
import { childPlace, itemPlace, type Place, rootPlace } from './place.ts';
import { broken, empty, missing, severalTypes, undefinedProperties, unexpected } from './wording.ts';

/** The problems of `value`, which is nested at most DEPTH_MAX levels deep and those around it; `root` is its FHIRPath. */
export function* diagnose({ schema }: Checker, value: unknown, root: string): Generator<Issue> {
  const locals = new LocalReferences(value);
  yield* problems(schema, value, rootPlace(root), locals);
  yield* unmentionedProblems(locals, rootPlace(root));
}

/**
 * The problems of `value`, which the check refused. It is refused also where the diagnosis has no words for it: what
 * the check does not take is never taken because nobody can say why.
 */
export function* explain(checker: Checker, value: unknown, root: string): Generator<Issue> {
  let found = false;
  for (const problem of diagnose(checker, value, root)) {
    found = true;
    yield problem;
  }
  if (!found) {
    yield issue({
      code: 'structure',
      diagnostics: `${root} is not as FHIR R4 defines it.`,
      expression: root,
    });
  }
}

/** Whether `value` says that it is a resource of another type. Then nothing else about it is worth saying. */
export function isOtherResource(value: unknown, resourceType: string): boolean {
  return isObject(value) && 'resourceType' in value && value.resourceType !== resourceType;
}

export function otherResource(root: string, resourceType: string): Issue {
  const diagnostics = `${root}.resourceType must be ${resourceType}.`;
  return issue({ code: 'value', diagnostics, expression: root });
}

function problems(named: TSchema, value: unknown, place: Place, locals: LocalReferences): Iterable<Issue> {
  const kind = kindOf(named);
  switch (kind.is) {
    case 'object':
      return objectProblems(kind.schema, value, place, locals);
    case 'resource':
      return resourceProblems(kind.schema as TSchema & ResourceKeywords, value, place, locals);
    case 'array':
      return arrayProblems(kind.schema, kind.items, value, place, locals);
    case 'primitive':
      return primitiveProblems(kind.schema, value, place, locals);
    default:
      return value === undefined ? [unexpected(named, place)] : [];
  }
}

function* objectProblems(
  schema: TObject,
  value: unknown,
  place: Place,
  locals: LocalReferences,
): Generator<Issue> {
  if (!isObject(value)) return yield unexpected(schema, place);
  const layout = layoutOf(schema);
  const found = new Map<ElementDefinition, Property[]>();
  let unknown = 0;
  for (const name in value) {
    const property = layout.properties.get(name);
    if (property === undefined) unknown += 1;
    else found.set(property.definition, [...(found.get(property.definition) ?? []), property]);
  }
  if (unknown > 0) yield undefinedProperties(unknown, layout, place);

  for (const definition of layout.elements) {
    const properties = found.get(definition) ?? [];
    if (properties.length === 0 && definition.isRequired) {
      yield missing(definition.schema, childPlace(place, definition));
    }
    if (definition.isChoice && new Set(properties.map(({ name, twinOf }) => twinOf ?? name)).size > 1) {
      yield severalTypes(definition, place);
    }
    for (const property of properties) yield* propertyProblems(property, value, place, locals);
  }
  for (const invariant of layout.invariants) if (!invariant.holds(value)) yield broken(invariant, place);
}

function propertyProblems(
  property: Property,
  holder: Unchecked,
  parent: Place,
  locals: LocalReferences,
): Iterable<Issue> {
  const { name, schema, twinOf } = property;
  const value = holder[name];
  const place = childPlace(parent, property.definition, name);
  const kind = kindOf(schema);
  if (twinOf === undefined) {
    if (kind.is !== 'primitives') return problems(schema, value, place, locals);
    return primitivesProblems(kind, value, holder[`_${name}`], place, locals);
  }
  const elementProblems = (twin: unknown, at: Place) => problems(ElementSchema, twin, at, locals);
  if (kind.is !== 'array') return twinProblems(value, holder[twinOf], place, elementProblems);
  return twinsProblems(kind.schema, { twins: value, values: holder[twinOf], twinOf }, place, elementProblems);
}

function* arrayProblems(
  schema: TSchema,
  items: TSchema,
  value: unknown,
  place: Place,
  locals: LocalReferences,
): Generator<Issue> {
  if (!Array.isArray(value)) return yield unexpected(schema, place);
  if (value.length === 0) return yield empty(schema, place);
  for (const [index, item] of value.entries()) yield* problems(items, item, itemPlace(place, index), locals);
}

function* resourceProblems(
  schema: TSchema & ResourceKeywords,
  value: unknown,
  place: Place,
  locals: LocalReferences,
): Generator<Issue> {
  if (!isObject(value)) return yield unexpected(schema, place);
  const { resourceType } = value;
  const type = { expression: place.expression, json: `${place.json}.resourceType` };
  if (resourceType === undefined) return yield missing(schema.typeSchema, type);
  const named = typeof resourceType === 'string' ? schema.schemaOf(resourceType) : undefined;
  if (named === undefined) return yield unexpected(schema.typeSchema, type);
  if (schema.isContained) {
    locals.enter(value);
    yield* problems(named, value, place, locals);
    locals.leave();
  } else {
    const own = new LocalReferences(value);
    yield* problems(named, value, place, own);
    yield* unmentionedProblems(own, place);
  }
  for (const invariant of schema.invariants) if (!invariant.holds(value)) yield broken(invariant, place);
}

function* unmentionedProblems(locals: LocalReferences, { expression, json }: Place): Generator<Issue> {
  for (const index of locals.unmentioned()) {
    const must = 'be referred to from elsewhere in the resource, or refer to the resource by "#"';
    const contained = `contained[${index}]`;
    const place = { expression: `${expression}.${contained}`, json: `${json}.${contained}` };
    yield broken({ key: 'dom-3', must }, place);
  }
}
