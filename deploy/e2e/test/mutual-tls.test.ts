/**
 * As a site of IHE ATNA runs it: senders, gateway and query know each other by certificates alone. An event goes in,
 * comes back, is found, and is released from quarantine, all over mutual TLS.
 */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { startGateway } from '@auditbox/gateway';
import { readConfig as readGatewayConfig } from '@auditbox/gateway/config';
import { startIndexer } from '@auditbox/indexer';
import { readConfig as readIndexerConfig } from '@auditbox/indexer/config';
import { startQuery } from '@auditbox/query';
import { readConfig as readQueryConfig } from '@auditbox/query/config';
import { createLogger } from '@auditbox/service-kit';
import { testAuthority } from '@auditbox/service-kit/test-certificates';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Bundle, Resource } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { ownEnvironment, settingsOf } from '../src/pipeline.ts';

const logger = createLogger('test', 'off');
const authority = await testAuthority();
const [server, gatewayIdentity, sender] = await Promise.all([
  authority.server(),
  authority.client(),
  authority.client(),
]);

const started = new AsyncDisposableStack();
let gatewayPort: number;
let queryPort: number;
let indexerPort: number;

beforeAll(async () => {
  const environment = {
    ...ownEnvironment({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') }),
    AUDITBOX_ON_INVALID: 'quarantine',
    AUDITBOX_TLS_CERT: server.cert,
    AUDITBOX_TLS_KEY: server.key,
    AUDITBOX_TLS_CLIENT_CA: authority.ca,
  };
  const query = started.use(await startQuery(settingsOf(readQueryConfig(environment)), logger));
  const indexerConfig = settingsOf(readIndexerConfig(environment));
  const indexer = started.use(await startIndexer(indexerConfig, logger, () => undefined));
  const gatewayConfig = readGatewayConfig({
    ...environment,
    AUDITBOX_QUERY_URL: `https://localhost:${query.port}`,
    AUDITBOX_QUERY_CA: authority.ca,
    AUDITBOX_QUERY_CLIENT_CERT: gatewayIdentity.cert,
    AUDITBOX_QUERY_CLIENT_KEY: gatewayIdentity.key,
  });
  const gateway = started.use(await startGateway(settingsOf(gatewayConfig), logger));
  [gatewayPort, queryPort, indexerPort] = [gateway.port, query.port, indexer.port];
});
afterAll(() => started.disposeAsync());

type Asked = { readonly port?: number; readonly body?: string | object } & RequestOptions;

/** By a sender with its certificate, unless said otherwise. */
async function ask(path: string, { body, port = gatewayPort, ...options }: Asked = {}) {
  const identity = { ca: authority.ca, ...sender };
  const asked = request({ host: '127.0.0.1', path, port, agent: false, ...identity, ...options });
  asked.end(typeof body === 'object' ? JSON.stringify(body) : body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const text = Buffer.concat(await response.toArray()).toString();
  return { status: response.statusCode, headers: response.headers, json: JSON.parse(text) };
}

const send = (path: string, body: string | object) =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/fhir+json' }, body });

describe('over mutual TLS', () => {
  it('every service is alive and ready, and the chain is healthy', async () => {
    for (const port of [gatewayPort, queryPort, indexerPort]) {
      expect((await ask('/livez', { port })).status).toBe(200);
      await eventually(
        'it is ready',
        () => ask('/readyz', { port }),
        ({ status }) => status === 200,
      );
    }
    expect((await ask('/healthcheck')).json).toEqual({ status: 'ok', kafka: 'ok', query: 'ok' });
  });

  it('nobody is let in without a certificate, at any door', async () => {
    for (const port of [gatewayPort, queryPort, indexerPort])
      await expect(ask('/livez', { port, cert: undefined, key: undefined })).rejects.toThrow();
  });

  it('an event is sent, read and found through the front door, and kept by no cache', async () => {
    const sent = await send('/AuditEvent', { ...PAGE_EVENT, meta: { tag: [{ code: 'tls' }] } });
    expect(sent.status).toBe(201);
    expect(sent.headers['strict-transport-security']).toBe('max-age=31536000');
    const { id } = sent.json as Resource;
    const found = await eventually(
      'it is found',
      () => ask('/AuditEvent?_tag=tls'),
      ({ json }) => (json as Bundle).total === 1,
    );
    expect((found.json as Bundle).entry?.[0]?.resource.id).toBe(id);
    const read = await ask(`/AuditEvent/${id}`);
    expect(read.json).toEqual(sent.json);
    for (const { headers } of [sent, found, read]) expect(headers['cache-control']).toBe('no-store');
    expect(read.headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('what was set aside is released: the gateway looks it up at query', async () => {
    const { recorded: _recorded, ...invalid } = PAGE_EVENT;
    expect((await send('/AuditEvent', invalid)).status).toBe(201);
    const listed = await eventually(
      'it is listed',
      () => ask('/quarantine?reason=invalid-event'),
      ({ json }) => json.items?.length === 1,
    );
    const path = `/quarantine/${listed.json.items[0].id}/release`;
    // Without a correction its content is looked up as well.
    expect((await send(path, '')).status).toBe(400);
    expect((await send(path, PAGE_EVENT)).status).toBe(201);
  });
});
