import { describe, expect, test } from 'vitest';
import type { Unchecked } from '../invariant.ts';
import { definedTypes } from './definitions.ts';
import { invariantsOf } from './invariants.ts';

const ucum = 'http://unitsofmeasure.org';
const none = { extension: [{ url: 'urn:x', valueCode: 'unknown' }] };

/** For each type: what keeps all of its invariants, and what breaks which. */
const CASES: Record<
  string,
  { readonly keep: Unchecked[]; readonly break: [key: string, value: Unchecked][] }
> = {
  Age: {
    keep: [
      { value: 3, system: ucum, code: 'a' },
      { unit: 'years' },
      { _value: none, code: 'a', system: ucum },
    ],
    break: [
      ['qty-3', { code: 'a' }],
      ['age-1', { value: 3 }],
      ['age-1', { value: 0, system: ucum, code: 'a' }],
      ['age-1', { value: 3, system: 'urn:x', code: 'a' }],
    ],
  },
  Attachment: {
    keep: [
      { data: 'YQ==', contentType: 'text/plain' },
      { url: 'urn:x' },
      { data: 'YQ==', _contentType: none },
    ],
    break: [['att-1', { data: 'YQ==' }]],
  },
  ContactPoint: {
    keep: [{ value: '1', system: 'phone' }, { use: 'home' }],
    break: [['cpt-2', { value: '1' }]],
  },
  Count: {
    keep: [{ value: 3, system: ucum, code: '1' }, { unit: 'visits' }],
    break: [
      ['qty-3', { code: '1' }],
      ['cnt-3', { value: 3 }],
      ['cnt-3', { value: 3.5, system: ucum, code: '1' }],
      ['cnt-3', { value: 3, system: ucum, code: 'h' }],
    ],
  },
  'DataRequirement.codeFilter': {
    keep: [{ path: 'a' }, { searchParam: 'a' }],
    break: [
      ['drq-1', { code: [] }],
      ['drq-1', { path: 'a', searchParam: 'a' }],
    ],
  },
  'DataRequirement.dateFilter': {
    keep: [{ path: 'a' }, { searchParam: 'a' }],
    break: [
      ['drq-2', {}],
      ['drq-2', { path: 'a', searchParam: 'a' }],
    ],
  },
  Distance: {
    keep: [{ value: 3, system: ucum, code: 'm' }],
    break: [
      ['qty-3', { code: 'm' }],
      ['dis-1', { value: 3 }],
      ['dis-1', { value: 3, system: 'urn:x', code: 'm' }],
    ],
  },
  Duration: {
    keep: [
      { value: 3, system: ucum, code: 'h' },
      { value: 3, unit: 'hours' },
    ],
    break: [
      ['qty-3', { code: 'h' }],
      ['drt-1', { system: ucum, code: 'h' }],
      ['drt-1', { value: 3, system: 'urn:x', code: 'h' }],
    ],
  },
  Expression: {
    keep: [{ expression: 'true' }, { reference: 'urn:x' }],
    break: [['exp-1', { language: 'text/fhirpath' }]],
  },
  Quantity: {
    keep: [{ code: 'h', system: ucum }, { value: 1 }],
    break: [['qty-3', { code: 'h' }]],
  },
  Range: {
    keep: [
      { low: { value: 1 }, high: { value: 1 } },
      { low: { value: 1 } },
      { low: { value: 50, system: ucum, code: 'min' }, high: { value: 1, system: ucum, code: 'h' } },
      { low: { value: '9' }, high: { value: 1 } },
    ],
    break: [['rng-2', { low: { value: 2, unit: 'm' }, high: { value: 1, unit: 'm' } }]],
  },
  Ratio: {
    keep: [{ numerator: {}, denominator: {} }, none],
    break: [
      ['rat-1', { numerator: {} }],
      ['rat-1', { denominator: {}, ...none }],
      ['rat-1', {}],
    ],
  },
  SimpleQuantity: {
    keep: [{ code: 'h', system: ucum }],
    break: [
      ['qty-3', { code: 'h' }],
      ['sqty-1', { value: 1, comparator: '<' }],
    ],
  },
  'Timing.repeat': {
    keep: [
      { duration: 1, durationMax: 2, durationUnit: 'h', period: 0, periodMax: 1, periodUnit: 'd' },
      { count: 1, countMax: 2, offset: 5, when: ['MORN', 'ACM'] },
      { timeOfDay: ['09:00:00'] },
      { duration: 'long', durationUnit: 'h' },
    ],
    break: [
      ['tim-1', { duration: 1 }],
      ['tim-2', { period: 1 }],
      ['tim-4', { duration: -1, durationUnit: 'h' }],
      ['tim-5', { period: -1, periodUnit: 'h' }],
      ['tim-6', { periodMax: 1 }],
      ['tim-7', { durationMax: 1 }],
      ['tim-8', { countMax: 1 }],
      ['tim-9', { offset: 1 }],
      ['tim-9', { offset: 1, when: ['MORN', 'CM'] }],
      ['tim-10', { timeOfDay: ['09:00:00'], when: ['MORN'] }],
    ],
  },
  TriggerDefinition: {
    keep: [
      { type: 'named-event', name: 'a' },
      { type: 'periodic', timingDate: '2026' },
      { type: 'data-added', data: [{}], condition: {} },
      { type: 5 },
    ],
    break: [
      ['trd-1', { type: 'periodic', timingDate: '2026', data: [{}] }],
      ['trd-2', { type: 'named-event', name: 'a', condition: {} }],
      ['trd-3', { type: 'named-event' }],
      ['trd-3', { type: 'periodic' }],
      ['trd-3', { type: 'data-removed' }],
    ],
  },
};

const brokenBy = (type: string, value: Unchecked) =>
  invariantsOf(type).flatMap(({ key, holds }) => (holds(value) ? [] : [key]));

test('every type with invariants has its cases', () => {
  expect(definedTypes().filter((type) => invariantsOf(type).length > 0)).toEqual(Object.keys(CASES).sort());
});

describe.each(Object.entries(CASES))('%s', (type, cases) => {
  test.each(cases.keep.map((value) => [value]))('%j keeps all', (value) => {
    expect(brokenBy(type, value)).toEqual([]);
  });

  test.each(cases.break)('%s is broken by %j', (key, value) => {
    expect(brokenBy(type, value)).toContain(key);
  });

  test('each has a case that breaks it', () => {
    const keys = new Set(cases.break.map(([key]) => key));
    expect(invariantsOf(type).map(({ key }) => key)).toEqual([...keys]);
  });
});
