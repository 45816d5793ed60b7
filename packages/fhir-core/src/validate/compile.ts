/**
 * Schemas compiled to one check each: the happy path of every event.
 *
 * A check walks the properties that a value has, not those that its type could have (an Extension could have a
 * hundred), and sees what one schema of JSON cannot say: twins beside their values, one type of a choice, invariants,
 * references to what is contained, and the depth of it all.
 */
import type { TObject, TSchema } from '@sinclair/typebox';
import type { ResourceKeywords } from '../schema/contained.ts';
import { ElementSchema } from '../schema/element.ts';
import { isObject, type Unchecked } from '../schema/invariant.ts';
import { DEPTH_MAX } from './depth.ts';
import { kindOf, layoutOf, type Property } from './layout.ts';
import { LocalReferences } from './local-references.ts';
import { mayMention, primitiveChecker, says } from './primitive.ts';

export type Checker = {
  readonly schema: TSchema;
  /** Whether `value` is what the schema says, and is nested at most DEPTH_MAX levels deep where the schema looks into it. */
  readonly Check: (value: unknown) => boolean;
};

/** `levels` is how many levels of objects and arrays `value` may have; `holder` is the object that it stands in. */
type Check = (value: unknown, levels: number, locals: LocalReferences, holder: Unchecked) => boolean;

type CompiledProperty = {
  readonly check: Check;
  /** One bit an element that is required; 0 for others. */
  readonly required: number;
  /** One bit a choice; 0 for others. */
  readonly choice: number;
  readonly twinOf: string | undefined;
};

const NOTHING: Unchecked = {};
const checks = new WeakMap<TSchema, Check>();

export function compile(schema: TSchema): Checker {
  const check = checkOf(schema);
  return {
    schema,
    Check: (value) => {
      const locals = new LocalReferences(value);
      return check(value, DEPTH_MAX, locals, NOTHING) && locals.allMentioned;
    },
  };
}

/** The check of `schema`, made when it is first used: types hold themselves, and most of R4 never comes. */
function checkOf(schema: TSchema): Check {
  const known = checks.get(schema);
  if (known !== undefined) return known;
  let compiled: Check | undefined;
  const check: Check = (value, levels, locals, holder) => {
    compiled ??= compileKind(schema);
    return compiled(value, levels, locals, holder);
  };
  checks.set(schema, check);
  return check;
}

function compileKind(schema: TSchema): Check {
  const kind = kindOf(schema);
  switch (kind.is) {
    case 'object':
      return objectCheck(kind.schema);
    case 'resource':
      return resourceCheck(kind.schema as TSchema & ResourceKeywords);
    case 'array':
      return arrayCheck(kind.items);
    case 'primitive':
      return primitiveCheck(kind.schema);
    case 'anything':
      return (value) => value !== undefined;
    default:
      throw new Error('an array of primitives is checked with its twin');
  }
}

function objectCheck(schema: TObject): Check {
  const { elements, invariants, properties } = layoutOf(schema);
  const required = elements.filter(({ isRequired }) => isRequired);
  const choices = elements.filter(({ isChoice }) => isChoice);
  const bit = <Of>(of: readonly Of[], item: Of) => (of.includes(item) ? 1 << of.indexOf(item) : 0);
  const compiled = new Map<string, CompiledProperty>();
  for (const [name, property] of properties) {
    compiled.set(name, {
      check: propertyCheck(property),
      required: bit(required, property.definition),
      choice: bit(choices, property.definition),
      twinOf: property.twinOf,
    });
  }
  const all = (1 << required.length) - 1;

  return (value, levels, locals) => {
    if (!isObject(value) || levels === 0) return false;
    let found = 0;
    let chosen = 0;
    for (const name in value) {
      const property = compiled.get(name);
      if (property === undefined) return false;
      if (!property.check(value[name], levels - 1, locals, value)) return false;
      found |= property.required;
      if (property.choice === 0) continue;
      // A twin beside its own value is no second choice.
      if (property.twinOf !== undefined && value[property.twinOf] !== undefined) continue;
      if ((chosen & property.choice) !== 0) return false;
      chosen |= property.choice;
    }
    if (found !== all) return false;
    return invariants.length === 0 || invariants.every(({ holds }) => holds(value));
  };
}

function propertyCheck({ name, schema, twinOf }: Property): Check {
  const kind = kindOf(schema);
  if (twinOf !== undefined) return kind.is === 'array' ? twinsCheck(twinOf) : twinCheck(twinOf);
  if (kind.is === 'primitives') return primitivesCheck(kind.items, `_${name}`);
  return kind.is === 'primitive' ? primitiveCheck(kind.schema) : checkOf(schema);
}

function arrayCheck(items: TSchema): Check {
  const item = checkOf(items);
  return (value, levels, locals) => {
    if (!Array.isArray(value) || value.length === 0 || levels === 0) return false;
    for (const each of value) if (!item(each, levels - 1, locals, NOTHING)) return false;
    return true;
  };
}

/** A null among primitives is a value that only its twin says something of. */
function primitivesCheck(items: TSchema, twin: string): Check {
  const item = checkOf(items);
  return (value, levels, locals, holder) => {
    if (!Array.isArray(value) || value.length === 0 || levels === 0) return false;
    const twins = holder[twin];
    for (let index = 0; index < value.length; index += 1) {
      if (value[index] === null) {
        if (!Array.isArray(twins) || !isObject(twins[index])) return false;
      } else if (!item(value[index], levels - 1, locals, NOTHING)) return false;
    }
    return true;
  };
}

function twinCheck(twinOf: string): Check {
  const element = checkOf(ElementSchema);
  return (value, levels, locals, holder) =>
    element(value, levels, locals, NOTHING) && says(value as Unchecked, holder[twinOf] !== undefined);
}

/** R4: "null values are used to fill out both arrays", so both are of one length. */
function twinsCheck(twinOf: string): Check {
  const element = checkOf(ElementSchema);
  return (value, levels, locals, holder) => {
    if (!Array.isArray(value) || value.length === 0 || levels === 0) return false;
    const values = holder[twinOf];
    if (Array.isArray(values) && values.length !== value.length) return false;
    for (let index = 0; index < value.length; index += 1) {
      const hasValue = Array.isArray(values) && values[index] !== null;
      const isSaid =
        value[index] === null
          ? hasValue
          : element(value[index], levels - 1, locals, NOTHING) && says(value[index], hasValue);
      if (!isSaid) return false;
    }
    return true;
  };
}

/** A resource in another: its type says its schema. */
function resourceCheck({ schemaOf, isContained, invariants }: ResourceKeywords): Check {
  return (value, levels, locals) => {
    if (!isObject(value) || typeof value.resourceType !== 'string') return false;
    const schema = schemaOf(value.resourceType);
    if (schema === undefined) return false;
    const own = isContained ? locals : new LocalReferences(value);
    if (isContained) locals.enter(value);
    const isValid = checkOf(schema)(value, levels, own, NOTHING) && (isContained || own.allMentioned);
    if (isContained) locals.leave();
    return isValid && invariants.every(({ holds }) => holds(value));
  };
}

function primitiveCheck(schema: TSchema): Check {
  const checker = primitiveChecker(schema);
  if (!mayMention(schema)) return (value) => checker.Check(value);
  const mustResolve = schema.isReference === true;
  return (value, _levels, locals) =>
    checker.Check(value) && (locals.resolves(value as string) || !mustResolve);
}
