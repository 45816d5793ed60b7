/**
 * What a schema says about itself to a person whose value breaks it. Every schema of this folder carries both
 * keys beside its JSON Schema keywords, so that a diagnosis needs no second table. Never a value: see outcome/.
 */
import type { IssueType } from '../outcome/operation-outcome.ts';

export type Expectation = {
  /** Completes "must be …". */
  readonly expected: string;
  /** The R4 IssueType of a value that is not what is expected. */
  readonly problem: IssueType;
  /** For arrays: the IssueType of an empty one, where that differs from `problem`. */
  readonly whenEmpty?: IssueType;
};

/** Of a string with several rules: what the rule expects that `text` breaks, which is known to break one. */
export type FaultKeyword = { readonly fault: (text: string) => Expectation };
