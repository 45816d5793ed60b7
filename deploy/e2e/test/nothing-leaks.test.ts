/**
 * What a client, an issuer, a backend or a site's settings say never comes out where it does not belong: not in a log, at
 * the most talkative level, not in a metric, not in an answer that refuses. Marked strings go in everywhere, through
 * real processes, on good days and on bad ones; then everything that came out is searched for them.
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts, freshFolder, type KafkaNode, startKafka } from '@auditbox/local';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Bundle } from '../src/client.ts';
import { type ElasticProxy, startElasticProxy } from '../src/elastic-proxy.ts';
import { eventually } from '../src/eventually.ts';
import { bearer, FHIR_JSON } from '../src/hostile/guarded.ts';
import { type Issuer, startIssuer } from '../src/issuer.ts';
import { leaksIn, mark, stackMark } from '../src/marks.ts';
import { type Environment, ownEnvironment } from '../src/pipeline.ts';
import { type RawAnswer, type RawRequest, rawRequest } from '../src/raw-request.ts';
import { failedStart, type ServiceProcess, startService } from '../src/service-process.ts';
import { newKey, signed } from '../src/signing-key.ts';

const PUBLISH_DEADLINE_MS = 1_000;
const KEY = mark('apikey').padEnd(64, 'k');

const key = newKey('key', 'RS256');
const building = new AsyncDisposableStack();
/** Everything that came out, by where. */
const came: { from: string; text: string }[] = [];
let folder: string;
let issuer: Issuer;
let elastic: ElasticProxy;
let kafka: KafkaNode;
let environment: Environment;
let gateway: ServiceProcess;
let query: ServiceProcess;
let indexer: ServiceProcess;
let metricsPorts: readonly number[];

beforeAll(async () => {
  folder = building.use(freshFolder('nothing-leaks')).path;
  kafka = building.use(await startKafka({ folder }));
  // Short enough to be quoted whole by who can't parse it, and a line of it looks like one of a stack.
  issuer = building.use(await startIssuer([key.jwk], `x\n at ${mark('')}`));
  elastic = building.use(await startElasticProxy(inject('elasticUri')));
  const keysFile = join(folder, 'keys.json');
  const sha256 = createHash('sha256').update(KEY).digest('hex');
  const scope = 'system/AuditEvent.crs';
  await writeFile(keysFile, JSON.stringify([{ sha256, client: 'aidbox', scope }]));
  metricsPorts = await freePorts(3);
  environment = {
    ...ownEnvironment({ kafkaBrokers: kafka.brokers, elasticUri: `http://${elastic.url}` }),
    AUDITBOX_ES_AUTH: `elastic:${mark('password')}`,
    AUDITBOX_LOG_LEVEL: 'debug',
    AUDITBOX_API_AUTH_ENABLED: 'true',
    AUDITBOX_API_KEYS_FILE: keysFile,
    AUDITBOX_ID_KEY: mark('idkey'),
    AUDITBOX_PUBLISH_DEADLINE_MS: String(PUBLISH_DEADLINE_MS),
    AUDITBOX_SEARCH_TIMEOUT_MS: '2000',
    AUDITBOX_SELF_AUDIT_DEADLINE_MS: String(PUBLISH_DEADLINE_MS),
    IDP_ISSUER: issuer.url,
    IDP_KEYS_COOLDOWN_MS: '100',
    IDP_KEYS_MAX_AGE_MS: '100',
  };
  const start = async (name: string, place: number, own: Environment = {}) =>
    building.use(
      await startService(name, {
        ...environment,
        ...own,
        AUDITBOX_METRICS_PORT: String(metricsPorts[place]),
      }),
    );
  query = await start('query', 0);
  indexer = await start('indexer', 1);
  environment = { ...environment, AUDITBOX_QUERY_URL: query.url };
  gateway = await start('gateway', 2);
});
afterAll(() => building.disposeAsync());

