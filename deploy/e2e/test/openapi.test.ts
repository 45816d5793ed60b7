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
import { type FuzzedRequest, type Known, requests } from '../src/fuzz/requests.case.ts';
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
let known: Known;

beforeAll(async () => {
  world = await startWorld();
  guarded = await startGuarded(
    { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') },
    world,
  );
  api = await describedApi(`${guarded.gateway}/api/openapi.json`);
  known = await store();
});
afterAll(async () => {
  await guarded?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const good = () => bearer(world.token({ claims: { scope: ALL_SCOPES } }));

/** An event by each door, and two in quarantine. */
async function store(): Promise<Known> {
  const auditEvents = [PAGE_EVENT, generatedEvent({ sender: 'fuzz', key: 'k-1' })];
  const send = async (path: string, body: string, headers: Record<string, string>) => {
    const request = { method: 'POST', path, body, headers: { ...headers, ...good() } };
    return JSON.parse((await rawRequest(guarded.gateway, request)).text) as { readonly id: string };
  };
  const sent = {
    ...{ org_id: 'o-1', action: 'a', action_result: 'success', actor_id: 'u-1', actor_type: 'user' },
    occurred_at: '2026-01-16T16:03:16Z',
  };
  const ids = [
    (await send('/api/events', JSON.stringify(sent), { 'content-type': 'application/json' })).id,
    (await send('/AuditEvent', tagged('fuzz'), FHIR_JSON)).id,
  ];
  const aside = { ...FHIR_JSON, 'auditbox-on-invalid': 'quarantine' };
  for (const body of ['{"resourceType":"AuditEvent"}', 'no JSON']) await send('/AuditEvent', body, aside);
  const look = async (path: string) => rawRequest(guarded.gateway, { path, headers: good() });
  for (const id of ids)
    await eventually(
      'an event is read',
      () => look(`/AuditEvent/${id}`),
      ({ status }) => status === 200,
    );
  const { text } = await eventually(
    'both are in quarantine',
    () => look('/quarantine'),
    (answer) => (JSON.parse(answer.text) as { readonly total: number }).total === 2,
  );
  const { items } = JSON.parse(text) as { readonly items: readonly { readonly id: string }[] };
  return { auditEvents, ids: [...ids, ...items.map(({ id }) => id)] };
}

/** A request without anything that is fuzzed. */
const PLAIN = { token: 'good', body: undefined, isPlain: true, sent: undefined } as const;

/** A path of an operation, with an id that nobody has. */
const pathOf = ({ path }: DescribedOperation) =>
  path
    .replace('{compartment}', 'Patient')
    .replace('{version}', '1')
    .replace('{id}', '019bc78b-f1a0-8fff-bfff-ffffffffffff');

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
    const arbitrary = requests(api, known);
    const problems = new Map<string, string[]>();
    const answered = new Map<DescribedOperation, Set<number>>();
    const deadline = performance.now() + FUZZING_MS;
    let asked = 0;
    for (let round = 0; performance.now() < deadline; round += 1) {
      const made = fc.sample(arbitrary, { numRuns: REQUESTS_A_ROUND, seed: SEED + round });
      await inParallel(made, async (request) => {
        const answer = await answerTo(request);
        const problem = judge.problemOf(request, answer);
        asked += 1;
        if (request.method === request.operation.method)
          answered.set(request.operation, (answered.get(request.operation) ?? new Set()).add(answer.status));
        if (problem === undefined) return;
        const where = `${request.operation.method} ${request.operation.path}: ${answer.status}, ${problem}`;
        problems.set(where, [...(problems.get(where) ?? []), told(request, answer)]);
      });
    }
    const shown = [...problems]
      .slice(0, PROBLEMS_SHOWN)
      .map(([where, all]) => `${where} (${all.length} times)\n${all[0]}`);
    expect(shown, `${problems.size} kinds of problems in ${asked} requests`).toEqual([]);
    // A run that reached little would tell little.
    for (const operation of api.operations) {
      const statuses = [...(answered.get(operation) ?? [])];
      const what = `${operation.method} ${operation.path} was answered ${statuses}`;
      expect(
        statuses.some((status) => status < 300),
        what,
      ).toBe(true);
      if (operation.scope !== undefined) expect(statuses, what).toEqual(expect.arrayContaining([401, 403]));
    }
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
