/** FHIR JSON over HTTP (R4 http.html): media type and error bodies, the same in every service. */
import { type Issue, operationOutcome } from '@auditbox/fhir-core';

export const FHIR_JSON = 'application/fhir+json; charset=utf-8';

/** A response with a FHIR resource; `resource` as a text, or as the bytes of one, is sent as it is. */
export function fhirResponse(
  status: number,
  resource: object | string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Response {
  const isWritten = typeof resource === 'string' || resource instanceof Uint8Array;
  const body = isWritten ? resource : JSON.stringify(resource);
  return new Response(body, { status, headers: { 'content-type': FHIR_JSON, ...headers } });
}

/** A response with an OperationOutcome of `issues`. */
export function outcomeResponse(
  status: number,
  issues: readonly Issue[],
  headers: Record<string, string> = {},
): Response {
  return fhirResponse(status, operationOutcome(issues), headers);
}
