/**
 * R4's invariants of the datatypes in the table, one row a rule: those of the types that an extension's value can
 * hold. A contained resource's own (obs-6, pat-1 …) are not among them.
 */
import { exists, type Invariant, isObject, type Unchecked } from '../invariant.ts';

const UCUM = 'http://unitsofmeasure.org';
/** Events of the day that have no offset: with a meal itself. */
const MEALS: readonly unknown[] = ['C', 'CM', 'CD', 'CV'];

const codeHasSystem: Invariant = {
  key: 'qty-3',
  must: 'have a system where it has a code',
  holds: (quantity) => !exists(quantity, 'code') || exists(quantity, 'system'),
};

/** What age-1, cnt-3 and dis-1 share. */
const isCodedInUcum = (quantity: Unchecked) =>
  (exists(quantity, 'code') || !exists(quantity, 'value')) &&
  (!exists(quantity, 'system') || quantity.system === UCUM);

const pathOrSearchParam = (key: string): Invariant => ({
  key,
  must: 'have a path or a searchParam, not both',
  holds: (filter) => exists(filter, 'path') !== exists(filter, 'searchParam'),
});

const needs = (key: string, property: string, needed: string): Invariant => ({
  key,
  must: `have a ${needed} where it has a ${property}`,
  holds: (element) => !exists(element, property) || exists(element, needed),
});

const notNegative = (key: string, property: string): Invariant => ({
  key,
  must: `have a ${property} that is not negative`,
  holds: ({ [property]: value }) => typeof value !== 'number' || value >= 0,
});

const INVARIANTS = new Map<string, readonly Invariant[]>(
  Object.entries({
    Age: [
      codeHasSystem,
      {
        key: 'age-1',
        must: 'be above zero, with a UCUM code of time',
        holds: (age) => isCodedInUcum(age) && !(typeof age.value === 'number' && age.value <= 0),
      },
    ],
    Attachment: [needs('att-1', 'data', 'contentType')],
    ContactPoint: [needs('cpt-2', 'value', 'system')],
    Count: [
      codeHasSystem,
      {
        key: 'cnt-3',
        must: 'be a whole number, with the UCUM code 1',
        holds: (count) =>
          isCodedInUcum(count) &&
          (count.code === undefined || count.code === '1') &&
          (typeof count.value !== 'number' || Number.isInteger(count.value)),
      },
    ],
    'DataRequirement.codeFilter': [pathOrSearchParam('drq-1')],
    'DataRequirement.dateFilter': [pathOrSearchParam('drq-2')],
    Distance: [
      codeHasSystem,
      { key: 'dis-1', must: 'have a UCUM code of length where it has a value', holds: isCodedInUcum },
    ],
    Duration: [
      codeHasSystem,
      {
        key: 'drt-1',
        must: 'have a value, and UCUM as its system, where it has a code',
        holds: (duration) =>
          !exists(duration, 'code') || (duration.system === UCUM && exists(duration, 'value')),
      },
    ],
    Expression: [
      {
        key: 'exp-1',
        must: 'have an expression or a reference',
        holds: (expression) => exists(expression, 'expression') || exists(expression, 'reference'),
      },
    ],
    Quantity: [codeHasSystem],
    Range: [
      {
        key: 'rng-2',
        must: 'have a low that is not above its high',
        holds: ({ low, high }) => !isAbove(low, high),
      },
    ],
    Ratio: [
      {
        key: 'rat-1',
        must: 'have a numerator and a denominator, or neither and an extension',
        holds: (ratio) =>
          exists(ratio, 'numerator') === exists(ratio, 'denominator') &&
          (exists(ratio, 'numerator') || exists(ratio, 'extension')),
      },
    ],
    SimpleQuantity: [
      codeHasSystem,
      {
        key: 'sqty-1',
        must: 'have no comparator',
        holds: (quantity) => !exists(quantity, 'comparator'),
      },
    ],
    'Timing.repeat': [
      needs('tim-1', 'duration', 'durationUnit'),
      needs('tim-2', 'period', 'periodUnit'),
      notNegative('tim-4', 'duration'),
      notNegative('tim-5', 'period'),
      needs('tim-6', 'periodMax', 'period'),
      needs('tim-7', 'durationMax', 'duration'),
      needs('tim-8', 'countMax', 'count'),
      {
        key: 'tim-9',
        must: 'have a when that is not a meal where it has an offset',
        holds: (repeat) =>
          !exists(repeat, 'offset') ||
          (exists(repeat, 'when') && !itemsOf(repeat.when).some((event) => MEALS.includes(event))),
      },
      {
        key: 'tim-10',
        must: 'have a timeOfDay or a when, not both',
        holds: (repeat) => !exists(repeat, 'timeOfDay') || !exists(repeat, 'when'),
      },
    ],
    TriggerDefinition: [
      {
        key: 'trd-1',
        must: 'have a timing or data, not both',
        holds: (trigger) => !exists(trigger, 'data') || !hasTiming(trigger),
      },
      needs('trd-2', 'condition', 'data'),
      {
        key: 'trd-3',
        must: 'have what its type needs: a name, a timing or data',
        holds: (trigger) => {
          const { type } = trigger;
          if (type === 'named-event') return exists(trigger, 'name');
          if (type === 'periodic') return hasTiming(trigger);
          return typeof type !== 'string' || !type.startsWith('data-') || exists(trigger, 'data');
        },
      },
    ],
  } satisfies Record<string, readonly Invariant[]>),
);

/** What R4 demands of a `type` beside its shape. */
export function invariantsOf(type: string): readonly Invariant[] {
  return INVARIANTS.get(type) ?? [];
}

function hasTiming(trigger: Unchecked): boolean {
  return ['Timing', 'Reference', 'Date', 'DateTime'].some((type) => exists(trigger, `timing${type}`));
}

/** Quantities of unlike units are not compared: whether 1 h is above 50 min takes all of UCUM to say. */
function isAbove(low: unknown, high: unknown): boolean {
  if (!isObject(low) || !isObject(high)) return false;
  if (low.system !== high.system || low.code !== high.code || low.unit !== high.unit) return false;
  return typeof low.value === 'number' && typeof high.value === 'number' && low.value > high.value;
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
