/** A trail as a service opens it, with all that it logs and counts, and the events that it has left in the log. */
import type { ReceivedRecord } from '@auditbox/event-log';
import type { AuditEvent } from '@auditbox/fhir-core';
import { type Caller, createMetrics, type Logger } from '@auditbox/service-kit';
import { onTestFinished } from 'vitest';
import type { LogUse } from '../src/events/log-used.ts';
import type { Refusal } from '../src/events/refused.ts';
import { openTrail, type Trail, type TrailOptions } from '../src/trail.ts';
import { kafka } from './kafka.ts';

export const DEADLINE_MS = 2_000;

export type Opened = {
  readonly trail: Trail;
  /** Lines of level ERROR. */
  readonly errors: { readonly fields: object; readonly message: string }[];
  /** The value of `auditbox_self_audit_events_total`. */
  counted(outcome: 'published' | 'lost'): Promise<number>;
};

export async function opened(
  options: Pick<TrailOptions, 'topic' | 'mode'> & Partial<TrailOptions>,
): Promise<Opened> {
  const errors: Opened['errors'] = [];
  const logger = {
    ...{ debug() {}, info() {}, warn() {} },
    error: (fields: object, message: string) => void errors.push({ fields, message }),
  } as unknown as Logger;
  const metrics = createMetrics('query');
  const trail = await openTrail({
    ...{ service: 'query', version: '0.1.0', baseUrl: 'http://localhost:3002', kafka, allowWeak: true },
    ...{ logger, metrics, deadlineMs: DEADLINE_MS, refusalsPerMinute: 60 },
    ...options,
  });
  onTestFinished(() => trail[Symbol.asyncDispose]());
  const counted = async (outcome: string): Promise<number> => {
    const line = new RegExp(`^auditbox_self_audit_events_total{.*outcome="${outcome}".*} (\\d+)$`, 'm');
    return Number(line.exec(await metrics.text())?.[1]);
  };
  return { trail, errors, counted };
}

const CALLER: Caller = {
  ...{
    issuer: 'https://idp.example.org',
    client: 'viewer',
    subject: 'sub-1',
    username: 'jsmith',
    tokenId: 'jti-1',
  },
  ...{ permissions: new Set(['search'] as const), claims: {} },
};

/** A search, known again by its request id. */
export function search(requestId: string): LogUse {
  return {
    ...{ caller: CALLER, clientAddress: '192.0.2.7', requestId, interaction: 'search-type', method: 'GET' },
    ...{ path: `/AuditEvent?_id=${requestId}`, routed: '/AuditEvent', status: 200 },
  };
}

export function refusal(reason: Refusal['reason']): Refusal {
  const caller =
    reason === 'insufficient-scope' ? { caller: CALLER, missingScope: 'system/AuditEvent.s' } : {};
  return { ...caller, reason, clientAddress: '192.0.2.8', requestId: 'r', route: '/AuditEvent' };
}

export function eventOf({ value }: Pick<ReceivedRecord, 'value'>): AuditEvent {
  return JSON.parse(String(value));
}

export function subtypesOf(records: readonly ReceivedRecord[]): string[] {
  return records.map((record) => eventOf(record).subtype?.[0]?.code ?? '');
}

/** The request ids of uses of the log. */
export function requestIdsOf(records: readonly ReceivedRecord[]): string[] {
  return records.flatMap((record) =>
    (eventOf(record).entity ?? []).flatMap(({ type, what }) =>
      type?.code === 'XrequestId' ? (what?.identifier?.value ?? []) : [],
    ),
  );
}

/** For how many refusals an event stands. */
export function refusalsIn(record: ReceivedRecord): number {
  const details = (eventOf(record).entity?.[0]?.detail ?? []) as { type?: string; valueString?: string }[];
  return Number(details.find(({ type }) => type === 'count')?.valueString ?? 0);
}