const token = (claims: object = {}, header: object = {}): string => {
  const now = Math.floor(Date.now() / 1000);
  return signed(
    { alg: 'RS256', typ: 'JWT', kid: 'key', ...header },
    {
      iss: issuer.url,
      aud: 'auditbox',
      sub: mark('sub'),
      azp: mark('client'),
      preferred_username: mark('username'),
      jti: mark('jti'),
      email: mark('email'),
      [mark('claimname')]: mark('claim'),
      scope: 'system/AuditEvent.crs auditbox/quarantine.read auditbox/quarantine.release',
      iat: now,
      exp: now + 600,
      ...claims,
    },
    key,
  );
};

/** An event that has a mark wherever an event can have text. */
const event = (own: object = {}) => ({
  resourceType: 'AuditEvent',
  id: mark('id'),
  meta: { tag: [{ system: 'urn:x', code: mark('tag'), display: mark('tagdisplay') }] },
  extension: [{ url: `http://${mark('extension')}.example`, valueString: mark('extensionvalue') }],
  text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${mark('narrative')}</div>` },
  type: { system: 'urn:x', code: mark('type'), display: stackMark('typedisplay').trimEnd() },
  action: 'E',
  recorded: '2026-01-16T16:03:16Z',
  outcome: '0',
  outcomeDesc: mark('outcomedesc'),
  agent: [
    {
      requestor: true,
      altId: mark('altid'),
      name: `Jörg ${mark('agentname')}`,
      who: { reference: `Practitioner/${mark('who')}`, display: mark('whodisplay') },
      network: { address: mark('address'), type: '1' },
    },
  ],
  source: { site: mark('site'), observer: { identifier: { system: 'urn:x', value: mark('observer') } } },
  entity: [
    {
      what: { reference: `Patient/${mark('patient')}`, display: mark('patientname') },
      query: Buffer.from(mark('query')).toString('base64'),
    },
    { name: mark('entityname'), description: mark('description') },
  ],
  ...own,
});

/** Names, not values: an answer may say which parameter of a query (decision 4), or field of an event (26), it does not know. */
const NAMES = ['modifier', 'parameter', 'has', 'field'].map(mark);
const withoutNames = (text: string) => NAMES.reduce((rest, name) => rest.replaceAll(name, ''), text);

/** Asks the gateway, keeps what may not hold a mark, and gives the answer. A success may give back what was sent. */
async function ask(
  request: RawRequest & { readonly token?: string; readonly base?: string },
): Promise<RawAnswer> {
  const { base = gateway.url, token: given = token(), ...rest } = request;
  const answer = await rawRequest(base, {
    ...rest,
    headers: { ...(given !== '' && bearer(given)), ...rest.headers },
  });
  const { 'x-request-id': _id, ...headers } = answer.headers;
  const isRefusal = answer.status >= 400;
  came.push({
    from: `${answer.status} to ${rest.method ?? 'GET'} ${rest.path}`,
    text: isRefusal ? withoutNames(`${JSON.stringify(headers)}${answer.text}`) : '',
  });
  return answer;
}

const send = (body: unknown, headers: RawRequest['headers'] = {}, path = '/AuditEvent') =>
  ask({
    method: 'POST',
    path,
    headers: { ...FHIR_JSON, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** Of answers that were asked for together. */
const statuses = async (answers: readonly Promise<RawAnswer>[]) => [
  ...new Set((await Promise.all(answers)).map(({ status }) => status)),
];
const pem = (text: string) => `-----BEGIN X-----\n${btoa(text)}\n-----END X-----\n`;

const LENIENT = { 'auditbox-on-invalid': 'quarantine' };

const INVALID_BODIES: readonly unknown[] = [
  mark('nojson'),
  `{"${mark('unfinished')}`,
  stackMark('nojson'),
  `"${mark('text')}"`,
  [mark('list')],
  { resourceType: mark('resourcetype') },
  `{"resourceType":"AuditEvent","${mark('twice')}":1,"${mark('twice')}":2}`,
  `{"resourceType":"AuditEvent","text":"\\u00${mark('escape')}"}`,
  event({ [mark('property')]: mark('value') }),
  event({ [`_${mark('underscore')}`]: {} }),
  event({ recorded: mark('recorded') }),
  event({ action: mark('action') }),
  event({ outcome: mark('outcome') }),
  event({ agent: mark('agent') }),
  event({ agent: [{ requestor: mark('requestor'), [mark('agentproperty')]: 1 }] }),
  event({ extension: [{ url: mark('url'), valueString: 'a', valueCode: mark('second') }] }),
  event({ contained: [{ resourceType: mark('contained'), id: mark('containedid') }] }),
  event({ text: { status: 'generated', div: `<script>${mark('script')}</script>` } }),
  event({ id: `${mark('longid')} ` }),
  event({ entity: [{ query: `${mark('nobase64')}!` }] }),
];

/** Of an application, with a mark in each field that takes any text. */
const APPLICATION_EVENT = {
  ...{
    org_id: mark('orgid'),
    action: mark('appaction'),
    action_result: 'success',
    actor_id: mark('actorid'),
  },
  ...{ actor_type: 'user', actor_email: mark('actoremail'), actor_name: stackMark('actorname') },
  ...{ client_ip: '203.0.113.7', request_method: 'GET', request_path: mark('requestpath') },
  occurred_at: '2026-01-16T16:03:16Z',
};

const WRONG_APPLICATION_EVENTS: readonly unknown[] = [
  mark('nojson'),
  stackMark('nojson'),
  [],
  [mark('list')],
  `{"${mark('twice')}":1,"${mark('twice')}":2}`,
  { [mark('field')]: mark('value') },
  ...['action_result', 'actor_type', 'occurred_at', 'client_ip', 'response_status'].map((field) => ({
    ...APPLICATION_EVENT,
    [field]: mark('wrong'),
  })),
  { ...APPLICATION_EVENT, client_city: mark('city') },
];

const SEARCHES: readonly string[] = [
  ...['date', 'action', 'policy', 'entity', '_id', 'address'].flatMap((name) =>
    ['', ':missing', `:${mark('modifier')}`, '.name', ':exact'].map(
      (modifier) => `${name}${modifier}=${mark('searched')}%20${mark('words')}`,
    ),
  ),
  `${mark('parameter')}=x`,
  `_sort=${mark('sort')}`,
  `_count=${mark('count')}`,
  `_cursor=${mark('cursor')}`,
  `_format=${mark('format')}`,
  `_elements=${mark('elements')}`,
  `_filter=${mark('filter')}`,
  `_has:${mark('has')}:x:y=${mark('hasvalue')}`,
  `patient.name=${mark('chained')}`,
  `date=%FF${mark('noutf8')}`,
  ...['action_result', 'from', 'to', 'limit', 'cursor'].map((name) => `${name}=${mark('asked')}`),
  `org_id=${mark('organisation')}&org_id=${mark('another')}`,
];

it('on a good day: events, searches, reads and quarantine', async () => {
  const sent = await send(event());
  expect([sent.status, sent.status === 201 ? '' : sent.text]).toEqual([201, '']);
  expect((await send(event({ id: undefined }))).status).toBe(201);
  const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{ resource: event() }] };
  expect((await send(bundle, {}, '/')).status).toBe(201);
  await send(event(), { authorization: `Bearer ${KEY}`, 'idempotency-key': mark('idempotency') });
  const application = { 'content-type': 'application/json', 'user-agent': mark('useragent') };
  expect((await send(APPLICATION_EVENT, application, '/api/events')).status).toBe(200);
  expect((await send([APPLICATION_EVENT, {}], application, '/api/events')).status).toBe(200);
  const stored = await eventually(
    'it is found',
    async () => JSON.parse((await ask({ path: `/AuditEvent?_tag=${mark('tag')}` })).text) as Bundle,
    ({ total = 0 }) => total >= 2,
  );
  const id = stored.entry?.[0]?.resource.id;
  expect(
    await statuses([ask({ path: `/AuditEvent/${id}` }), ask({ path: `/AuditEvent/${id}/_history/1` })]),
  ).toEqual([200]);
  for (const body of INVALID_BODIES.slice(0, 12)) expect((await send(body, LENIENT)).status).toBe(201);
  const listed = await eventually(
    'something is in quarantine',
    async () => JSON.parse((await ask({ path: '/quarantine' })).text) as { items: { id: string }[] },
    (list) => list.items.length >= 10,
  );
  const { items } = listed;
  const looks = items.slice(0, 12).map(async ({ id: item }) => {
    await ask({ path: `/quarantine/${item}` });
    expect((await ask({ path: `/quarantine/${item}/content` })).status).toBe(200);
    for (const body of ['', INVALID_BODIES[0]])
      expect((await send(body, {}, `/quarantine/${item}/release`)).status).toBe(400);
  });
  await Promise.all(looks);
  expect((await send(event(), {}, `/quarantine/${items[0]?.id}/release`)).status).toBe(201);
});

