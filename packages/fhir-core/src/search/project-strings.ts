/** The terms of names, descriptions and addresses: folded, as they were written, and in grams. */
import { type Folded, foldAddress, foldText } from './fold.ts';
import { gramsOf } from './grams.ts';
import { Memo } from './memo.ts';
import type { StringParameter } from './parameters.ts';
import { stringPrint } from './print.ts';
import { exactTerm, prefixTerm } from './term.ts';
import { endingOf, jsonList, type TermList, termStart } from './term-list.ts';

type Folding = StringParameter['folding'];

/** What one value leaves behind: endings of terms, and grams as JSON. */
type Left = {
  /** Both foldings are the same: of `solid` and its grams there is nothing to say. */
  readonly isOne: boolean;
  readonly spaced: string;
  readonly solid: string;
  readonly exact: string;
  readonly spacedGrams: string;
  readonly solidGrams: string;
};

const texts = new Memo((value: string) => leftBy(foldText(value), value), isSame, unitsOf);
const addresses = new Memo((value: string) => leftBy(foldAddress(value), value), isSame, unitsOf);

/** Folds a value, or what is searched for, as the parameter says. */
export function foldString({ folding }: Pick<StringParameter, 'folding'>, value: string): Folded {
  return folding === 'address' ? foldAddress(value) : foldText(value);
}

/** Adds the terms of values; what they are sorted by, as JSON, is the answer. */
export function stringProjector({ field, folding }: StringParameter) {
  const start = foldedStarts(field);
  const exactStart = termStart(`${field}.exact`);
  return (values: readonly string[], terms: TermList): string => {
    const order: string[] = [];
    for (const value of values) {
      const left = leftOf(folding, value);
      order.push(left.spaced);
      terms.add(exactStart, left.exact);
      if (left.isOne) terms.add(start.both, left.spaced);
      else {
        terms.add(start.spaced, left.spaced);
        terms.add(start.solid, left.solid);
      }
    }
    return jsonList(order);
  };
}

/** Where in the terms the foldings of a field begin. */
export function foldedStarts(field: string) {
  return {
    both: termStart(`${field}.both`),
    spaced: termStart(`${field}.spaced`),
    solid: termStart(`${field}.solid`),
  };
}

/** The grams of values as JSON, those of each value once. */
export function projectGrams(folding: Folding, values: Iterable<string>): string {
  let both = '';
  let spaced = '';
  let solid = '';
  for (const value of values) {
    const left = leftOf(folding, value);
    if (left.isOne) both += `,${left.spacedGrams}`;
    else {
      spaced += `,${left.spacedGrams}`;
      solid += `,${left.solidGrams}`;
    }
  }
  return `{"both":[${both.slice(1)}],"spaced":[${spaced.slice(1)}],"solid":[${solid.slice(1)}]}`;
}

function leftOf(folding: Folding, value: string): Left {
  return (folding === 'address' ? addresses : texts).get(value, stringPrint(value));
}

function leftBy(folded: Folded, value: string): Left {
  const isOne = folded.solid === folded.spaced;
  return {
    isOne,
    spaced: endingOf(prefixTerm(folded.spaced)),
    solid: isOne ? '' : endingOf(prefixTerm(folded.solid)),
    exact: endingOf(exactTerm(value)),
    spacedGrams: JSON.stringify(gramsOf(folded.spaced)),
    solidGrams: isOne ? '' : JSON.stringify(gramsOf(folded.solid)),
  };
}

function isSame(one: string, other: string): boolean {
  return one === other;
}

function unitsOf({ spaced, solid, exact, spacedGrams, solidGrams }: Left): number {
  return spaced.length + solid.length + exact.length + spacedGrams.length + solidGrams.length;
}
