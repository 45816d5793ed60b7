/** The answers to a request once it is decided: what was taken, and what could not be made durable. */
import { type IssueType, issue, prettyText } from '@auditbox/fhir-core';
import { fhirResponse, outcomeResponse } from '@auditbox/service-kit';
import { type Answer, answerBundle, answerSingle } from '../domain/answer.ts';
import type { TakenDecision } from '../domain/decide.ts';
import type { PublishOutcome } from '../domain/publish.ts';
import type { Asked } from './asked.ts';

/** The answer to a decision, to be given once it is durable. */
export function takenResponse(
  decision: TakenDecision,
  baseUrl: string,
  { preferred, pretty }: Pick<Asked, 'preferred' | 'pretty'>,
): Response {
  const { status, body, headers }: Answer =
    decision.kind === 'single'
      ? answerSingle(decision, baseUrl, preferred)
      : answerBundle(decision, baseUrl, preferred);
  const applied = preferred === undefined ? {} : { 'preference-applied': `return=${preferred}` };
  if (body === undefined) return new Response(null, { status, headers: { ...headers, ...applied } });
  // A single event as text, which Node writes together with the headers: of bytes it makes a write of two parts.
  const sent = pretty ? (prettyText(body.toString()) ?? body) : body;
  return fhirResponse(status, sent, { ...headers, ...applied });
}

/** The answer to what was not published. `unread` where the body was not read: the rest of it is nobody's then. */
export function unpublishedResponse(
  outcome: Exclude<PublishOutcome, { kind: 'published' }>,
  unread = false,
): Response {
  switch (outcome.kind) {
    case 'too-large': {
      const diagnostics = `The request is ${outcome.bytes} bytes in the log, which takes ${outcome.limitBytes} at most. Send smaller Bundles.`;
      return outcomeResponse(413, [issue({ code: 'too-long', diagnostics })]);
    }
    case 'busy':
      return tryAgain(
        'throttled',
        'Too much is waiting to be written.',
        outcome.retryAfterSeconds,
        unread ? { connection: 'close' } : {},
      );
    case 'not-known-stored':
      return tryAgain('transient', 'It is not known whether the events are stored. Send them again.', 1);
  }
}

function tryAgain(
  code: IssueType,
  diagnostics: string,
  seconds: number,
  headers: Record<string, string> = {},
): Response {
  return outcomeResponse(503, [issue({ code, diagnostics })], { 'retry-after': String(seconds), ...headers });
}
