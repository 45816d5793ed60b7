/**
 * How processes may end: as they were told to, or, where what they need is away, before they were ready. An orchestrator
 * starts them again in any case, so that nothing else would be seen of a crash.
 */

import type { Fault, Target } from './fault.ts';
import { PAIRS } from './links.ts';

/** Without these a service does not start. */
const NEEDED: readonly Target[] = ['kafka', 'elasticsearch', 'elastic-answers', 'topic', ...PAIRS];

export type Exit = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it was told to end by. */
  readonly toldBy: NodeJS.Signals | undefined;
  /** Whether it had said that it was ready. */
  readonly wasReady: boolean;
};

/** What is wrong with it; undefined: nothing. */
export function exitProblem(
  { code, signal, toldBy, wasReady }: Exit,
  mayFailToStart: boolean,
): string | undefined {
  const how = signal === null ? `with ${code}` : `by ${signal}`;
  if (toldBy === 'SIGKILL' && signal === 'SIGKILL') return undefined;
  if (toldBy === 'SIGTERM' && code === 0) return undefined;
  // A service starts whole or not at all, and waits for its backends only so long.
  if (!wasReady && mayFailToStart && code === 1) return undefined;
  // It listens to signals as soon as its modules are there.
  if (!wasReady && toldBy === 'SIGTERM' && signal === 'SIGTERM') return undefined;
  return `ended ${how}${toldBy === undefined ? ', which nobody asked for' : ` when it was told to by ${toldBy}`}`;
}

/** A service as an operator sees it. */
type Observed = {
  readonly name: string;
  readonly exits: readonly Exit[];
  /** Messages of its log at this level. */
  said(level: 'error'): readonly string[];
};

/** Ends and ERRORs of the services that no fault of the round explains, each in one sentence. */
export function processProblems(
  services: readonly Observed[],
  faults: readonly Pick<Fault, 'touches' | 'explains'>[],
): readonly string[] {
  const mayFailToStart = faults.some(({ touches }) => touches.some((target) => NEEDED.includes(target)));
  const explained = faults.flatMap(({ explains = [] }) => explains);
  return services.flatMap((service) => {
    const { name, exits } = service;
    const errors = new Set(
      service.said('error').filter((line) => !explained.some((start) => line.startsWith(start))),
    );
    return [
      ...exits
        .flatMap((exit) => exitProblem(exit, mayFailToStart) ?? [])
        .map((problem) => `${name} ${problem}`),
      ...[...errors].map((message) => `${name} says as an ERROR: ${message}`),
    ];
  });
}
