/** A stated bound on what one answer lists: all problems at once, but not a megabyte of them. */
import { type Issue, issue } from '../outcome/operation-outcome.ts';

/** Issues in one answer, for an event as for a Bundle. Enough to repair a producer, short enough to read. */
export const ISSUES_MAX = 50;

/**
 * Issues of all entries of a Bundle together. Once they are listed, each further entry lists its first only: an answer
 * to thousands of bad entries must not be a hundred times the request.
 */
export const BUNDLE_ISSUES_MAX = 1000;

/** The first `max` of `issues`, and one more that says so where there are further ones. */
export function bounded(issues: Iterable<Issue>, max: number = ISSUES_MAX): Issue[] {
  const listed: Issue[] = [];
  for (const found of issues) {
    if (listed.length === max) {
      listed.push(
        issue({
          severity: 'information',
          code: 'informational',
          diagnostics: `Further problems are not listed: an answer lists ${max} here.`,
        }),
      );
      break;
    }
    listed.push(found);
  }
  return listed;
}
