/**
 * Valid events made from the schemas themselves: whatever a schema allows comes sooner or later, whole, as a twin
 * alone, or both. From a seed, so that a failing case is one number.
 */
import type { TObject, TSchema } from '@sinclair/typebox';
import { AuditEventSchema } from '../schema/audit-event.ts';
import { type ElementDefinition, ElementSchema } from '../schema/element.ts';
import type { Invariant } from '../schema/invariant.ts';
import { isPrimitive } from '../schema/primitives.ts';
import type { Json, JsonObject } from './corpus.case.ts';
import { kindOf, layoutOf } from './layout.ts';

/** In how many of 24 objects an optional element comes, by the depth of the object; deeper, as in the last. */
const LIKELIHOODS = [8, 5, 3, 2, 1];
/** Below this depth, what need not be complex is primitive. */
const FLAT_DEPTH = 3;

export class Generator {
  /** `Coding.display`, `Coding._display`: each property that was made, under the name of its type. */
  readonly made = new Set<string>();
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  event(): JsonObject {
    const event = this.valid(AuditEventSchema, 0);
    const contained = (event.contained ?? []) as JsonObject[];
    for (const [index, resource] of contained.entries()) resource.id = `c${index}`;
    if (contained.length === 0) return event;
    const mentions = contained.map(({ id }) => ({ what: { reference: `#${id}` } }));
    return { ...event, entity: [...((event.entity ?? []) as Json[]), ...mentions] };
  }

  /** From 0 to `below` - 1 (mulberry32). */
  integer(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.integer(items.length)] as Item;
  }

  /** A value of `schema`, which `more` holds for too. Objects are made until the invariants hold: they hold often. */
  valid(schema: TObject, depth = 0, more: readonly Invariant[] = []): JsonObject {
    const invariants = [...layoutOf(schema).invariants, ...more];
    for (let attempt = 0; attempt < 1000; attempt += 1) {
      const made = this.#object(schema, depth);
      if (invariants.every(({ holds }) => holds(made))) return made;
    }
    throw new Error(`no ${schema.$id} that holds its invariants in 1000 attempts`);
  }

  #object(schema: TObject, depth: number): JsonObject {
    const { elements } = layoutOf(schema);
    const made: JsonObject = {};
    for (const element of elements) {
      if (element.isRequired || this.integer(48) / 2 < (LIKELIHOODS[depth] ?? 0.5))
        this.#element(made, schema, element, depth);
    }
    // An element that has nothing but an id is none, nor is an extension that has nothing but a url.
    const others = elements.filter(({ name }) => name !== 'id' && name !== 'url' && name !== 'extension');
    if (others.length > 0 && Object.keys(made).every((name) => name === 'id' || name === 'url')) {
      const flat = others.filter((element) => element.isChoice || isPrimitive(element.schema));
      this.#element(made, schema, this.pick(depth > FLAT_DEPTH && flat.length > 0 ? flat : others), depth);
    }
    for (const name in made) this.made.add(`${schema.$id}.${name}`);
    return made;
  }

  #element(made: JsonObject, schema: TObject, { properties: names }: ElementDefinition, depth: number): void {
    const { properties } = layoutOf(schema);
    const flat = names.filter((name) => properties.has(`_${name}`));
    const name = this.pick(depth > FLAT_DEPTH && flat.length > 0 ? flat : names);
    const form = properties.has(`_${name}`) ? this.integer(8) : 7;
    const values = properties.get(name)?.schema as TSchema;
    const kind = kindOf(values);
    if (kind.is === 'primitives') {
      this.#primitives(made, name, kind.items, form, depth);
    } else {
      if (form !== 1) made[name] = this.#value(values, depth + 1);
      if (form === 1 || form === 2) made[`_${name}`] = this.#twin(depth + 1, form === 2);
    }
  }

  #value(schema: TSchema, depth: number): Json {
    const kind = kindOf(schema);
    switch (kind.is) {
      case 'object':
        return this.valid(kind.schema, depth);
      case 'array':
        return this.#times(() => this.#value(kind.items, depth + 1));
      case 'resource': {
        // What it contained itself, nothing would refer to (dom-3).
        const made = this.valid(kind.schema.schemaOf('Device'), depth, kind.schema.invariants);
        const { contained, ...resource } = made;
        return resource;
      }
      default:
        return isPrimitive(schema) || schema.isAttribute === true ? this.#primitive(schema) : schema.const;
    }
  }

  #primitives(made: JsonObject, name: string, items: TSchema, form: number, depth: number): void {
    const values = this.#times(() => this.#primitive(items));
    if (form === 0) {
      made[`_${name}`] = values.map(() => this.#twin(depth + 2, false));
      return;
    }
    made[name] = values;
    if (form > 2) return;
    const isNull = values.map(() => this.integer(2) === 0);
    made[name] = values.map((value, index) => (isNull[index] ? null : value));
    made[`_${name}`] = values.map((_, index) => (isNull[index] ? this.#twin(depth + 2, false) : null));
  }

  #twin(depth: number, mayBeIdAlone: boolean): Json {
    if (mayBeIdAlone && this.integer(2) === 0) return { id: 'twin' };
    const twin = this.#object(ElementSchema, depth);
    const extension = twin.extension ?? [{ url: 'http://example.org/absent', valueCode: 'unknown' }];
    this.made.add('Element.extension');
    return { ...twin, extension };
  }

  #times(make: () => Json): Json[] {
    return Array.from({ length: 1 + this.integer(2) }, make);
  }

  #primitive(schema: TSchema): Json {
    if (schema.anyOf !== undefined) return this.pick(schema.anyOf as { const: Json }[]).const;
    const values = PRIMITIVES[schema.primitive];
    if (values === undefined) throw new Error(`no values for the primitive ${schema.primitive}`);
    return this.pick(values);
  }
}

const PRIMITIVES: Readonly<Record<string, readonly Json[]>> = {
  base64Binary: ['YQ==', 'YWJj\nYWJj'],
  boolean: [true, false],
  canonical: ['http://example.org/profile|1.0', 'urn:example:profile'],
  code: ['a', 'a b'],
  date: ['2026', '2026-01', '2024-02-29'],
  dateTime: ['2025', '2026-01', '2026-01-31', '2026-01-31T09:30:00.125+02:00', '2026-12-31T23:59:60Z'],
  decimal: [0, -1.5, 1e21],
  id: ['a', 'A-z.0'],
  instant: ['2026-01-31T09:30:00Z', '0001-01-01T00:00:00.000001-14:00'],
  integer: [0, -2147483648, 2147483647],
  markdown: ['# a\n\nb'],
  oid: ['urn:oid:1.2.3'],
  positiveInt: [1, 2147483647],
  string: ['a', ' padded ', '\u{1f600}', '__proto__', 'no\u00a0break'],
  time: ['09:30:00', '23:59:60.5'],
  unsignedInt: [0, 2147483647],
  uri: ['http://example.org/a?b#c', 'urn:x', 'Client/x'],
  url: ['https://example.org'],
  uuid: ['urn:uuid:00000000-0000-4000-8000-00000000000a'],
  xhtml: ['<div xmlns="http://www.w3.org/1999/xhtml"><p>a &amp; b</p></div>'],
};
