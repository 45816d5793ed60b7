/**
 * The API is what its OpenAPI document says: whoever asks for what it allows, or for what it does not, gets an answer that is
 * in it, and never a 5xx. The seed is in the name of the suite; AUDITBOX_TEST_SEED repeats a run's requests.
 */
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { type DescribedApi, type DescribedOperation, describedApi } from '../src/fuzz/described-api.ts';
import { openJudge } from '../src/fuzz/judge-answer.ts';
import { type FuzzedRequest, requests } from '../src/fuzz/requests.case.ts';
import { generatedEvent } from '../src/generated-events.ts';
import { bearer, FHIR_JSON, type Guarded, startGuarded, tagged } from '../src/hostile/guarded.ts';
import { startWorld, type World } from '../src/hostile/world.ts';
import { type RawAnswer, rawRequest } from '../src/raw-request.ts';

const SEED = Number(process.env.AUDITBOX_TEST_SEED ?? randomInt(2 ** 31));

/** Milliseconds in which requests are made. */
const FUZZING_MS = 30_000;
const REQUESTS_A_ROUND = 200;
const REQUESTS_AT_ONCE = 8;
/** How much of what went wrong is told. */
const PROBLEMS_SHOWN = 12;
const CHARACTERS_SHOWN = 1200;

const ALL_SCOPES =
  'system/AuditEvent.crs auditbox/quarantine.read auditbox/quarantine.release auditbox/unrestricted';

let world: World;
let guarded: Guarded;
let api: DescribedApi;
let stored: Stored;

