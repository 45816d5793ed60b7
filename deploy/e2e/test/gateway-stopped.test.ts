/** SIGTERM under load: what was answered 201 is found, what is in flight is answered, and the process ends by itself. */
import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { ALL_ACCOUNTED_FOR, accountOf } from '../src/accounted-for.ts';
import { eventually } from '../src/eventually.ts';
import { generatedEvent } from '../src/generated-events.ts';
import { type SenderKind, startLoad } from '../src/load-senders.ts';
import { type ProcessPipeline, startProcesses } from '../src/process-pipeline.ts';
import { storedEvents } from '../src/stored-events.ts';

const STOP_DEADLINE_MS = 20_000;
/** Between the process's own end and our hearing of it, on a busy machine. */
const EXIT_SLACK_MS = 5_000;

const KINDS: readonly SenderKind[] = [
  { name: 'forwarder', senders: 10, entries: 50, eventBytes: 2_000, withIds: true, persists: false },
  { name: 'careless', senders: 5, entries: 20, eventBytes: 2_000, withIds: false, persists: false },
  { name: 'single', senders: 10, entries: 0, eventBytes: 2_000, withIds: false, persists: false },
];
/** Before the signal. */
const STORED_BEFORE = 100;

let pipeline: ProcessPipeline;

beforeAll(async () => {
  pipeline = await startProcesses(
    { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') },
    { AUDITBOX_STOP_DEADLINE_MS: String(STOP_DEADLINE_MS) },
  );
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

it('under load, every 201 is found once and the process ends with 0 within its deadline', async () => {
  await using gateway = await pipeline.startGateway();
  const { attempts, senders, end } = startLoad(gateway.url, KINDS);
  await eventually(
    'the load is on',
    async () => attempts.filter(({ status }) => status === 201).length,
    (stored) => stored >= STORED_BEFORE,
  );
  const askedMs = performance.now();
  expect(await gateway.end('SIGTERM')).toBe(0);
  const tookMs = performance.now() - askedMs;
  // Nobody listens any more: each sender gets no answer and ends.
  await end();

  expect(tookMs).toBeLessThan(STOP_DEADLINE_MS + EXIT_SLACK_MS);
  expect(attempts.filter(({ status }) => ![201, 503, 0].includes(status))).toEqual([]);
  const stored = await storedEvents(pipeline.queryUrl, pipeline.environment, senders);
  expect(accountOf(attempts, stored)).toEqual(ALL_ACCOUNTED_FOR);
});

it('a request that is half sent when the signal comes is taken and answered, and is found', async () => {
  await using gateway = await pipeline.startGateway();
  const body = JSON.stringify(generatedEvent({ sender: 'half-sent', key: 'half-sent', bytes: 2_000 }));
  const sending = request(`${gateway.url}/AuditEvent`, {
    method: 'POST',
    headers: {
      'content-type': 'application/fhir+json',
      'content-length': String(Buffer.byteLength(body)),
      // Answered once the headers are read: from then on the request is in flight.
      expect: '100-continue',
    },
  });
  const answered = once(sending, 'response');
  sending.flushHeaders();
  await once(sending, 'continue');
  sending.write(body.slice(0, 1000));
  const ended = gateway.end('SIGTERM');
  await eventually(
    'no new connection is taken',
    async () =>
      await fetch(`${gateway.url}/livez`).then(
        ({ status }) => status,
        () => 'refused',
      ),
    (status) => status === 'refused',
  );
  sending.end(body.slice(1000));

  const [response] = await answered;
  expect(response.statusCode).toBe(201);
  response.resume();
  expect(await ended).toBe(0);
  const { events } = await storedEvents(pipeline.queryUrl, pipeline.environment, ['half-sent']);
  expect(events).toHaveLength(1);
});