it('what is refused for what it is: bodies, headers, searches, paths', async () => {
  for (const body of INVALID_BODIES) {
    expect((await send(body)).status).toBe(400);
    const bundle = `{"resourceType":"Bundle","type":"collection","entry":[{"resource":${typeof body === 'string' ? body : JSON.stringify(body)}}]}`;
    expect((await send(bundle, {}, '/')).status).toBe(400);
  }
  const application = { 'content-type': 'application/json' };
  for (const body of WRONG_APPLICATION_EVENTS) {
    // Several are answered one by one.
    const isList = Array.isArray(body) && body.length > 0;
    expect((await send(body, application, '/api/events')).status).toBe(isList ? 200 : 400);
    const lines = { 'content-type': 'application/x-ndjson' };
    if (!Array.isArray(body)) expect((await send(body, lines, '/api/events')).status).toBe(200);
  }
  const headers = [
    { 'content-type': mark('contenttype') },
    { 'content-encoding': mark('contentencoding') },
    { 'content-encoding': 'gzip' },
    { 'auditbox-on-invalid': mark('oninvalid') },
    { 'idempotency-key': `${mark('idempotency')}, ${'x'.repeat(300)}` },
    { prefer: `return=${mark('prefer')}, handling=${mark('handling')}` },
    { 'x-request-id': `${mark('requestid')} ü` },
    { 'x-forwarded-for': mark('forwardedfor'), 'x-forwarded-host': mark('forwardedhost') },
    { expect: mark('expect') },
    { cookie: mark('cookie'), 'user-agent': mark('useragent'), referer: mark('referer') },
    { traceparent: mark('traceparent'), baggage: mark('baggage'), origin: `https://${mark('origin')}` },
  ];
  for (const each of headers)
    await Promise.all([
      send(event(), each),
      send(APPLICATION_EVENT, each, '/api/events'),
      ask({ path: '/AuditEvent?_count=0', headers: each }),
    ]);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  for (const search of SEARCHES)
    await Promise.all([
      ...[gateway.url, query.url].flatMap((base) =>
        ['lenient', 'strict'].map((handling) =>
          ask({ base, path: `/AuditEvent?${search}`, headers: { prefer: `handling=${handling}` } }),
        ),
      ),
      ask({ method: 'POST', path: '/AuditEvent/_search', headers: form, body: search }),
      ask({ path: `/Patient/${mark('compartment')}/AuditEvent?${search}` }),
      ask({ path: `/quarantine?${search}` }),
      ask({ path: `/api/events?${search}` }),
      ask({ path: `/SearchParameter?${search}` }),
    ]);
  for (const path of [
    `/${mark('path')}`,
    `/AuditEvent/${mark('read')}`,
    `/AuditEvent/${mark('read')}/_history/${mark('version')}`,
    `/${mark('compartmenttype')}/1/AuditEvent`,
    `/quarantine/${mark('item')}`,
    `/quarantine/${mark('item')}/content`,
    `/SearchParameter/${mark('definition')}`,
    `/api/events/${mark('event')}`,
    `/api/events/${mark('event')}/fingerprint`,
    `/api/${mark('api')}`,
    `/%FF${mark('path')}`,
  ])
    await Promise.all(
      [gateway.url, query.url].flatMap((base) =>
        ['GET', 'HEAD', 'POST', 'DELETE', 'PROPFIND'].map((method) => ask({ base, method, path })),
      ),
    );
});

