/**
 * Whether a client takes JSON, the only format there is (R4 http.html#mime-type): `_format` decides where it is
 * given, otherwise `Accept`. What can't be answered as asked is a 406, never JSON in place of XML.
 */
import { issue } from '@auditbox/fhir-core';
import { type AppEnv, outcomeResponse } from '@auditbox/service-kit';
import type { MiddlewareHandler } from 'hono';

const JSON_FORMATS: readonly string[] = ['json', 'text/json', 'application/json', 'application/fhir+json'];
const ANY_FORMATS: readonly string[] = ['*/*', 'application/*'];

/** Answers 406 to a request whose URL or `Accept` asks for another format than JSON. */
export const acceptsJson: MiddlewareHandler<AppEnv> = async (c, next) => {
  const formats = c.req.queries('_format') ?? [];
  return refuseFormat(formats, c.req.header('accept')) ?? (await next());
};

/** The 406 for a client that takes no JSON. */
export function refuseFormat(formats: readonly string[], accept: string | undefined): Response | undefined {
  const asked = formats.filter((format) => format !== '');
  const takes = asked.length > 0 ? asked.every(isJson) : acceptable(accept ?? '');
  if (takes) return undefined;
  const diagnostics = 'The only format is application/fhir+json.';
  return outcomeResponse(406, [issue({ code: 'not-supported', diagnostics })]);
}

function acceptable(accept: string): boolean {
  if (accept.trim() === '') return true;
  return accept.split(',').some((range) => {
    const refused = /;\s*q=0(?:\.0*)?\s*(?:;|$)/i.test(range);
    return !refused && (isJson(range) || ANY_FORMATS.includes(mediaType(range)));
  });
}

function isJson(format: string): boolean {
  return JSON_FORMATS.includes(mediaType(format));
}

/** Without parameters; a plus sign that was not percent-encoded arrives as a space. */
function mediaType(text: string): string {
  return (text.split(';', 1)[0] ?? '').trim().toLowerCase().replace(' ', '+');
}
