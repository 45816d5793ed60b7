/** The terms of tokens: codes, systems, both together, and the text that people read in their place. */
import { tokenTerm } from './document.ts';
import { foldCode, foldText } from './fold.ts';
import { Memo } from './memo.ts';
import type { Token, TokenParameter } from './parameters.ts';
import { stringPrint } from './print.ts';
import { addFolded, type FoldedEndings, foldedEndings, foldedStarts } from './project-strings.ts';
import { exactTerm } from './term.ts';
import { endingOf, jsonList, type TermList, termStart } from './term-list.ts';

/** What one token leaves behind, as endings of terms; undefined where it lacks what they are of. */
type Left = {
  readonly code: string | undefined;
  readonly token: string;
  readonly system: string | undefined;
  readonly text: FoldedEndings | undefined;
};

const foldedCodes = new Memo((token: Token) => leftBy(token, foldCode), isSame, unitsOf);
const codesToTheLetter = new Memo((token: Token) => leftBy(token, (code) => code), isSame, unitsOf);

/** The code, or one that is searched for, as the parameter compares it. */
export function comparedCode({ caseSensitive }: TokenParameter, code: string): string {
  return caseSensitive === true ? code : foldCode(code);
}

/** Adds the terms of tokens; the codes that they are sorted by, as JSON, are the answer. */
export function tokenProjector({ field, caseSensitive }: TokenParameter) {
  const memo = caseSensitive === true ? codesToTheLetter : foldedCodes;
  const start = tokenStarts(field);
  const textStart = foldedStarts(`${field}.text`);
  return (tokens: readonly Token[], terms: TermList): string => {
    const codes: string[] = [];
    for (const one of tokens) {
      const { code, token, system, text } = memo.get(one, tokenPrint(one));
      if (code !== undefined) {
        codes.push(code);
        terms.add(start.code, code);
        terms.add(start.token, token);
      }
      if (system !== undefined) terms.add(start.system, system);
      if (text !== undefined) addFolded(terms, textStart, text);
    }
    return jsonList(codes);
  };
}

/** Where in the terms the parts of a token begin. */
export function tokenStarts(field: string) {
  return {
    code: termStart(`${field}.code`),
    token: termStart(`${field}.token`),
    system: termStart(`${field}.system`),
  };
}

function leftBy({ system, code, text }: Token, compared: (code: string) => string): Left {
  const ofCode = code === undefined ? undefined : compared(code);
  return {
    code: ofCode === undefined ? undefined : endingOf(exactTerm(ofCode)),
    token: ofCode === undefined ? '' : endingOf(exactTerm(tokenTerm(system, ofCode))),
    system: system === undefined ? undefined : endingOf(exactTerm(system)),
    text: text === undefined ? undefined : foldedEndings(foldText(text)),
  };
}

function unitsOf({ code = '', token, system = '', text }: Left): number {
  const { spaced = '', solid = '' } = text ?? {};
  return code.length + token.length + system.length + spaced.length + solid.length;
}

/** What a `Memo` finds it by; goes on from the print of something else. */
export function tokenPrint({ system, code, text }: Token, before = 1): number {
  return stringPrint(text, stringPrint(code, stringPrint(system, before)));
}

function isSame(one: Token, other: Token): boolean {
  return one.code === other.code && one.system === other.system && one.text === other.text;
}