it('who is refused: tokens, keys and schemes, at both services', async () => {
  const refused = [
    mark('token'),
    token({}, { kid: mark('kid') }),
    token({}, { alg: mark('alg') }),
    token({}, { typ: mark('typ') }),
    token({}, { crit: [mark('crit')], [mark('crit')]: 1 }),
    token({ aud: mark('aud') }),
    token({ iss: `https://${mark('iss')}.example` }),
    token({ exp: mark('exp') }),
    token({ exp: 1 }),
    token({ azp: `${mark('client')}|` }),
    token({ scope: mark('scope') }),
    token({ scope: 'system/AuditEvent.c', [mark('claimname')]: stackMark('claim') }),
    signed({ alg: 'RS256', kid: 'key' }, stackMark('payload'), key),
    signed(stackMark('header'), {}, key),
    `${KEY}x`,
  ];
  for (const given of refused)
    for (const base of [gateway.url, query.url])
      expect((await ask({ base, token: given, path: `/AuditEvent/${mark('read')}` })).status).toBeGreaterThan(
        400,
      );
  for (const authorization of [
    `Basic ${Buffer.from(`u:${mark('basic')}`).toString('base64')}`,
    mark('scheme'),
  ])
    for (const base of [gateway.url, query.url])
      expect((await ask({ base, path: '/AuditEvent', headers: { authorization } })).status).toBe(401);
  const inUrl = await ask({ path: `/AuditEvent?access_token=${mark('urltoken')}` });
  expect(inUrl.status).toBe(400);
  expect((await ask({ token: '', path: '/AuditEvent', headers: { cookie: mark('cookie') } })).status).toBe(
    401,
  );
});

