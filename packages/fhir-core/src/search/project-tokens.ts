/** The terms of tokens: codes, systems, both together, and the text that people read in their place. */
import { type FoldedTerms, type TokenTerms, tokenTerm } from './document.ts';
import { foldCode, foldText } from './fold.ts';
import { Memo } from './memo.ts';
import type { Token, TokenParameter } from './parameters.ts';
import { stringPrint } from './print.ts';
import { exactTerm, prefixTerm } from './term.ts';
import { distinct } from './term-list.ts';

type Tokens = readonly Token[];

/** More have no print: they are not kept. */
const TOKENS_MAX = 4;

const foldedCodes = new Memo((tokens: Tokens) => jsonOf(tokens, foldCode), areSame, unitsOf);
const codesToTheLetter = new Memo((tokens: Tokens) => jsonOf(tokens, (code) => code), areSame, unitsOf);

/** The code, or one that is searched for, as the parameter compares it. */
export function comparedCode({ caseSensitive }: TokenParameter, code: string): string {
  return caseSensitive === true ? code : foldCode(code);
}

/** JSON; undefined where there are no tokens. */
export function projectTokens({ caseSensitive }: TokenParameter, tokens: Tokens): string | undefined {
  if (tokens.length === 0) return undefined;
  return (caseSensitive === true ? codesToTheLetter : foldedCodes).get(tokens, tokensPrint(tokens));
}

function jsonOf(tokens: Tokens, compared: (code: string) => string): string {
  const code: string[] = [];
  const token: string[] = [];
  const system: string[] = [];
  const spaced: string[] = [];
  const solid: string[] = [];
  for (const { system: of, code: raw, text } of tokens) {
    if (of !== undefined) system.push(exactTerm(of));
    if (raw !== undefined) {
      const asCompared = compared(raw);
      code.push(exactTerm(asCompared));
      token.push(exactTerm(tokenTerm(of, asCompared)));
    }
    if (text === undefined) continue;
    const folded = foldText(text);
    spaced.push(prefixTerm(folded.spaced));
    solid.push(prefixTerm(folded.solid));
  }
  const fields: TokenTerms & { readonly text: FoldedTerms } = {
    code: distinct(code),
    token: distinct(token),
    system: distinct(system),
    text: { spaced: distinct(spaced), solid: distinct(solid) },
  };
  return JSON.stringify(fields);
}

function unitsOf(json: string): number {
  return json.length;
}

/** What a `Memo` finds them by; goes on from the print of something else. */
export function tokensPrint(tokens: Tokens, before = 1): number {
  if (tokens.length > TOKENS_MAX) return 0;
  let print = before;
  for (const { system, code, text } of tokens) {
    print = stringPrint(text, stringPrint(code, stringPrint(system, print)));
  }
  return print;
}

export function areSame(one: Tokens, other: Tokens): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) {
    const a = one[i] as Token;
    const b = other[i] as Token;
    if (a.code !== b.code || a.system !== b.system || a.text !== b.text) return false;
  }
  return true;
}
