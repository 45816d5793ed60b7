/** Receiving: from a request's bytes to JSON that is checked as JSON, or what is wrong with them. */
import { issue, parseJson } from '@auditbox/fhir-core';
import type { SubmittedBody } from '../domain/decide.ts';
import type { Body } from './read-body.ts';

/** A body that was read, whether or not it could be inflated. */
export type ReceivedBody = Exclude<Body, { kind: 'refused' }>;

export function receive(body: ReceivedBody, levelsMax: number): SubmittedBody {
  const { bytes } = body;
  if (body.kind === 'corrupt') {
    const diagnostics = 'The body can not be inflated: it is not what its Content-Encoding says.';
    return {
      kind: 'unreadable',
      reason: 'corrupt-encoding',
      issues: [issue({ code: 'structure', diagnostics })],
      contentEncoding: body.encoding,
      bytes,
    };
  }
  const parsed = parseJson(bytes, { levelsMax });
  // Not a copy, which would ask for `exact`.
  if (parsed.kind === 'parsed') return Object.assign(parsed, { bytes });
  const { reason, issues } = parsed;
  const isWrong = reason === 'too-deep' || reason === 'too-wide';
  return { kind: 'unreadable', reason: isWrong ? 'wrong-json' : reason, issues, bytes };
}
