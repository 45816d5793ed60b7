/**
 * A search as data: what a query string says once it is understood. It holds values, never syntax, so what
 * compiles it to Elasticsearch never sees a client's punctuation.
 */
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
  /**
   * A logical id alone; `type` where a modifier or the parameter's only type gives it. A reference may also be
   * this text and nothing more: `url` is then its form.
   */
  | { readonly match: 'id'; readonly id: string; readonly url: string; readonly type?: string }
  /** `base` ends with a slash and is empty where relative. */
  | {
      readonly match: 'resource';
      readonly base: string;
      readonly type: string;
      readonly id: string;
      readonly version?: string;
    }
  | { readonly match: 'url'; readonly url: string };

export type DateValue = { readonly prefix: Prefix; readonly range: MicrosRange };

/** The values of one criterion are alternatives (R4: a comma is an OR). */
export type Criterion = { readonly code: SearchParameterCode } & (
  | { readonly type: 'missing'; readonly missing: boolean }
  | { readonly type: 'id'; readonly values: readonly string[] }
  | { readonly type: 'token'; readonly not: boolean; readonly values: readonly TokenValue[] }
  | { readonly type: 'string'; readonly values: readonly string[] }
  | { readonly type: 'uri'; readonly values: readonly string[] }
  | { readonly type: 'date'; readonly values: readonly DateValue[] }
  | { readonly type: 'reference'; readonly values: readonly ReferenceValue[] }
);

export type Search = {
  /** All must hold (R4: repeated parameters are an AND). */
  readonly criteria: readonly Criterion[];
  /** Entries a page; zero asks for the total alone. */
  readonly count: number;
  readonly offset: number;
  readonly presentation: Presentation;
  /** The parameters as understood, for the self link. */
  readonly applied: readonly [name: string, value: string][];
  /** Parameters that were not understood and, as the client asked (`Prefer: handling=lenient`), ignored. */
  readonly ignored: readonly string[];
};
