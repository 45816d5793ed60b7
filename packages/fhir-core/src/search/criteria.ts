/**
 * A search as data: what a query string says once it is understood. It holds values, never syntax, so what
 * compiles it to Elasticsearch never sees a client's punctuation; `format-search.ts` writes it back.
 */
import type { CompartmentType } from './compartments.ts';
import type { MicrosRange } from './instant.ts';
import type { SearchParameterCode } from './parameters.ts';
import type { Presentation } from './result-parameters.ts';

/** R4 search prefixes (search.html#prefix). */
export const PREFIXES = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const;
export type Prefix = (typeof PREFIXES)[number];

export type TokenValue =
  | { readonly match: 'code'; readonly code: string }
  /** `system` undefined: the code of no system (`|code`). */
  | { readonly match: 'token'; readonly system?: string; readonly code: string }
  | { readonly match: 'system'; readonly system: string };

export type ReferenceValue =
  /** A logical id alone. */
  | { readonly match: 'id'; readonly id: string }
  /** `base` ends with a slash and is empty where relative. */
  | {
      readonly match: 'resource';
      readonly base: string;
      readonly type: string;
      readonly id: string;
      readonly version?: string;
    }
  | { readonly match: 'url'; readonly url: string };

/** `date` as R4 writes it; `range` is what it stands for. */
export type DateValue = { readonly prefix: Prefix; readonly date: string; readonly range: MicrosRange };

/** The values of one criterion are alternatives (R4: a comma is an OR). */
export type Criterion = { readonly code: SearchParameterCode } & (
  | { readonly type: 'missing'; readonly missing: boolean }
  | { readonly type: 'id'; readonly not: boolean; readonly values: readonly string[] }
  | { readonly type: 'token'; readonly not: boolean; readonly values: readonly TokenValue[] }
  /** `:text` of a token. */
  | { readonly type: 'text'; readonly values: readonly string[] }
  | {
      readonly type: 'string';
      readonly match: 'starts' | 'exact' | 'contains';
      readonly values: readonly string[];
    }
  | { readonly type: 'uri'; readonly match: 'equal' | 'below' | 'above'; readonly values: readonly string[] }
  | { readonly type: 'date'; readonly values: readonly DateValue[] }
  /** `target`: the type that a modifier names. */
  | { readonly type: 'reference'; readonly target?: string; readonly values: readonly ReferenceValue[] }
  /** `:identifier`, or the chain `.identifier`: what the reference, or its contained target, says of the target. */
  | { readonly type: 'identifier'; readonly target?: string; readonly values: readonly TokenValue[] }
  /** Every word of a value. */
  | { readonly type: 'words'; readonly values: readonly string[] }
);

export type SortKey = { readonly code: SearchParameterCode; readonly descending: boolean };

/** A compartment (R4 compartmentdefinition): the events that concern one resource. */
export type Compartment = { readonly type: CompartmentType; readonly id: string };

/** A parameter that does not count: one that is unknown, or has no value. */
export type Ignored = { readonly name: string; readonly why: 'unknown' | 'empty' };

export type Search = {
  readonly compartment?: Compartment;
  /** All must hold (R4: repeated parameters are an AND). */
  readonly criteria: readonly Criterion[];
  /** As asked; none: newest first. */
  readonly sort: readonly SortKey[];
  /** Entries a page; zero asks for the total alone. */
  readonly count: number;
  readonly offset: number;
  /** Where to go on, as a page before this one said. */
  readonly cursor?: string;
  readonly total: 'none' | 'estimate' | 'accurate' | undefined;
  readonly presentation: Presentation;
  readonly ignored: readonly Ignored[];
};
