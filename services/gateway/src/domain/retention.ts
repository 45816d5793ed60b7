/**
 * What is past its retention when it comes is not taken: it would be deleted at once, and its sender would believe it kept.
 * The month is that of the id, as the indexer deletes by it: of an event that is released, the id that it had from the start.
 */
import { type Issue, indexMonth, isPastRetention, issue } from '@auditbox/fhir-core';

/** Days after the end of the month in which an event was recorded, or for ever. */
export type Retention = number | 'off';

/** Why the event with this id, received at `received` and found at `place` in its request, is not taken; undefined where it is. */
export function retentionIssue(
  id: string,
  place: string,
  retention: Retention,
  received: Date,
): Issue | undefined {
  if (retention === 'off' || !isPastRetention(indexMonth(id), retention, received.getTime()))
    return undefined;
  const diagnostics = `Its month is past the retention: events are kept for ${retention} days after the end of the month in which they were recorded.`;
  return issue({ code: 'business-rule', diagnostics, expression: `${place}.recorded` });
}
