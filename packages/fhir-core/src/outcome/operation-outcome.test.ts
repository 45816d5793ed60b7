import { expect, test } from 'vitest';
import { issue, operationOutcome } from './operation-outcome.ts';

test('an outcome keeps its issues in their order', () => {
  const first = issue({
    code: 'required',
    diagnostics: 'AuditEvent.type is missing.',
    expression: 'AuditEvent.type',
  });
  const second = issue({ severity: 'information', code: 'informational' });
  expect(operationOutcome([first, second])).toEqual({
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: 'required',
        diagnostics: 'AuditEvent.type is missing.',
        expression: ['AuditEvent.type'],
      },
      { severity: 'information', code: 'informational' },
    ],
  });
});

test('an outcome of no issues says that all is well, for R4 asks for at least one', () => {
  expect(operationOutcome([]).issue).toEqual([
    { severity: 'information', code: 'informational', diagnostics: 'All OK' },
  ]);
});

test('an issue leaves out what it does not say: R4 JSON has no empty arrays', () => {
  expect(issue({ code: 'exception', expression: [] })).toEqual({ severity: 'error', code: 'exception' });
});
