/** The gateway, built by hand: HTTP at one end, the event log at the other. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { EVENTS_TOPIC, EventLogError, ensureTopic, type LogWriter, openLogWriter } from '@auditbox/event-log';
import {
  createApp,
  type Listening,
  type Logger,
  listen,
  plainBaseUrl,
  READY,
  type Readiness,
} from '@auditbox/service-kit';
import type { GatewayConfig } from './config.ts';
import { acceptEvents } from './domain/accept-events.ts';
import type { PublishPort } from './domain/publish.ts';
import { reportTopic } from './events.ts';
import { openAdmission } from './http/admission.ts';
import { createRoutes } from './http/create.ts';
import { frontDoorRoutes, queryHealth } from './http/front-door.ts';

/** Milliseconds that headers may take before the deadline of the body begins, so that its own answer comes first. */
const HEADERS_MS = 20_000;

/**
 * Starts the gateway. On dispose it takes no new requests, answers those in flight, flushes what was accepted
 * to Kafka, then lets Kafka go. Rejects where Kafka is away, the topic is weaker than its contract, or the port
 * is taken.
 */
export async function startGateway(config: GatewayConfig, logger: Logger): Promise<Listening> {
  await using building = new AsyncDisposableStack();
  const kafka = { brokers: config.kafkaBrokers, clientId: 'auditbox-gateway' };
  const topic = { ...EVENTS_TOPIC, name: config.eventsTopic };
  reportTopic(logger, topic.name, await ensureTopic(kafka, topic, { allowWeak: config.allowWeakTopic }));
  const writer = building.use(
    await openLogWriter(kafka, {
      topic: topic.name,
      logger,
      limits: { deadlineMs: config.publishDeadlineMs, queueBytesMax: config.queueBytesMax },
    }),
  );

  const baseUrl = plainBaseUrl(config.baseUrl);
  const queryUrl = plainBaseUrl(config.queryUrl);
  const kafkaReadiness = (): Readiness => {
    const health = writer.health();
    return health.ready ? READY : health;
  };
  const accept = acceptEvents({
    now: () => new Date(),
    randomBytes,
    sha256: (data) => createHash('sha256').update(data).digest(),
    keyedDigest: (text) =>
      (config.idKey === '' ? createHash('sha256') : createHmac('sha256', config.idKey)).update(text).digest(),
  });

  const admission = openAdmission(config);
  const app = createApp({ logger, checks: { kafka: kafkaReadiness }, baseUrl, proxies: config.proxies });
  app.use(admission.middleware);
  app.route(
    '/',
    createRoutes({
      baseUrl,
      accept,
      publish: publishTo(writer),
      bodyBytesMax: config.bodyBytesMax,
      bodyDeadlineMs: config.bodyDeadlineMs,
      holdFor: admission.holdFor,
      bundleEntriesMax: config.bundleEntriesMax,
      eventBytesMax: config.eventBytesMax,
    }),
  );
  app.route(
    '/',
    frontDoorRoutes({
      queryUrl,
      baseUrl,
      checks: { kafka: kafkaReadiness, query: () => queryHealth(queryUrl) },
    }),
  );

  const listening = building.use(
    await listen(app.fetch, {
      hostname: config.binding,
      port: config.port,
      requestTimeoutMs: config.bodyDeadlineMs + HEADERS_MS,
    }),
  );
  const built = building.move();
  return { port: listening.port, [Symbol.asyncDispose]: () => built.disposeAsync() };
}

function publishTo(writer: LogWriter): PublishPort {
  return async (records) => {
    try {
      const outcome = await writer.append(records);
      return outcome.kind === 'appended' ? { kind: 'published' } : outcome;
    } catch (error) {
      if (error instanceof EventLogError && error.retryable) return { kind: 'not-known-stored' };
      throw error;
    }
  };
}
