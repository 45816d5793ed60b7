/** The way in, where it could be in the way: of readers, of whose keys were changed, of what the trail says. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Bundle, Resource } from '../src/client.ts';
import { eventually } from '../src/eventually.ts';
import { bearer, FHIR_JSON, type Guarded, startGuarded, tagged } from '../src/hostile/guarded.ts';
import { startWorld, type World } from '../src/hostile/world.ts';
import { rawRequest } from '../src/raw-request.ts';
import { newKey } from '../src/signing-key.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
/** More than the room of those who need no token. */
const SOCKETS = 100;

let world: World;
let guarded: Guarded;
beforeAll(async () => {
  world = await startWorld();
  const parts = { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') };
  const environment = { AUDITBOX_REQUESTS_MAX: String(SOCKETS), IDP_KEYS_COOLDOWN_MS: '2000' };
  guarded = await startGuarded(parts, world, { environment });
});
afterAll(async () => {
  await guarded?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** The events that the judge finds, once there are any that `holds`. */
const recorded = (query: string, holds: (event: Resource) => boolean) =>
  eventually(
    `events with ${query}`,
    async () => {
      const answer = (await (await fetch(`${guarded.judge}/AuditEvent?${query}`)).json()) as Bundle;
      return (answer.entry ?? []).map(({ resource }) => resource).filter(holds);
    },
    (found) => found.length > 0,
  );

/** Requests on one connection, each sent before the one before is answered. */
const PIPELINED = 400;

it('who is refused takes no room of who is not, however many requests there are', async () => {
  const { hostname, port } = new URL(guarded.gateway);
  const sockets = Array.from({ length: 4 }, () => {
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    socket.write(
      `${'GET /metadata HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(60)}${'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n'.repeat(PIPELINED)}`,
    );
    return socket;
  });
  try {
    const headers = { ...FHIR_JSON, ...bearer(world.token()) };
    const sent = { method: 'POST', path: '/AuditEvent', headers, body: tagged('beside') };
    const statuses = await Promise.all(
      Array.from({ length: 5 }, async () => (await rawRequest(guarded.gateway, sent)).status),
    );
    expect(statuses).toEqual([201, 201, 201, 201, 201]);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

it.each(['gateway', 'query'] as const)('who needs no token takes no room of who has one: %s', async (at) => {
  const { hostname, port } = new URL(guarded[at]);
  const sockets: Socket[] = [];
  for (let n = 0; n < SOCKETS; n += 1) {
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    socket.write(
      'POST /SearchParameter/_search HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\na',
    );
    sockets.push(socket);
  }
  try {
    const metadata = async () => (await rawRequest(guarded[at], { path: '/metadata' })).status;
    await eventually('their own room is full', metadata, (status) => status === 503);
    const headers = bearer(world.token());
    expect((await rawRequest(guarded[at], { path: '/AuditEvent?_count=0', headers })).status).toBe(200);
    expect((await rawRequest(guarded[at], { path: '/readyz' })).status).toBe(200);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

it('a token of a key that was not there when the keys were asked for is tried again, not thrown away', async () => {
  const next = newKey('next', 'RS256');
  const unknown = bearer(world.token({ header: { kid: 'nobody' } }));
  await rawRequest(guarded.gateway, { path: '/AuditEvent', headers: unknown });
  world.issuer.publish([world.keys.rsa.jwk, next.jwk]);
  const claims = { iat: world.nowSeconds() };
  const headers = { ...FHIR_JSON, ...bearer(world.token({ key: next, header: { kid: 'next' }, claims })) };
  const seen = new Set<number>();
  await eventually(
    'the new key is known',
    async () => {
      const body = tagged('rotated');
      const { status } = await rawRequest(guarded.gateway, {
        method: 'POST',
        path: '/AuditEvent',
        headers,
        body,
      });
      seen.add(status);
      return status;
    },
    (status) => status === 201,
  );
  expect([...seen].sort()).toEqual([201, 503]);
  // It might have been made up.
  const [refused] = await recorded('type=110114', ({ outcomeDesc }) => outcomeDesc === 'unknown-key');
  expect(refused).toMatchObject({ outcome: '4' });
});

it.each(['gateway', 'query'] as const)(
  'what is public takes no other method, with a token or without: %s',
  async (at) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const asked = { method, path: '/metadata' };
      expect((await rawRequest(guarded[at], { ...asked, headers: bearer(world.token()) })).status).toBe(405);
      expect((await rawRequest(guarded[at], asked)).status).toBe(401);
    }
  },
);

it('a form of which nobody said how long it is is searched by', async () => {
  for (const base of [guarded.gateway, guarded.query]) {
    const response = await fetch(`${base}/AuditEvent/_search?_count=1`, {
      method: 'POST',
      headers: { ...bearer(world.token()), ...FORM },
      body: new Blob(['action=E']).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(200);
  }
});

it('a form that is sent after 100 Continue is searched by, through the front door too', async () => {
  const headers = { ...bearer(world.token()), ...FORM, expect: '100-continue' };
  const asked = { method: 'POST', path: '/AuditEvent/_search?_count=0', headers, body: 'action=E' };
  for (const base of [guarded.gateway, guarded.query])
    expect((await rawRequest(base, asked)).status).toBe(200);
});

it('the trail has the request as it was sent, also one that would look like another', async () => {
  const path = '/Patient/1%0AContent-Type:%20application%2Fx-www-form-urlencoded%0A%0Aaction=E/AuditEvent';
  await rawRequest(guarded.query, { path, headers: { ...bearer(world.token()), 'x-request-id': 'as-sent' } });
  const requestOf = ({ entity }: Resource): string =>
    Buffer.from((entity as { query?: string }[])[0]?.query ?? '', 'base64').toString();
  const [event] = await recorded('type=110101&_count=100', (one) =>
    JSON.stringify(one).includes('"as-sent"'),
  );
  expect(event && requestOf(event)).toBe(`GET ${path}`);
});

it('the trail has the id of what was read, however its path was written', async () => {
  const headers = { ...FHIR_JSON, ...bearer(world.token()) };
  const sent = await rawRequest(guarded.gateway, {
    method: 'POST',
    path: '/AuditEvent',
    headers,
    body: tagged('read'),
  });
  const { id } = JSON.parse(sent.text) as Resource;
  const path = `/%41uditEvent/%30${id.slice(1)}`;
  const read = async () =>
    (await rawRequest(guarded.gateway, { path, headers: bearer(world.token()) })).status;
  await eventually('it is read', read, (status) => status === 200);
  await recorded(`type=110101&subtype=read&outcome=0&entity=AuditEvent/${id}`, () => true);
});

it('a release is an event of the trail, by the client and the person', async () => {
  const headers = { ...FHIR_JSON, ...bearer(world.token()), 'auditbox-on-invalid': 'quarantine' };
  await rawRequest(guarded.gateway, { method: 'POST', path: '/AuditEvent', headers, body: '{}' });
  const scope = 'auditbox/quarantine.read auditbox/quarantine.release';
  const operator = bearer(world.token({ claims: { scope, preferred_username: 'jane' } }));
  type Items = {
    readonly items: readonly { readonly id: string; readonly released?: { readonly by: string } }[];
  };
  const items = async () =>
    (
      JSON.parse(
        (await rawRequest(guarded.gateway, { path: '/quarantine', headers: operator })).text,
      ) as Items
    ).items;
  const [item] = await eventually('it is listed', items, (listed) => listed.length > 0);
  const released = await rawRequest(guarded.gateway, {
    method: 'POST',
    path: `/quarantine/${item?.id}/release`,
    headers: { ...FHIR_JSON, ...operator },
    body: tagged('released'),
  });
  expect(released.status).toBe(201);
  const [event] = await recorded('type=110101&subtype=operation', () => true);
  expect(event).toMatchObject({ action: 'E', outcome: '0' });
  expect(JSON.stringify(event)).toContain('"altId":"jane"');
  const [listed] = await eventually('it is released', items, ([first]) => first?.released !== undefined);
  expect(listed?.released?.by).toBe(`${world.issuer.url}|ward-7 jane`);
});
