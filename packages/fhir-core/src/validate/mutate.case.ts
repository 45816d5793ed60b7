/**
 * Each way in which one place of a valid event can be made wrong, with the issue that must be told for it: from the
 * schemas, as the events are made.
 */
import type { TObject, TSchema } from '@sinclair/typebox';
import { AuditEventSchema } from '../schema/audit-event.ts';
import { ElementSchema } from '../schema/element.ts';
import type { Json, JsonObject } from './corpus.case.ts';
import { kindOf, layoutOf, resolved } from './layout.ts';

export type Mutation = {
  /** What is done, for a person who reads a failing case. */
  readonly what: string;
  /** `code expression`. */
  readonly issue: string;
  /** Does it to the event that the mutation was listed for. */
  readonly apply: () => void;
};

type Holder = JsonObject | Json[];

export function mutationsOf(event: JsonObject): Mutation[] {
  return mutationsWithin(AuditEventSchema, event, 'AuditEvent');
}

/** The mutations of `object`, which is of `schema` and stands at `place`. */
export function mutationsWithin(schema: TObject, object: JsonObject, place: string): Mutation[] {
  return [...ofObject(schema, object, place)];
}

function* ofObject(schema: TObject, object: JsonObject, place: string): Generator<Mutation> {
  const { elements, properties } = layoutOf(schema);
  for (const name of ['Sentinel', '_Sentinel', 'constructor', '__proto__']) {
    const apply = () =>
      Object.defineProperty(object, name, { value: 'Sentinel', enumerable: true, configurable: true });
    yield { what: `${place} gets ${name}`, issue: `structure ${place}`, apply };
  }
  for (const { isChoice, isRequired, name, properties: names } of elements) {
    const there = names
      .flatMap((property) => [property, `_${property}`])
      .filter((property) => property in object);
    if (isRequired) {
      const issue = `required ${name === 'resourceType' ? place : `${place}.${name}`}`;
      const apply = () => {
        for (const property of there) delete object[property];
      };
      yield { what: `${place} loses ${name}`, issue, apply };
    }
    if (isChoice && there.length > 0) {
      const other = names.filter(
        (property) => !there.includes(property) && !there.includes(`_${property}`),
      )[0];
      const twin = { extension: [{ url: 'http://example.org/x', valueCode: 'a' }] };
      const apply = () => {
        object[`_${other}`] = twin;
      };
      yield { what: `${place} gets _${other} as well`, issue: `structure ${place}`, apply };
    }
    for (const property of there) {
      const of = properties.get(property)?.schema as TSchema;
      const at = name === 'resourceType' ? place : `${place}.${name}`;
      if (name !== 'resourceType') yield* ofValue(of, object, property, at);
    }
  }
}

function* ofValue(schema: TSchema, holder: Holder, key: string | number, place: string): Generator<Mutation> {
  const at = holder as Record<string | number, Json>;
  const set = (value: Json, code: string): Mutation => ({
    what: `${place} becomes ${JSON.stringify(value)}`,
    issue: `${code} ${place}`,
    apply: () => {
      at[key] = value;
    },
  });
  const value = at[key] as Json;
  const kind = kindOf(schema);
  const { problem, whenEmpty = problem } = resolved(schema);
  if (value === null) return;
  switch (kind.is) {
    case 'object':
      for (const wrong of ['Sentinel', [], 5]) yield set(wrong, problem);
      // Among twins, a null is a question of the value beside it.
      if (resolved(schema) !== ElementSchema) yield set(null, problem);
      return yield* ofObject(kind.schema, value as JsonObject, place);
    case 'resource':
      for (const wrong of [null, 'Sentinel', []]) yield set(wrong, problem);
      return yield* ofObject(kind.schema.schemaOf('Device'), value as JsonObject, place);
    case 'array':
    case 'primitives': {
      // Of two arrays that belong together, one made wrong would be two problems.
      const isAligned = Object.keys(holder).includes(`_${key}`) || String(key).startsWith('_');
      if (!isAligned) for (const wrong of [null, 'Sentinel', {}]) yield set(wrong, problem);
      if (!isAligned) yield set([], whenEmpty);
      for (const [index] of (value as Json[]).entries()) {
        yield* ofValue(itemOf(kind.items), value as Json[], index, `${place}[${index}]`);
      }
      return;
    }
    default:
      for (const wrong of [null, [], {}, '', ' Sentinel!\n ']) {
        const isRight = wrong !== null && takesBlanks(schema) && wrong !== '' && typeof wrong === 'string';
        // A null among primitives is first of all no item.
        if (!isRight) yield set(wrong, wrong === null && typeof key === 'number' ? 'value' : problem);
      }
  }
}

/** Of an array of twins, whose items are an Element or null. */
function itemOf(items: TSchema): TSchema {
  return items.anyOf?.[0]?.$ref === undefined ? items : items.anyOf[0];
}

function takesBlanks({ primitive }: TSchema): boolean {
  return primitive === 'string' || primitive === 'markdown';
}
