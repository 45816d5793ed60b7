/**
 * What is said of a problem. Everything comes from the schemas (schema/expectation.ts) and the place: never a value,
 * and never the name of a property that R4 does not define, for a client made it up.
 */
import type { TSchema } from '@sinclair/typebox';
import { type Issue, issue } from '../outcome/operation-outcome.ts';
import type { ElementDefinition } from '../schema/element.ts';
import type { Expectation } from '../schema/expectation.ts';
import type { Invariant } from '../schema/invariant.ts';
import { type Layout, resolved } from './layout.ts';
import type { Place } from './place.ts';

/** A value of another type than the schema's, or not among its values. */
export function unexpected(named: TSchema, { expression, json }: Place): Issue {
  const { expected, problem } = expectationOf(named);
  return issue({ code: problem, diagnostics: `${json} must be ${expected}.`, expression });
}

export function tooLong(maxLength: number, { expression, json }: Place): Issue {
  return issue({
    code: 'too-long',
    diagnostics: `${json} must be at most ${maxLength} characters long.`,
    expression,
  });
}

export function empty(array: TSchema, { expression, json }: Place): Issue {
  const { expected, problem, whenEmpty = problem } = expectationOf(array);
  return issue({ code: whenEmpty, diagnostics: `${json} is empty: it must be ${expected}.`, expression });
}

export function missing(named: TSchema, { expression, json }: Place): Issue {
  const { expected } = expectationOf(named);
  return issue({ code: 'required', diagnostics: `${json} is missing: it must be ${expected}.`, expression });
}

export function severalTypes({ name }: ElementDefinition, { expression, json }: Place): Issue {
  return issue({
    code: 'structure',
    diagnostics: `${json} must have ${name}[x] of one type, not of several at a time.`,
    expression,
  });
}

export function undefinedProperties(count: number, { elements }: Layout, place: Place): Issue {
  const properties = count === 1 ? '1 property' : `${count} properties`;
  const defined = elements.map(({ name, isChoice }) => (isChoice ? `${name}[x]` : name)).join(', ');
  return issue({
    code: 'structure',
    diagnostics: `${place.json} has ${properties} that R4 does not define there; defined are: ${defined}.`,
    expression: place.expression,
  });
}

export function broken({ key, must }: Pick<Invariant, 'key' | 'must'>, { expression, json }: Place): Issue {
  return issue({ code: 'invariant', diagnostics: `${json} must ${must} (${key}).`, expression });
}

/** Two arrays that belong together. */
export function unaligned(twinOf: string, { expression, json }: Place): Issue {
  return issue({
    code: 'structure',
    diagnostics: `${json} must have as many items as ${twinOf}, with null where there is nothing to say.`,
    expression,
  });
}

/** A null where nothing stands for the value. */
export function nothing({ expression, json }: Place): Issue {
  return issue({
    code: 'value',
    diagnostics: `${json} must not be null: null is for an item of which only one of value and extensions is there.`,
    expression,
  });
}

function expectationOf(named: TSchema): Expectation {
  return resolved(named) as TSchema & Expectation;
}
