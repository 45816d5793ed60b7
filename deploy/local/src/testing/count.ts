/**
 * Counts passed and failed tests from vitest's JSON report. A file that could not be loaded has no tests to fail and
 * counts as one failure; so does a run that vitest itself calls failed for another reason (an unhandled error).
 */

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** `json` is undefined when vitest left no report. */
export function countTests(json: string | undefined, exitCode: number | null): Counts {
  const report: Report = json ? JSON.parse(json) : { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((each) => each.status === 'failed'),
  );
  const failed = report.numFailedTests + unloaded.length;
  return { passed: report.numPassedTests, failed: exitCode === 0 ? failed : Math.max(failed, 1) };
}
