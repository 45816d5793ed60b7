/**
 * The services as a hospital runs them: each with a Kafka user of its own that may do what docs/operations.md gives it and
 * nothing else, by password or by certificate, from files, and an Elasticsearch behind TLS.
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EventLogError, openLogWriter, startLogReader } from '@auditbox/event-log';
import { startGateway } from '@auditbox/gateway';
import { readConfig as readGatewayConfig } from '@auditbox/gateway/config';
import { startIndexer } from '@auditbox/indexer';
import { readConfig as readIndexerConfig } from '@auditbox/indexer/config';
import { freshFolder } from '@auditbox/local';
import { startQuery } from '@auditbox/query';
import { readConfig as readQueryConfig } from '@auditbox/query/config';
import { testAuthority } from '@auditbox/service-kit/test-certificates';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { postBundle, total } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { accepts, startGuardedElastic } from '../src/guarded-elastic.ts';
import { giveDocumentedPermissions } from '../src/kafka-acls.ts';
import { keptLog } from '../src/kept-log.ts';
import { type Environment, ownEnvironment, settingsOf } from '../src/pipeline.ts';
import { type SecuredKafka, startSecuredKafka } from '../src/secured-kafka.ts';

const PASSWORDS = { 'auditbox-gateway': 'marked-gateway', 'auditbox-query': 'marked-query' };
const API_KEY = Buffer.from('marked-id:marked-key').toString('base64');
const SECRETS = new RegExp(`marked|${API_KEY}|BEGIN PRIVATE KEY`);

const EVENTS = 'auditbox.events';
const QUARANTINE = 'auditbox.quarantine';

let kafka: SecuredKafka;
const cleanUp = new AsyncDisposableStack();

beforeAll(async () => {
  kafka = cleanUp.use(await startSecuredKafka(PASSWORDS));
  await giveDocumentedPermissions(kafka.open);
});
afterAll(() => cleanUp.disposeAsync());

const connectionOf = (username: keyof typeof PASSWORDS) => ({
  brokers: [kafka.saslTls],
  clientId: 'test',
  tls: { ca: kafka.authority.ca },
  sasl: { mechanism: 'scram-sha-512', username, password: PASSWORDS[username] } as const,
});

it('works with the permissions that the page gives, with secrets from files, and none in a log', async () => {
  await using folder = freshFolder('secrets');
  const file = (text: string): string => {
    const path = join(folder.path, randomUUID());
    writeFileSync(path, `${text}\n`);
    return path;
  };
  const authority = await testAuthority('elastic');
  const guard = accepts(`ApiKey ${API_KEY}`);
  await using door = await startGuardedElastic({ elasticUri: inject('elasticUri'), authority, guard });
  const indexerCertificate = await kafka.authority.client('auditbox-indexer');
  const own = ownEnvironment({ kafkaBrokers: kafka.saslTls, elasticUri: door.url });
  const shared: Environment = {
    ...own,
    AUDITBOX_EVENTS_TOPIC: EVENTS,
    AUDITBOX_QUARANTINE_TOPIC: QUARANTINE,
    AUDITBOX_INDEXER_GROUP: 'auditbox-indexer',
    AUDITBOX_SELF_AUDIT: 'required',
    KAFKA_TLS_ENABLED: 'true',
    KAFKA_TLS_CA_FILE: file(kafka.authority.ca),
    ELASTIC_CA_FILE: file(authority.ca),
    ELASTIC_API_KEY_FILE: file(API_KEY),
  };
  const { logger, ...log } = keptLog();
  const withPassword = (user: keyof typeof PASSWORDS, mechanism: string): Environment => ({
    ...shared,
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: user,
    KAFKA_SASL_PASSWORD_FILE: file(PASSWORDS[user]),
  });
  const gatewayConfig = settingsOf(readGatewayConfig(withPassword('auditbox-gateway', 'SCRAM-SHA-512')));
  await using gateway = await startGateway(gatewayConfig, logger);
  const queryConfig = settingsOf(readQueryConfig(withPassword('auditbox-query', 'PLAIN')));
  await using query = await startQuery(queryConfig, logger);
  const indexerEnvironment = {
    ...shared,
    KAFKA_BROKERS: kafka.mutualTls,
    KAFKA_TLS_CERT_FILE: file(indexerCertificate.cert),
    KAFKA_TLS_KEY_FILE: file(indexerCertificate.key),
  };
  const fail = (reason: string): never => {
    throw new Error(`the indexer failed: ${reason}`);
  };
  await using _indexer = await startIndexer(settingsOf(readIndexerConfig(indexerEnvironment)), logger, fail);

  await postBundle(`http://127.0.0.1:${gateway.port}/`, [PAGE_EVENT, PAGE_EVENT]);
  const found = (search: string) => () => total(`http://127.0.0.1:${query.port}`, search);
  await eventually('both are found', found('altid=user@example.com'), (count) => count === 2);
  await eventually('that they were searched for is found', found('type=110101'), (count) => count > 0);
  expect(log.text()).not.toMatch(SECRETS);
  expect(log.at('error')).toEqual([]);
});

describe('what the page does not give', () => {
  const { logger } = keptLog();

  it('lets query write to the events, and to nothing else', async () => {
    const record = { key: 'k', value: Buffer.from('no event'), headers: {} };
    await using events = await openLogWriter(connectionOf('auditbox-query'), { topic: EVENTS, logger });
    expect(await events.append([record])).toMatchObject({ kind: 'appended' });
    await expect(
      openLogWriter(connectionOf('auditbox-query'), { topic: QUARANTINE, logger }),
    ).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/: TOPIC_AUTHORIZATION_FAILED$/),
    });
  });

  it('does not let the gateway read', async () => {
    const { promise: ended, resolve: onFatal } = Promise.withResolvers<EventLogError>();
    await using _reader = await startLogReader(connectionOf('auditbox-gateway'), {
      topic: EVENTS,
      groupId: 'auditbox-indexer',
      logger,
      process: async () => {},
      onFatal,
    });
    expect(await ended).toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/: GROUP_AUTHORIZATION_FAILED$/),
    });
  });
});
