import { KindGuard, type TSchema } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { AuditEventSchema } from '../audit-event.ts';
import { CodeableConceptSchema } from '../codeable-concept.ts';
import { CodingSchema } from '../coding.ts';
import type { ObjectKeywords } from '../element.ts';
import { ExtensionSchema } from '../extension.ts';
import { IdentifierSchema } from '../identifier.ts';
import { MetaSchema } from '../meta.ts';
import { NarrativeSchema } from '../narrative.ts';
import { PeriodSchema } from '../period.ts';
import { ReferenceSchema } from '../reference.ts';
import { baseOf, definedTypes, type ElementRow, elementRows, isResourceType } from './definitions.ts';
import { schemaOfType } from './type-schema.ts';

const PRIMITIVES =
  'base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt uri url uuid xhtml';

const rowOf = (type: string, name: string) => elementRows(type).find((row) => row.name === name);

describe('the table says what R4 4.0.1 says', () => {
  test.each<[type: string, name: string, row: Partial<ElementRow>]>([
    ['Patient', 'gender', { isRequired: false, isList: false, types: ['code'] }],
    ['Patient', 'name', { isRequired: false, isList: true, types: ['HumanName'] }],
    ['Patient', 'deceased', { isChoice: true, types: ['boolean', 'dateTime'] }],
    ['Patient', 'contact', { isList: true, types: ['Patient.contact'] }],
    ['Patient.link', 'other', { isRequired: true, isList: false, types: ['Reference'] }],
    ['Observation', 'status', { isRequired: true, types: ['code'] }],
    ['Questionnaire.item', 'item', { isList: true, types: ['Questionnaire.item'] }],
    ['Provenance', 'agent', { isRequired: true, isList: true }],
    ['Range', 'low', { types: ['SimpleQuantity'] }],
    ['Resource', 'id', { types: ['id'] }],
    ['Element', 'id', { types: ['string'] }],
    ['Extension', 'url', { isRequired: true, types: ['uri'] }],
    ['Bundle.entry', 'resource', { types: ['Resource'] }],
  ])('%s.%s', (type, name, row) => {
    expect(rowOf(type, name)).toMatchObject(row);
  });

  test('146 types of resource, and no name that only looks like one', () => {
    expect(definedTypes().filter(isResourceType)).toHaveLength(146);
    for (const name of ['Resource', 'DomainResource', 'HumanName', 'Patient.contact', 'constructor', '']) {
      expect(isResourceType(name)).toBe(false);
    }
  });

  test('50 open types', () => {
    expect(rowOf('Extension', 'value')?.types).toHaveLength(50);
  });

  test('a required binding of a code is there where HL7 closed the set, and only there', () => {
    expect(rowOf('Patient', 'gender')?.binding).toEqual({
      valueSet: 'administrative-gender',
      codes: ['male', 'female', 'other', 'unknown'],
    });
    expect(rowOf('Timing.repeat', 'durationUnit')?.binding?.codes).toEqual([
      's',
      'min',
      'h',
      'd',
      'wk',
      'mo',
      'a',
    ]);
    expect(rowOf('Attachment', 'contentType')?.binding).toBeUndefined();
    expect(rowOf('Money', 'currency')?.binding).toBeUndefined();
    expect(rowOf('Resource', 'language')?.binding).toBeUndefined();
  });

  test('every type that a row names is a primitive or has rows itself', () => {
    const known = new Set([...definedTypes(), ...PRIMITIVES.split(' ')]);
    const named = definedTypes().flatMap((type) => elementRows(type).flatMap(({ types }) => types));
    expect(named.filter((type) => !known.has(type))).toEqual([]);
  });
});

describe('a hand-written schema has the elements, cardinalities, types and bindings of the table', () => {
  const datatypes = [
    CodeableConceptSchema,
    CodingSchema,
    ExtensionSchema,
    IdentifierSchema,
    MetaSchema,
    NarrativeSchema,
    PeriodSchema,
    ReferenceSchema,
  ];
  const all = [...datatypes, ...withinOf(AuditEventSchema)];

  test('which are these', () => {
    expect(all.map(({ $id }) => $id)).toEqual([
      'CodeableConcept',
      'Coding',
      'Extension',
      'Identifier',
      'Meta',
      'Narrative',
      'Period',
      'Reference',
      'AuditEvent',
      'AuditEvent.agent',
      'AuditEvent.agent.network',
      'AuditEvent.source',
      'AuditEvent.entity',
      'AuditEvent.entity.detail',
    ]);
  });

  test.each(all.map((schema) => [schema.$id ?? '', schema] as const))('%s', (type, schema) => {
    expect(written(schema)).toEqual(defined(type));
  });
});

test('a schema that is made of the table has what its rows say', () => {
  const types = definedTypes().filter((name) => baseOf(name) !== undefined);
  const tell = (lines: (type: string) => string[]) =>
    types.map((type) => `${type}: ${lines(type).join(', ')}`);
  expect(tell((type) => written(schemaOfType(type)))).toEqual(tell(defined));
});

/** The schemas of the elements of `schema` that R4 defines inside it, itself first. */
function withinOf(schema: TSchema): TSchema[] {
  const nested = Object.values<TSchema>(schema.properties).map(itemOf);
  const within = nested.filter(({ $id }) => $id?.startsWith(`${schema.$id}.`));
  return [schema, ...within.flatMap(withinOf)];
}

/** What a schema says of its elements, one line an element, sorted. */
function written(schema: TSchema): string[] {
  const { elements } = schema as TSchema & ObjectKeywords;
  return elements
    .filter(({ name }) => !KindGuard.IsLiteral(schema.properties[name]))
    .map(({ name, properties, isChoice, isRequired }) => {
      const types = properties.map((property) => schema.properties[property] as TSchema);
      const [first] = types;
      const names = isChoice ? properties.map((property) => property.slice(name.length)) : types.map(nameOf);
      const codes = first && KindGuard.IsUnion(itemOf(first)) ? itemOf(first).anyOf.map(constOf) : [];
      return lineOf(name, isRequired, first !== undefined && KindGuard.IsArray(first), names, codes);
    })
    .toSorted();
}

/** What the table says of the elements of `type`, in the same form. */
function defined(type: string): string[] {
  const rows: ElementRow[] = [];
  for (let at: string | undefined = type; at !== undefined; at = baseOf(at)) rows.push(...elementRows(at));
  return rows
    .map(({ name, isChoice, isRequired, isList, types, binding }) => {
      const names = isChoice ? types.map(suffixOf) : types;
      return lineOf(name, isRequired, isList, names, binding?.codes ?? []);
    })
    .toSorted();
}

function lineOf(
  name: string,
  isRequired: boolean,
  isList: boolean,
  types: readonly string[],
  codes: readonly string[],
): string {
  return `${name} ${isRequired ? 1 : 0}..${isList ? '*' : 1} ${types.join('|')} ${codes.join(' ')}`;
}

function nameOf(schema: TSchema): string {
  const item = itemOf(schema);
  if (typeof item.schemaOf === 'function') return 'Resource';
  return item.primitive ?? item.$ref ?? item.$id ?? '?';
}

function suffixOf(type: string): string {
  const jsonType = type === 'SimpleQuantity' ? 'Quantity' : type;
  return `${jsonType.charAt(0).toUpperCase()}${jsonType.slice(1)}`;
}

function itemOf(schema: TSchema): TSchema {
  return KindGuard.IsArray(schema) ? schema.items : schema;
}

function constOf(schema: TSchema): string {
  return schema.const;
}
