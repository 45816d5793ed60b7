/**
 * OperationOutcome (R4) as data: what an answer says when something is wrong, and its vocabulary.
 *
 * `diagnostics` names places and what is expected there, never a value that was sent: AuditEvents hold patient
 * data, and outcomes end up in the logs of others.
 */

/** R4's required binding of OperationOutcome.issue.severity (http://hl7.org/fhir/issue-severity). */
export type IssueSeverity = 'fatal' | 'error' | 'warning' | 'information';

/** R4's required binding of OperationOutcome.issue.code (http://hl7.org/fhir/issue-type). */
export type IssueType =
  | 'invalid'
  | 'structure'
  | 'required'
  | 'value'
  | 'invariant'
  | 'security'
  | 'login'
  | 'unknown'
  | 'expired'
  | 'forbidden'
  | 'suppressed'
  | 'processing'
  | 'not-supported'
  | 'duplicate'
  | 'multiple-matches'
  | 'not-found'
  | 'deleted'
  | 'too-long'
  | 'code-invalid'
  | 'extension'
  | 'too-costly'
  | 'business-rule'
  | 'conflict'
  | 'transient'
  | 'lock-error'
  | 'no-store'
  | 'exception'
  | 'timeout'
  | 'incomplete'
  | 'throttled'
  | 'informational';

export type Issue = {
  readonly severity: IssueSeverity;
  readonly code: IssueType;
  /** For a person: what is wrong and what is expected. */
  readonly diagnostics?: string;
  /** FHIRPath of each element that the issue is about. */
  readonly expression?: readonly string[];
};

export type OperationOutcome = {
  readonly resourceType: 'OperationOutcome';
  /** At least one (R4: `issue` is 1..*). */
  readonly issue: readonly [Issue, ...Issue[]];
};

export type IssueParts = {
  /** `error` where it is not said. */
  readonly severity?: IssueSeverity;
  readonly code: IssueType;
  readonly diagnostics?: string;
  /** One place, or several; none leaves the element out. */
  readonly expression?: string | readonly string[];
};

/** Nothing to report still needs one issue; this is the one that R4 calls "all OK". */
const ALL_OK: Issue = { severity: 'information', code: 'informational', diagnostics: 'All OK' };

/** An OperationOutcome of `issues` in their order; of none, it says that all is well. */
export function operationOutcome(issues: readonly Issue[]): OperationOutcome {
  const [first = ALL_OK, ...rest] = issues;
  return { resourceType: 'OperationOutcome', issue: [first, ...rest] };
}

export function issue({ severity = 'error', code, diagnostics, expression = [] }: IssueParts): Issue {
  const places = typeof expression === 'string' ? [expression] : expression;
  return {
    severity,
    code,
    ...(diagnostics !== undefined && { diagnostics }),
    ...(places.length > 0 && { expression: places }),
  };
}
