/** The terms of names, descriptions and addresses: folded, as they were written, and in grams. */
import { type Folded, foldAddress, foldText } from './fold.ts';
import { gramsOf } from './grams.ts';
import { Memo } from './memo.ts';
import type { StringParameter } from './parameters.ts';
import { stringPrint } from './print.ts';
import { exactTerm, prefixTerm } from './term.ts';
import { endingOf, jsonList, type TermList, termStart } from './term-list.ts';

type Folding = StringParameter['folding'];

/** The foldings of a value, as endings of terms. */
export type FoldedEndings = {
  readonly spaced: string;
  /** Undefined where it is the same. */
  readonly solid: string | undefined;
};

/** What one value leaves behind: endings of terms, and grams as JSON. */
type Left = FoldedEndings & {
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
      addFolded(terms, start, left);
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

export function foldedEndings({ spaced, solid }: Folded): FoldedEndings {
  return {
    spaced: endingOf(prefixTerm(spaced)),
    solid: solid === spaced ? undefined : endingOf(prefixTerm(solid)),
  };
}

export function addFolded(
  terms: TermList,
  start: ReturnType<typeof foldedStarts>,
  { spaced, solid }: FoldedEndings,
): void {
  if (solid === undefined) terms.add(start.both, spaced);
  else {
    terms.add(start.spaced, spaced);
    terms.add(start.solid, solid);
  }
}

/** The grams of values as JSON, those of each value once. */
export function projectGrams(folding: Folding, values: Iterable<string>): string {
  let both = '';
  let spaced = '';
  let solid = '';
  for (const value of values) {
    const left = leftOf(folding, value);
    if (left.solid === undefined) both += `,${left.spacedGrams}`;
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
  const { spaced, solid } = foldedEndings(folded);
  return {
    spaced,
    solid,
    exact: endingOf(exactTerm(value)),
    spacedGrams: JSON.stringify(gramsOf(folded.spaced)),
    solidGrams: solid === undefined ? '' : JSON.stringify(gramsOf(folded.solid)),
  };
}

function isSame(one: string, other: string): boolean {
  return one === other;
}

function unitsOf({ spaced, solid = '', exact, spacedGrams, solidGrams }: Left): number {
  return spaced.length + solid.length + exact.length + spacedGrams.length + solidGrams.length;
}
