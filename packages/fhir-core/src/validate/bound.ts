/** A stated bound on what one answer lists: all problems at once, but not a megabyte of them. */
import { type Issue, issue } from '../outcome/operation-outcome.ts';

/** Issues in one answer, for an event as for a Bundle. Enough to repair a producer, short enough to read. */
export const ISSUES_MAX = 50;

/** The first ISSUES_MAX of `issues`, and one more that says so where there are further ones. */
export function bounded(issues: Iterable<Issue>): Issue[] {
  const listed: Issue[] = [];
  for (const found of issues) {
    if (listed.length === ISSUES_MAX) {
      listed.push(
        issue({
          severity: 'information',
          code: 'informational',
          diagnostics: `Further problems are not listed: an answer lists ${ISSUES_MAX}.`,
        }),
      );
      break;
    }
    listed.push(found);
  }
  return listed;
}
