/**
 * Validation of one event against base R4. A profile is never a reason to refuse: IHE says that a repository
 * shall not reject, and real producers break the profiles that they claim.
 *
 * A good event costs one compiled check. Only a refused one pays for the diagnosis, which lists its problems all
 * at once. It MUST NOT throw, whatever JSON value it is given, and MUST NOT repeat anything of that value.
 */
import { type Issue, issue } from '../outcome/operation-outcome.ts';
import { AuditEventSchema } from '../schema/audit-event.ts';
import { bounded } from './bound.ts';
import { compile } from './compile.ts';
import { DEPTH_MAX, isDeeperThan } from './depth.ts';
import { explain, isOtherResource, otherResource } from './diagnose.ts';

const checker = compile(AuditEventSchema);

/**
 * The problems of `value` as an AuditEvent; none means that it is one, and may be taken for the static type.
 * `place` is the FHIRPath of `value`, such as `Bundle.entry[3].resource`.
 */
export function validateAuditEvent(value: unknown, place = 'AuditEvent'): Issue[] {
  return isAuditEvent(value) ? [] : bounded(eventProblems(value, place));
}

/** Whether `value` is a valid AuditEvent: whether it has no problems. */
export function isAuditEvent(value: unknown): boolean {
  return checker.Check(value);
}

/** The same, one by one and without bound, for a caller with a bound of its own. */
export function* eventProblems(value: unknown, place: string): Generator<Issue> {
  if (isAuditEvent(value)) return;
  if (isOtherResource(value, 'AuditEvent')) yield otherResource(place, 'AuditEvent');
  else if (isDeeperThan(DEPTH_MAX, value)) yield tooDeep(place);
  else yield* explain(checker, value, place);
}

/** `place` is the FHIRPath of what is nested too deep. */
export function tooDeep(place: string): Issue {
  return issue({
    code: 'structure',
    diagnostics: `${place} must not be nested more than ${DEPTH_MAX} levels deep.`,
    expression: place,
  });
}
