/**
 * What a fault is: something done to a running Auditbox that ends by itself. Whatever was broken is given back before
 * `run` resolves, and from then on it is up to the services alone.
 */
import type { Environment } from '@auditbox/e2e';
import type { Backends } from './backends.ts';
import type { Links, Pair } from './links.ts';
import type { Stage } from './stage.ts';

/** What is done to, held by one fault at a time. */
export type Target =
  | 'gateway'
  | 'indexer'
  | 'query'
  | 'kafka'
  | 'elasticsearch'
  | 'topic'
  | 'elastic-answers'
  | Pair;

/** One fault of a round, decided by the round's seed. */
export type Planned = {
  readonly name: string;
  /** Milliseconds from when the load is on. */
  readonly atMs: number;
  /** Milliseconds that it lasts, where it lasts at all. */
  readonly forMs: number;
  /** Which of several processes or partitions: the remainder of this decides. */
  readonly which: number;
};

export type Fault = {
  readonly touches: readonly Target[];
  /** Milliseconds that it lasts when it is alone, and at least and at most in a mix; none: it does not last. */
  readonly lasts?: { readonly aloneMs: number; readonly mixedMs: readonly [min: number, max: number] };
  /** Only ever named: it does not go together with others. */
  readonly isAlone?: boolean;
  /** ERROR messages that it explains, by what they begin with; any other one is a problem. */
  readonly explains?: readonly string[];
  /** Before the services start: what they have to be started with. */
  readonly prepare?: (setting: Setting, planned: Planned) => void | Promise<void>;
  readonly run: (stage: Stage, planned: Planned) => Promise<void>;
};

/** What a fault may arrange before the services are there. */
export type Setting = {
  readonly links: Links;
  readonly environment: Environment;
  readonly backends: Backends;
  /** Done after the round, before its topics and indices are removed. */
  readonly defer: (undo: () => Promise<void>) => void;
  /** Its replicas are there, and start only when the fault starts them. */
  readonly hold: (service: string) => void;
  /** More settings of a service's replica (`gateway-1`), over those of the round. */
  readonly set: (replica: string, settings: Readonly<Record<string, string>>) => void;
};
