import { describe, expect, it } from 'vitest';
import { countTests } from './count.ts';

const report = (numPassedTests: number, numFailedTests: number, ...testResults: object[]) =>
  JSON.stringify({ numPassedTests, numFailedTests, testResults });

describe('the count of tests', () => {
  it('is that of the report', () => {
    const file = { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] };
    expect(countTests(report(3, 1, file), 1)).toEqual({ passed: 3, failed: 1 });
    expect(countTests(report(3, 0), 0)).toEqual({ passed: 3, failed: 0 });
  });

  it('has a failure for each file that could not be loaded', () => {
    const unloaded = { status: 'failed', assertionResults: [] };
    expect(countTests(report(3, 0, unloaded, unloaded), 1)).toEqual({ passed: 3, failed: 2 });
  });

  it('never says that nothing failed when vitest does not', () => {
    expect(countTests(report(3, 0), 1)).toEqual({ passed: 3, failed: 1 });
    expect(countTests(undefined, null)).toEqual({ passed: 0, failed: 1 });
  });
});
