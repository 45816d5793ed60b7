/**
 * The events of the benchmarks: generated ones of 0.8 to 2 KB, and between them the examples of public sources, as
 * requests and as the records that the gateway makes of them.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EventRecord } from '@auditbox/gateway/accept-events';
import { acceptedRecord } from './accepted-record.ts';
import { eventsOf, firstEventOf, type Kind } from './ingest/kinds.ts';
import { realisticEventOf } from './realistic-event.ts';

/** One of so many is an example. They are larger, 2.3 KB on average. */
const EXAMPLE_EVERY = 20;
const EXAMPLES = readExamples();

const FHIR_JSON = 'application/fhir+json';

/** Milliseconds before now of which the events of a run are. */
const RECORDED_WITHIN_MS = 60_000;

/** An id would make all of its sendings one. */
type Example = { readonly id?: string };

/** Event `n`, recorded somewhere in the last minute. */
export function generatedEvent(seed: number, n: number, nowMs: number): object {
  const recordedMs = nowMs - ((n * 7919) % RECORDED_WITHIN_MS);
  if (n % EXAMPLE_EVERY !== 0) return realisticEventOf(seed, n, recordedMs);
  const { id: _id, ...example } = EXAMPLES[(n / EXAMPLE_EVERY) % EXAMPLES.length]!;
  return { ...example, recorded: new Date(recordedMs).toISOString() };
}

export type RequestBody = {
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
  readonly events: number;
};

/** Request `n` of a kind, with events of its own, recorded until now. */
export function requestBody(seed: number, kind: Kind, n: number, nowMs: number): RequestBody {
  if (kind.door === 'application')
    return request('/api/events', 'application/json', applicationEvent(n, nowMs), 1);
  const first = firstEventOf(kind, n);
  const events = eventsOf(kind, n);
  if (events === 1) return request('/AuditEvent', FHIR_JSON, generatedEvent(seed, first, nowMs), 1);
  const entry = Array.from({ length: events }, (_, i) => ({
    resource: generatedEvent(seed, first + i, nowMs),
  }));
  return request('/', FHIR_JSON, { resourceType: 'Bundle', type: 'collection', entry }, events);
}

/** As many as are made before. */
export function requestBodies(seed: number, kind: Kind): readonly RequestBody[] {
  const nowMs = Date.now();
  return Array.from({ length: kind.distinct }, (_, n) => requestBody(seed, kind, n, nowMs));
}

function request(path: string, contentType: string, value: unknown, events: number): RequestBody {
  return { path, contentType, body: Buffer.from(JSON.stringify(value)), events };
}

/** Reading a patient, as an application sends it that does not speak FHIR: all the fields that it has for it. */
function applicationEvent(n: number, nowMs: number): object {
  return {
    ...{ org_id: 'clinic', action: 'patient.read', action_result: 'success', actor_type: 'user' },
    ...{ actor_id: `practitioner-${n % 500}`, actor_name: 'A practitioner' },
    actor_email: `practitioner-${n % 500}@example.org`,
    client_ip: `10.0.${n % 256}.${n % 199}`,
    ...{ request_method: 'GET', request_path: `/patients/${n % 10_000}`, response_status: 200 },
    occurred_at: new Date(nowMs - (n % RECORDED_WITHIN_MS)).toISOString(),
  };
}

/** The record of event `n`, made by the gateway's own code. */
export function generatedRecord(seed: number, n: number, nowMs: number): EventRecord {
  const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  return acceptedRecord(generatedEvent(seed, n, nowMs), new Date(nowMs), randomBytes);
}

function readExamples(): readonly Example[] {
  const path = fileURLToPath(new URL('../../../packages/fhir-core/fixtures/corpus.ndjson', import.meta.url));
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Example);
}