it('when the issuer says nonsense', async () => {
  const noticed = () => [gateway, query].map(({ output }) => output().split('can not be had').length);
  for (const conduct of ['nonsense', 'array', 'fails', 'redirects', 'names-another'] as const) {
    issuer.behave(conduct);
    const before = noticed();
    await eventually(
      'both have noticed',
      async () => {
        for (const base of [gateway.url, query.url])
          await ask({ base, token: token({}, { kid: mark('kid') }), path: '/AuditEvent' });
        return noticed();
      },
      (now) => now.every((times, place) => times > (before[place] ?? 0)),
    );
  }
  issuer.behave('well');
  await eventually(
    'all is well',
    async () => (await ask({ path: '/AuditEvent?_count=0' })).status,
    (status) => status === 200,
  );
});

describe('when Elasticsearch refuses and quotes what it was given', () => {
  it.each([400, 404, 413, 429, 500])('with %i', async (status) => {
    elastic.refuse(status, stackMark('reason'));
    const before = elastic.refused();
    expect((await send(event())).status).toBe(201);
    for (const path of [
      `/AuditEvent?entity-name=${mark('entityname')}`,
      '/AuditEvent/019bc78b-f1a0-8fff-bfff-ffffffffffff',
      `/quarantine?sender=${mark('sender')}`,
      '/quarantine/019bc78b-f1a0-8fff-bfff-ffffffffffff',
    ])
      await Promise.all([gateway.url, query.url].map((base) => ask({ base, path })));
    await ask({ path: '/healthcheck' });
    // The indexer too.
    await eventually(
      'it refuses',
      async () => elastic.refused(),
      (refused) => refused > before + 8,
    );
    elastic.refuse(undefined);
  });
});

it('in the metrics of all three', async () => {
  for (const port of metricsPorts) {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(response.status).toBe(200);
    came.push({ from: 'metrics', text: await response.text() });
  }
});

