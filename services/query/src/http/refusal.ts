/** What query refuses by itself, before Elasticsearch is asked. */
import { type IssueType, issue } from '@auditbox/fhir-core';
import { outcomeResponse } from '@auditbox/service-kit';

export function refusal(status: number, code: IssueType, diagnostics: string): Response {
  return outcomeResponse(status, [issue({ code, diagnostics })]);
}

export function notFound(diagnostics: string): Response {
  return refusal(404, 'not-found', diagnostics);
}

export function notUtf8(): Response {
  return refusal(400, 'value', 'The parameters are not UTF-8.');
}
