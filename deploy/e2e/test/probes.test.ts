/** What probes hear of each service while it starts, while its group rebalances, and while it stops. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { startGateway } from '@auditbox/gateway';
import { readConfig as readGatewayConfig } from '@auditbox/gateway/config';
import { startIndexer } from '@auditbox/indexer';
import { readConfig as readIndexerConfig } from '@auditbox/indexer/config';
import { freePorts } from '@auditbox/local';
import { startQuery } from '@auditbox/query';
import { readConfig as readQueryConfig } from '@auditbox/query/config';
import { createLogger } from '@auditbox/service-kit';
import { describe, expect, inject, it } from 'vitest';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { frozen } from '../src/frozen.ts';
import { type Environment, ownEnvironment, settingsOf } from '../src/pipeline.ts';
import { startService } from '../src/service-process.ts';

const parts = { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') };
const logger = createLogger('test', 'off');
const fail = (): void => undefined;

const SERVICES = {
  gateway: (environment: Environment) => startGateway(settingsOf(readGatewayConfig(environment)), logger),
  query: (environment: Environment) => startQuery(settingsOf(readQueryConfig(environment)), logger),
  indexer: (environment: Environment) =>
    startIndexer(settingsOf(readIndexerConfig(environment)), logger, fail),
} as const;
const NAMES = Object.keys(SERVICES) as (keyof typeof SERVICES)[];

type Heard = { readonly status: number; readonly checks: Readonly<Record<string, string>> };

async function readyz(port: number | undefined): Promise<Heard> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
  const { checks } = (await answer.json()) as Heard;
  return { status: answer.status, checks };
}

const isReady = ({ status }: Heard): boolean => status === 200;

describe.each(NAMES)('%s', (name) => {
  it('is starting until it listens, then as ready as its parts, and stopping until its end', async () => {
    const [metricsPort] = await freePorts(1);
    await using silent = await frozen();
    const environment = {
      ...ownEnvironment(parts),
      AUDITBOX_METRICS_PORT: String(metricsPort),
      // It waits for nothing but Kafka, and not for long: a start that lasts as long as a deadline can be seen.
      ...(name === 'query' && {
        KAFKA_BROKERS: new URL(silent.url).host,
        AUDITBOX_SELF_AUDIT: 'best-effort',
        AUDITBOX_SELF_AUDIT_DEADLINE_MS: '3000',
      }),
    };
    const starting = SERVICES[name](environment);
    // Its port for probes is the first thing that it opens, and nothing is connected before the next turn of the loop.
    const first = await eventually(
      'a probe is answered',
      () => readyz(metricsPort),
      () => true,
    );
    expect(first).toEqual({ status: 503, checks: { service: 'starting' } });
    const service = await starting;
    await eventually('it is ready', () => readyz(metricsPort), isReady);
    expect(isReady(await readyz(service.port))).toBe(true);
    const kept = await keptConnection(metricsPort ?? 0);
    const stopped = service[Symbol.asyncDispose]();
    expect(await kept.readyz()).toEqual({ status: 503, checks: { service: 'stopping' } });
    await stopped;
    await expect(fetch(`http://127.0.0.1:${metricsPort}/livez`)).rejects.toThrow();
  });
});

/** A connection that is there before the stop begins. */
async function keptConnection(port: number) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return {
    async readyz(): Promise<Heard> {
      socket.write('GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n');
      const [bytes] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      const [head = '', body = ''] = bytes.toString().split('\r\n\r\n');
      return { status: Number(head.split(' ')[1]), checks: JSON.parse(body).checks };
    },
  };
}

describe.each(['gateway', 'query'] as const)('a %s that drains', (name) => {
  const DRAIN_MS = 3000;

  it('says on both ports that it stops, from the signal on, and takes requests until the drain is over', async () => {
    const [port, metricsPort] = await freePorts(2);
    const environment = {
      ...ownEnvironment(parts),
      PORT: String(port),
      AUDITBOX_METRICS_PORT: String(metricsPort),
      AUDITBOX_DRAIN_MS: String(DRAIN_MS),
    };
    await using service = await startService(name, environment);
    await eventually('it is ready', () => readyz(port), isReady);
    const asked = performance.now();
    const ended = service.end('SIGTERM');
    const stopping = { status: 503, checks: { service: 'stopping' } };
    for (const probed of [metricsPort, port])
      await eventually(
        'it says that it stops',
        () => readyz(probed),
        (heard) => !isReady(heard),
      );
    expect([await readyz(metricsPort), await readyz(port)]).toEqual([stopping, stopping]);
    const request =
      name === 'query'
        ? fetch(`${service.url}/metadata`)
        : fetch(`${service.url}/AuditEvent`, {
            method: 'POST',
            headers: { 'content-type': 'application/fhir+json' },
            body: JSON.stringify(PAGE_EVENT),
          });
    expect((await request).ok).toBe(true);
    expect(await ended).toBe(0);
    expect(performance.now() - asked).toBeGreaterThanOrEqual(DRAIN_MS);
  });
});

it('an indexer is rebalancing while its group waits for a replica that says nothing, and then ready', async () => {
  const environment = ownEnvironment(parts);
  await using silent = await startService('indexer', environment);
  await eventually('the first is ready', () => readyz(Number(new URL(silent.url).port)), isReady);
  process.kill(silent.pid, 'SIGSTOP');
  try {
    await using second = await SERVICES.indexer(environment);
    // The group takes nobody in before the session of who is silent is over.
    expect(await readyz(second.port)).toMatchObject({ status: 503, checks: { kafka: 'rebalancing' } });
    expect(await readyz(second.metricsPort)).toMatchObject({ status: 503, checks: { kafka: 'rebalancing' } });
    await eventually('the second is ready', () => readyz(second.port), isReady, 60_000);
  } finally {
    process.kill(silent.pid, 'SIGCONT');
  }
});