describe.each(['gateway', 'query', 'indexer'])('when %s can not start', (name) => {
  it('for its settings', async () => {
    const names = Object.keys(environment).filter((each) => !each.endsWith('_FILE') && each !== 'BINDING');
    const bad = Object.fromEntries(names.map((each) => [each, `${mark('setting')} ${each}`]));
    const { status, output } = await failedStart(name, { ...bad, AUDITBOX_LOG_LEVEL: mark('level') });
    expect(status).toBe(78);
    expect(output).toContain('PORT');
    came.push({ from: `${name} with bad settings`, text: output });
  });

  it('for its certificates and keys', async () => {
    const parts = ['CERT', 'KEY', 'KEY_PASSPHRASE'];
    const names = ['AUDITBOX_TLS', 'AUDITBOX_QUERY_CLIENT', 'KAFKA_TLS', 'ELASTIC'].flatMap((prefix) =>
      parts.map((part) => `${prefix}_${part}`),
    );
    const all = [...names, 'AUDITBOX_TLS_CLIENT_CA', 'AUDITBOX_QUERY_CA', 'KAFKA_TLS_CA', 'ELASTIC_CA'];
    const bad = Object.fromEntries(all.map((each) => [each, pem(mark(each.replaceAll('_', '')))]));
    const { status, output } = await failedStart(name, {
      ...environment,
      KAFKA_TLS_ENABLED: 'true',
      AUDITBOX_QUERY_URL: 'https://127.0.0.1:1',
      ELASTIC_URI: 'https://127.0.0.1:1',
      ...bad,
    });
    expect(status).not.toBe(0);
    came.push({ from: `${name} with bad certificates`, text: output });
  });
});

it.each(['gateway', 'query'])('when %s can not start for its list of keys', async (name) => {
  const file = join(folder, `${name}-keys.json`);
  for (const list of [mark('list'), stackMark('list'), `[{"${mark('property')}":"${mark('value')}"}]`]) {
    await writeFile(file, list);
    const { status, output } = await failedStart(name, { ...environment, AUDITBOX_API_KEYS_FILE: file });
    expect(status).toBe(78);
    came.push({ from: `${name} with bad keys`, text: output });
  }
});

it.each(['gateway', 'indexer'])(
  'when %s can not start for a Kafka that does not know its name',
  async (name) => {
    const { status, output } = await failedStart(name, {
      ...environment,
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: mark('username'),
      KAFKA_SASL_PASSWORD: mark('password'),
    });
    expect(status).toBe(1);
    came.push({ from: `${name} without a name`, text: output });
  },
);

it.each([401, 500])('when the indexer can not start for an Elasticsearch that answers %i', async (status) => {
  elastic.refuse(status, stackMark('reason'));
  const failed = await failedStart('indexer', environment);
  elastic.refuse(undefined);
  expect(failed.status).toBe(1);
  came.push({ from: 'indexer without Elasticsearch', text: failed.output });
});

it('when Kafka goes away', async () => {
  await kafka.kill('SIGKILL');
  expect((await send(event())).status).toBe(503);
  expect((await send(INVALID_BODIES[0], LENIENT)).status).toBe(503);
  expect((await ask({ path: `/AuditEvent?_tag=${mark('tag')}` })).status).toBe(503);
});

it('when query goes away', async () => {
  await query.end('SIGTERM');
  expect((await ask({ path: `/AuditEvent?_tag=${mark('tag')}` })).status).toBe(503);
  expect((await ask({ method: 'POST', path: `/quarantine/${mark('item')}/release` })).status).toBe(503);
});

it('nothing that was marked came out', async () => {
  for (const { output } of [gateway, query, indexer]) came.push({ from: 'a log', text: output() });
  const logs = came.filter(({ from }) => from === 'a log').map(({ text }) => text);
  expect(logs.map((text) => text.includes('"level":"debug"'))).toEqual([true, true, true]);
  expect(logs.some((text) => text.includes('not indexed yet, trying again'))).toBe(true);
  expect(came.length).toBeGreaterThan(500);
  const leaks = came.flatMap(({ from, text }) => leaksIn(text).map((leak) => ({ from, leak })));
  expect(leaks).toEqual([]);
});
