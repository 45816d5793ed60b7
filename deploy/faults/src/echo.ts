/**
 * What a 201 says is stored, held against what was sent: every event, in its order, as it was, but for what a repository
 * gives it. Who was told of nine events when ten were sent was told of a loss.
 */
import { isDeepStrictEqual } from 'node:util';
import { keyOf, type Resource } from '@auditbox/e2e';

export type Echo = {
  readonly stored: readonly Resource[];
  /** Undefined: the answer is right. */
  readonly problem?: string;
};

/** @param sent events as JSON, each with its key */
export function echoOf(answer: string, sent: readonly unknown[]): Echo {
  let stored: readonly Resource[];
  try {
    stored = storedIn(answer);
  } catch {
    return { stored: [], problem: 'a 201 can not be read' };
  }
  const keys = (events: readonly unknown[]) => events.map((event) => keyOf(event as Resource));
  if (!isDeepStrictEqual(keys(stored), keys(sent)))
    return { stored, problem: 'a 201 names other events than were sent' };
  if (!isDeepStrictEqual(stored.map(asSent), sent.map(asSent)))
    return { stored, problem: 'a 201 holds an event that was not sent so' };
  return { stored };
}

/** The events that a 201 holds. */
function storedIn(answer: string): Resource[] {
  const { entry, ...resource } = JSON.parse(answer) as Resource & {
    readonly entry?: readonly { readonly resource?: Resource }[];
  };
  const resources = entry?.map((each) => each.resource) ?? [resource as Resource];
  return resources.filter((each) => each?.resourceType === 'AuditEvent') as Resource[];
}

/** Without what is the repository's. */
function asSent(event: unknown): object {
  const { id: _id, meta, ...kept } = event as Resource & { readonly meta?: object };
  const {
    lastUpdated: _lastUpdated,
    versionId: _versionId,
    ...sentMeta
  } = (meta ?? {}) as Record<string, unknown>;
  return { ...kept, meta: sentMeta };
}
