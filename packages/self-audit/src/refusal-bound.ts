/**
 * Refused callers as events, without letting an attacker write the log full: at most so many a minute, and what is over
 * is counted and summed up at the end of that minute, or at the stop. None vanishes uncounted, none floods.
 */
import type { AuditEvent } from '@auditbox/fhir-core';
import type { Origin } from './events/origin.ts';
import {
  kindOf,
  type Refusal,
  type RefusalKind,
  type RefusalReason,
  refused,
  refusedInSum,
} from './events/refused.ts';

const WINDOW_MS = 60_000;

/**
 * The part of the bound that failed logins, which anybody can cause, leave for alerts, which need a token of the house:
 * a flood of the former must not hide who tried what with the latter.
 */
const ALERTS_SHARE = 0.25;

type Window = {
  readonly start: Date;
  readonly timer: NodeJS.Timeout;
  /** Events of their own. */
  written: number;
  /** Those without. */
  readonly over: Record<RefusalKind, Map<RefusalReason, number>>;
};

export type RefusalBoundOptions = {
  readonly perMinute: number;
  readonly origin: Origin;
  readonly now: () => Date;
  /** Never throws, never waits. */
  readonly publish: (make: () => AuditEvent) => void;
};

export class RefusalBound {
  readonly #options: RefusalBoundOptions;
  #window: Window | undefined;

  constructor(options: RefusalBoundOptions) {
    this.#options = options;
  }

  add(refusal: Refusal): void {
    const { perMinute, origin, now, publish } = this.#options;
    this.#window ??= this.#open();
    const window = this.#window;
    const kind = kindOf(refusal.reason);
    const bound = kind === 'alert' ? perMinute : perMinute - Math.ceil(perMinute * ALERTS_SHARE);
    if (window.written < bound) {
      window.written += 1;
      publish(() => refused(refusal, origin, now()));
      return;
    }
    const counts = window.over[kind];
    counts.set(refusal.reason, (counts.get(refusal.reason) ?? 0) + 1);
  }

  /** Ends the minute: what is over its bound is published in sum. */
  end(): void {
    const window = this.#window;
    if (window === undefined) return;
    this.#window = undefined;
    clearTimeout(window.timer);
    const { origin, now, publish } = this.#options;
    const period = { start: window.start, end: now() };
    for (const kind of ['login', 'alert'] as const) {
      const counts = window.over[kind];
      if (counts.size > 0) publish(() => refusedInSum(kind, counts, period, origin));
    }
  }

  #open(): Window {
    const timer = setTimeout(() => this.end(), WINDOW_MS).unref();
    return { start: this.#options.now(), timer, written: 0, over: { login: new Map(), alert: new Map() } };
  }
}
