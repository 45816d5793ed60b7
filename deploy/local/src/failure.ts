/**
 * What stops `npm start` and `npm test`: one clear sentence a problem, and the exit status that goes with it.
 * Anything else that is thrown is a fault of this program and is shown with its stack.
 */

/** sysexits.h EX_CONFIG: the machine or a setting has to be changed first; nothing was started. */
export const exitStatusOfRefusal = 78;

export class Failure extends Error {
  readonly problems: readonly string[];
  readonly exitStatus: number;

  constructor(problems: readonly string[], exitStatus = 1, options?: ErrorOptions) {
    super(problems.join('\n'), options);
    this.name = 'Failure';
    this.problems = problems;
    this.exitStatus = exitStatus;
  }
}

/** Refuses before anything was started: all problems at once. */
export function refusal(problems: readonly string[]): Failure {
  return new Failure(problems, exitStatusOfRefusal);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
