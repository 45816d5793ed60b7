/** The terms of names, descriptions and addresses: folded, as they were written, and in grams. */
import { type Folded, foldAddress, foldText } from './fold.ts';
import { gramsOf } from './grams.ts';
import { Memo } from './memo.ts';
import type { StringParameter } from './parameters.ts';
import { stringPrint } from './print.ts';
import { exactTerm, prefixTerm } from './term.ts';
import { apart, jsonList } from './term-list.ts';

/** What one value leaves in each field, each as JSON. */
type Terms = {
  readonly spaced: string;
  readonly solid: string;
  readonly exact: string;
  readonly spacedGrams: string;
  readonly solidGrams: string;
};

type Folding = Pick<StringParameter, 'folding'>;

const texts = new Memo((value: string) => termsOf({ folding: 'text' }, value), isSame, unitsOf);
const addresses = new Memo((value: string) => termsOf({ folding: 'address' }, value), isSame, unitsOf);

/** Folds a value, or what is searched for, as the parameter says. */
export function foldString({ folding }: Folding, value: string): Folded {
  return folding === 'address' ? foldAddress(value) : foldText(value);
}

/** JSON; undefined where there are no values. */
export function projectStrings({ folding }: Folding, values: readonly string[]): string | undefined {
  if (values.length === 0) return undefined;
  const memo = folding === 'address' ? addresses : texts;
  const spaced: string[] = [];
  const solid: string[] = [];
  const exact: string[] = [];
  const spacedGrams: string[] = [];
  const solidGrams: string[] = [];
  for (const value of values) {
    const terms = memo.get(value, stringPrint(value));
    spaced.push(terms.spaced);
    solid.push(terms.solid);
    exact.push(terms.exact);
    spacedGrams.push(terms.spacedGrams);
    solidGrams.push(terms.solidGrams);
  }
  const { both, one, other } = apart(spacedGrams, solidGrams);
  const grams = `{"both":${jsonList(both)},"spaced":${jsonList(one)},"solid":${jsonList(other)}}`;
  return `{"spaced":${jsonList(spaced)},"solid":${jsonList(solid)},"exact":${jsonList(exact)},"grams":${grams}}`;
}

function termsOf(folding: Folding, value: string): Terms {
  const folded = foldString(folding, value);
  const spaced = JSON.stringify(prefixTerm(folded.spaced));
  const spacedGrams = JSON.stringify(gramsOf(folded.spaced));
  const exact = JSON.stringify(exactTerm(value));
  if (folded.solid === folded.spaced)
    return { spaced, solid: spaced, exact, spacedGrams, solidGrams: spacedGrams };
  const solid = JSON.stringify(prefixTerm(folded.solid));
  return { spaced, solid, exact, spacedGrams, solidGrams: JSON.stringify(gramsOf(folded.solid)) };
}

function isSame(one: string, other: string): boolean {
  return one === other;
}

function unitsOf({ spaced, solid, exact, spacedGrams, solidGrams }: Terms): number {
  return spaced.length + solid.length + exact.length + spacedGrams.length + solidGrams.length;
}
