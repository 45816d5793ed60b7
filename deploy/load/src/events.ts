/** The events of a run, marked with its name, and the searches that find them. */
import { setTimeout as wait } from 'node:timers/promises';
import { ORGANISATION_SYSTEM } from '@auditbox/fhir-core';
import { authorization } from './authorization.ts';

const POLL_INTERVAL_MS = 100;
const DRAIN_DEADLINE_MS = 600_000;

let count = 0;

/** An event as a FHIR server writes it, about 1 KB, each one different. */
export function eventOf(run: string): object {
  const n = count++;
  return {
    resourceType: 'AuditEvent',
    meta: { tag: [{ system: 'urn:auditbox:bench', code: run }] },
    type: {
      system: 'http://terminology.hl7.org/CodeSystem/audit-event-type',
      code: 'rest',
      display: 'RESTful Operation',
    },
    subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: 'read', display: 'read' }],
    action: 'R',
    recorded: new Date().toISOString(),
    outcome: '0',
    agent: [
      {
        type: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }],
        },
        who: { reference: `Practitioner/${n % 500}`, display: 'A practitioner' },
        requestor: true,
        network: { address: `10.0.${n % 256}.${n % 199}`, type: '2' },
      },
    ],
    source: { observer: { reference: 'Device/ehr', display: 'The record system' } },
    entity: [
      {
        what: { reference: `Patient/${n % 10_000}` },
        type: {
          system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type',
          code: '1',
          display: 'Person',
        },
        role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '1', display: 'Patient' },
      },
    ],
  };
}

/** The same as an application sends it that does not speak FHIR, as much as it has fields for. */
export function applicationEventOf(run: string): object {
  const n = count++;
  return {
    ...{ org_id: run, action: 'patient.read', action_result: 'success', actor_type: 'user' },
    ...{ actor_id: `practitioner-${n % 500}`, actor_name: 'A practitioner' },
    actor_email: `practitioner-${n % 500}@example.org`,
    client_ip: `10.0.${n % 256}.${n % 199}`,
    ...{ request_method: 'GET', request_path: `/patients/${n % 10_000}`, response_status: 200 },
    occurred_at: new Date().toISOString(),
  };
}

/** Searches that find all events of a run, by the door that they came through. */
export const eventsOf = (run: string): string => `_tag=urn:auditbox:bench|${run}`;
export const applicationEventsOf = (run: string): string => `source:identifier=${ORGANISATION_SYSTEM}|${run}`;

export async function isFound(base: URL, id: string): Promise<boolean> {
  return (await total(base, `_id=${id}`)) === 1;
}

/** Waits until all events of a search are found; how many seconds that took. Throws where there are more, or never enough. */
export async function waitForTotal(base: URL, query: string, expected: number): Promise<number> {
  const started = performance.now();
  for (;;) {
    const found = await total(base, query);
    const ms = performance.now() - started;
    if (found === expected) return Math.round(ms / 100) / 10;
    if (found > expected || ms > DRAIN_DEADLINE_MS)
      throw new Error(`bench: ${expected} acknowledged, ${found} found`);
    await wait(POLL_INTERVAL_MS);
  }
}

async function total(base: URL, query: string): Promise<number> {
  const response = await fetch(new URL(`/AuditEvent?${query}&_count=0`, base), { headers: authorization });
  if (!response.ok) throw new Error(`bench: a search was answered ${response.status}`);
  const { total } = (await response.json()) as { total: number };
  return total;
}
