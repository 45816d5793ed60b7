/**
 * What a schema says about one JSON object, laid out by property: what the compiled check and the diagnosis both
 * work from. A layout is made when its schema is first met, so that types that never come cost nothing.
 */
import { KindGuard, type TObject, type TSchema } from '@sinclair/typebox';
import { datatype } from '../schema/datatypes.ts';
import type { ElementDefinition, ObjectKeywords } from '../schema/element.ts';
import type { Invariant } from '../schema/invariant.ts';
import { isPrimitive, type TPrimitive } from '../schema/primitives.ts';

/** How the values of a property are to be looked at. */
export type Kind =
  | { readonly is: 'object'; readonly schema: TObject }
  | { readonly is: 'resource'; readonly schema: TSchema }
  | { readonly is: 'primitive'; readonly schema: TSchema }
  | { readonly is: 'array'; readonly schema: TSchema; readonly items: TSchema }
  | { readonly is: 'primitives'; readonly schema: TSchema; readonly items: TPrimitive }
  | { readonly is: 'anything' };

export type Property = {
  readonly name: string;
  readonly schema: TSchema;
  readonly definition: ElementDefinition;
  /** The property whose id and extensions this one holds. */
  readonly twinOf: string | undefined;
};

export type Layout = {
  readonly properties: ReadonlyMap<string, Property>;
  readonly elements: readonly ElementDefinition[];
  readonly invariants: readonly Invariant[];
};

const layouts = new WeakMap<TObject, Layout>();

export function layoutOf(schema: TObject): Layout {
  const known = layouts.get(schema);
  if (known !== undefined) return known;
  const layout = lay(schema);
  layouts.set(schema, layout);
  return layout;
}

/** `named`, or what it names where it is a `Type.Ref`. */
export function resolved(named: TSchema): TSchema {
  return KindGuard.IsRef(named) ? datatype(named.$ref) : named;
}

export function kindOf(named: TSchema): Kind {
  const schema = resolved(named);
  if (KindGuard.IsObject(schema)) return { is: 'object', schema };
  if (KindGuard.IsArray(schema)) {
    const { items } = schema;
    return isPrimitive(items) ? { is: 'primitives', schema, items } : { is: 'array', schema, items };
  }
  if (typeof schema.schemaOf === 'function') return { is: 'resource', schema };
  return KindGuard.IsUnknown(schema) ? { is: 'anything' } : { is: 'primitive', schema };
}

function lay(schema: TObject): Layout {
  const { elements, invariants } = schema as TObject & ObjectKeywords;
  const properties = new Map<string, Property>();
  for (const definition of elements) {
    for (const name of definition.properties) {
      for (const property of [name, `_${name}`]) {
        const of = schema.properties[property];
        if (of === undefined) continue;
        properties.set(property, { name: property, schema: of, definition, twinOf: of.twinOf });
      }
    }
  }
  return { properties, elements, invariants };
}
