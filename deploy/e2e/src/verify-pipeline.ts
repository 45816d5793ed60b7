/** The proof tool beside a pipeline: as a library, as the process that an operator runs, and what it is to find. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type LogRecord, openLogWriter } from '@auditbox/event-log';
import { encodeHeaders } from '@auditbox/fhir-core';
import { connectElastic } from '@auditbox/indexer/elastic/client';
import { type Report, type VerifyOptions, verify } from '@auditbox/verify';
import { eventually } from './eventually.ts';
import type { Environment } from './pipeline.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export const digestOf = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** Verifies what the services with this environment have stored. */
export async function verified(
  environment: Environment,
  options: Partial<VerifyOptions> = {},
): Promise<Report> {
  const client = await connectElastic({ node: environment.ELASTIC_URI ?? '' });
  try {
    return await verify({
      kafka: { brokers: (environment.KAFKA_BROKERS ?? '').split(','), clientId: 'judge' },
      client,
      eventsTopic: environment.AUDITBOX_EVENTS_TOPIC ?? '',
      quarantineTopic: environment.AUDITBOX_QUARANTINE_TOPIC ?? '',
      indexPrefix: environment.AUDITBOX_INDEX_PREFIX ?? '',
      quarantineIndex: environment.AUDITBOX_QUARANTINE_INDEX ?? '',
      ...options,
    });
  } finally {
    await client.close();
  }
}

/** The same once all is stored: a store without a fault becomes equal, and one with a fault never does. */
export const equal = (environment: Environment): Promise<Report> =>
  eventually(
    'the store equals the log',
    () => verified(environment),
    ({ isClean }) => isClean,
  );

/** The verdicts that were given at all. */
export const given = ({ verdicts }: Report): Record<string, number> =>
  Object.fromEntries(Object.entries(verdicts).filter(([, times]) => times > 0));

export type Ran = { readonly status: number | null; readonly output: string; readonly errors: string };

/** `npm run verify`, as a process of its own. */
export async function runVerify(environment: Environment, ...args: readonly string[]): Promise<Ran> {
  const main = fileURLToPath(new URL('../../verify/src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status: child.exitCode, output, errors };
}

/** Straight to Elasticsearch, past all services, as only somebody with rights there can. Visible at once. */
export async function elastic(
  { ELASTIC_URI }: Environment,
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${ELASTIC_URI}/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Straight to a topic, as one batch on one partition. */
export async function append(
  { KAFKA_BROKERS }: Environment,
  topic: string,
  records: readonly LogRecord[],
): Promise<void> {
  const kafka = { brokers: (KAFKA_BROKERS ?? '').split(','), clientId: 'test' };
  await using writer = await openLogWriter(kafka, { topic, logger: silent });
  const { kind } = await writer.append(records);
  if (kind !== 'appended') throw new Error(kind);
}

/** A record as the gateway writes it, with any key, value and content digest. */
export function record(key: string, value: Buffer, contentDigest = 'd'): LogRecord {
  const received = '2026-01-01T00:00:00.000Z';
  const about = { sender: 'a', received, sha256: digestOf(value), contentDigest, senderValues: {} };
  return { key, value, headers: encodeHeaders(about) };
}