beforeAll(async () => {
  world = await startWorld();
  guarded = await startGuarded(
    { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') },
    world,
  );
  api = await describedApi(`${guarded.gateway}/api/openapi.json`);
  stored = await store();
});
afterAll(async () => {
  await guarded?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const good = () => bearer(world.token({ claims: { scope: ALL_SCOPES } }));

/** By the beginning of the paths that are about it. */
type Stored = Readonly<Record<'/api/events' | '/AuditEvent' | '/quarantine' | '/SearchParameter', string>>;

const SENT = {
  ...{ org_id: 'o-1', action: 'a', action_result: 'success', actor_id: 'u-1', actor_type: 'user' },
  occurred_at: '2026-01-16T16:03:16Z',
};
const AUDIT_EVENTS = [PAGE_EVENT, generatedEvent({ sender: 'fuzz', key: 'k-1' })];

/** An event by each door, and one in quarantine. */
async function store(): Promise<Stored> {
  const send = async (path: string, body: string, headers: Record<string, string>) => {
    const request = { method: 'POST', path, body, headers: { ...headers, ...good() } };
    return JSON.parse((await rawRequest(guarded.gateway, request)).text) as { readonly id: string };
  };
  const look = (path: string) => rawRequest(guarded.gateway, { path, headers: good() });
  const application = await send('/api/events', JSON.stringify(SENT), { 'content-type': 'application/json' });
  const event = await send('/AuditEvent', tagged('fuzz'), FHIR_JSON);
  await send('/AuditEvent', '{"resourceType":"AuditEvent"}', {
    ...FHIR_JSON,
    'auditbox-on-invalid': 'quarantine',
  });
  for (const { id } of [application, event])
    await eventually(
      'an event is read',
      () => look(`/AuditEvent/${id}`),
      ({ status }) => status === 200,
    );
  const { items } = await eventually(
    'an item is in quarantine',
    async () =>
      JSON.parse((await look('/quarantine')).text) as { readonly items: readonly { readonly id: string }[] },
    (list) => list.items.length === 1,
  );
  return {
    '/api/events': application.id,
    '/AuditEvent': event.id,
    '/quarantine': items[0]?.id ?? '',
    '/SearchParameter': 'AuditEvent-patient',
  };
}

/** A request without anything that is fuzzed. */
const PLAIN = { token: 'good', body: undefined, isPlain: true, sent: undefined } as const;

/** A path of an operation, with the id of what is there. */
function pathOf({ path }: DescribedOperation): string {
  const id = Object.entries(stored).find(([beginning]) => path.startsWith(beginning))?.[1] ?? '456';
  return path.replace('{compartment}', 'Patient').replace('{version}', '1').replace('{id}', id);
}

/** Of operations that are done with any body, none. */
const BODIES: Readonly<Record<string, unknown>> = {
  '/api/events': SENT,
  '/AuditEvent': AUDIT_EVENTS[0],
  '/': { resourceType: 'Bundle', type: 'collection', entry: AUDIT_EVENTS.map((resource) => ({ resource })) },
  '/quarantine/{id}/release': AUDIT_EVENTS[1],
};

describe('each operation of the document', () => {
  it('asks for a token where it says so, and for the scope that it names', async () => {
    expect(api.operations.length).toBeGreaterThan(20);
    for (const operation of api.operations) {
      const { method, scope } = operation;
      const asked = (headers: Record<string, string>) =>
        rawRequest(guarded.gateway, { method, path: pathOf(operation), headers });
      const nobody = await asked({});
      const anybody = await asked(bearer(world.token({ claims: { scope: '' } })));
      const what = `${method} ${operation.path}`;
      if (scope === undefined) expect([401, 403], what).not.toContain(nobody.status);
      else {
        expect([what, nobody.status, anybody.status]).toEqual([what, 401, 403]);
        expect(anybody.headers['www-authenticate'], what).toContain(`scope="${scope}"`);
      }
    }
  });

  it('is done where it is asked for what is there', async () => {
    const judge = openJudge(api);
    for (const operation of api.operations) {
      const { method, path } = operation;
      const body = JSON.stringify(BODIES[path]);
      const [media = ''] = operation.bodies.keys();
      const answer = await rawRequest(guarded.gateway, {
        ...{ method, path: pathOf(operation) },
        headers: { ...good(), ...(media !== '' && { 'content-type': media }) },
        ...(method === 'POST' && body !== undefined && { body }),
      });
      const problem = judge.problemOf({ operation, method, path, headers: {}, ...PLAIN }, answer);
      expect([method, path, answer.status < 300, problem]).toEqual([method, path, true, undefined]);
    }
  });

  it('has a path whose other methods are not allowed', async () => {
    const judge = openJudge(api);
    for (const operation of api.operations) {
      const request = { operation, method: 'DELETE', path: pathOf(operation), headers: {} };
      const answer = await rawRequest(guarded.gateway, { ...request, headers: good() });
      const fuzzed: FuzzedRequest = { ...request, ...PLAIN };
      expect([operation.path, answer.status, judge.problemOf(fuzzed, answer)]).toEqual([
        operation.path,
        405,
        undefined,
      ]);
    }
  });
});

describe(`with seed ${SEED}`, () => {
  it('whatever is asked, the answer is in the document', async () => {
    const judge = openJudge(api);
    const arbitrary = requests(api, { ids: Object.values(stored), auditEvents: AUDIT_EVENTS });
    const problems = new Map<string, string[]>();
    const asked = new Map<DescribedOperation, number>();
    const deadline = performance.now() + FUZZING_MS;
    for (let round = 0; performance.now() < deadline; round += 1) {
      const made = fc.sample(arbitrary, { numRuns: REQUESTS_A_ROUND, seed: SEED + round });
      await inParallel(made, async (request) => {
        const { operation } = request;
        const answer = await answerTo(request);
        asked.set(operation, (asked.get(operation) ?? 0) + 1);
        const problem = judge.problemOf(request, answer);
        if (problem === undefined) return;
        const where = `${operation.method} ${operation.path}: ${answer.status}, ${problem}`;
        problems.set(where, [...(problems.get(where) ?? []), told(request, answer)]);
      });
    }
    const shown = [...problems]
      .slice(0, PROBLEMS_SHOWN)
      .map(([where, all]) => `${where} (${all.length} times)\n${all[0]}`);
    expect(shown, `${problems.size} kinds of problems`).toEqual([]);
    expect(asked.size).toBe(api.operations.length);
  });
});

async function answerTo({ method, path, headers, token, body }: FuzzedRequest): Promise<RawAnswer> {
  const tokens = {
    good,
    none: () => ({}),
    nonsense: () => bearer('x'),
    'of nothing': () => bearer(world.token({ claims: { scope: '' } })),
  };
  const asked = { method, path, headers: { ...tokens[token](), ...headers } };
  return await rawRequest(guarded.gateway, { ...asked, ...(body !== undefined && { body }) });
}

function told({ method, path, headers, token, body }: FuzzedRequest, { status, text }: RawAnswer): string {
  const sent = `${method} ${path} ${JSON.stringify(headers)} token ${token}\n  ${body ?? ''}`;
  return `  ${sent.slice(0, CHARACTERS_SHOWN)}\n  ${status} ${text.slice(0, CHARACTERS_SHOWN)}`;
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: REQUESTS_AT_ONCE }, async () => {
      for (const item of left) await work(item);
    }),
  );
}
