/**
 * The release before this one, as far as an upgrade meets it: its indices, made for projection 4, and its indexer, which
 * goes on writing to them until it is stopped. Its documents are this release's, kept whole, with the sender's terms as it had them and
 * without the terms, the digest and what of the envelope came later, and its mapping is strict, so that neither release can write into the other's indices unseen.
 */
import { createHash } from 'node:crypto';
import { startLogReader } from '@auditbox/event-log';
import { ENVELOPE_FIELDS, monthName, TERMS_FIELD, writtenIndex } from '@auditbox/fhir-core';
import { eventIndex } from '@auditbox/indexer/elastic/event-index';
import { type EventDocument, toDocument } from '@auditbox/indexer/to-document';
import type { Environment } from './pipeline.ts';

export const OLDER_PROJECTION = 4;

/** Not in a document of projection 4. */
const NEWER_FIELDS: readonly string[] = [
  ENVELOPE_FIELDS.sender,
  ENVELOPE_FIELDS.senderId,
  'projected',
  TERMS_FIELD,
];

/** Only what it is found by says there who sent an event. */
const SENDER_FIELD = 'sender';
const SENDER = { properties: { code: { type: 'keyword' }, system: { type: 'keyword' } } };

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const TRY_AGAIN_MS = 100;

/** Until projection 4 an index had the name itself under which it is read; an alias reads those that came later. */
export type OlderLayout = 'plain' | 'aliased';

export type OlderRelease = AsyncDisposable & {
  /** Writes that its indices did not take. */
  readonly refused: () => number;
};

/** Asks Elasticsearch; throws where it refuses. */
export async function askElastic<Answer>(
  environment: Environment,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${environment.ELASTIC_URI}/${path}`, {
    method,
    headers: { 'content-type': 'application/x-ndjson' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

export function olderIndex() {
  const { settings, mappings } = eventIndex({
    indexPrefix: '',
    indexShards: 1,
    indexReplicas: 0,
    refreshIntervalMs: 100,
  });
  const { _source: _, ...whole } = mappings;
  const properties = Object.entries(mappings.properties).filter(([name]) => !NEWER_FIELDS.includes(name));
  return {
    settings,
    mappings: {
      ...whole,
      _meta: { projection: OLDER_PROJECTION },
      properties: { ...Object.fromEntries(properties), [SENDER_FIELD]: SENDER },
    },
  };
}

/** As projection 4 wrote it. */
export function olderSource({ source }: Pick<EventDocument, 'source'>): Record<string, unknown> {
  const document = JSON.parse(source.toString()) as Record<string, unknown>;
  const fields = Object.entries(document).filter(([name]) => !NEWER_FIELDS.includes(name));
  const sender = String(document[ENVELOPE_FIELDS.sender]);
  const bar = sender.lastIndexOf('|');
  const terms =
    bar < 0
      ? { code: [sender], system: [] }
      : { code: [sender.slice(bar + 1)], system: [sender.slice(0, bar)] };
  return { ...Object.fromEntries(fields), [SENDER_FIELD]: terms };
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Makes its template, or its list of months, and starts its indexer. */
export async function startOlderRelease(
  environment: Environment,
  layout: OlderLayout,
): Promise<OlderRelease> {
  const prefix = environment.AUDITBOX_INDEX_PREFIX ?? '';
  let refused = 0;
  if (layout === 'plain') {
    await askElastic(environment, 'PUT', `_index_template/${prefix}`, {
      index_patterns: [`${prefix}-20*`, `${prefix}-other*`],
      priority: 500,
      template: olderIndex(),
    });
  } else {
    const properties = { state: { type: 'keyword' }, at: { type: 'date' }, projection: { type: 'integer' } };
    await askElastic(environment, 'PUT', `${prefix}-months`, { mappings: { dynamic: 'strict', properties } });
    await askElastic(environment, 'PUT', `${prefix}-months/_create/generation`, {
      state: 'current',
      projection: OLDER_PROJECTION,
    });
  }
  const made = new Set<string>();
  const indexOf = async (month: string): Promise<string> => {
    if (layout === 'plain') return monthName(month, prefix);
    const index = writtenIndex(month, prefix, OLDER_PROJECTION);
    if (!made.has(index)) {
      const aliases = { [monthName(month, prefix)]: {} };
      await askElastic(environment, 'PUT', index, { ...olderIndex(), aliases });
      made.add(index);
    }
    return index;
  };
  /** Whether all of them are there now. */
  const write = async (documents: readonly EventDocument[]): Promise<boolean> => {
    const lines: string[] = [];
    for (const document of documents) {
      const action = { create: { _index: await indexOf(document.month), _id: document.id } };
      lines.push(JSON.stringify(action), JSON.stringify(olderSource(document)));
    }
    const { items } = await askElastic<{ items: { create: { status: number } }[] }>(
      environment,
      'POST',
      '_bulk',
      `${lines.join('\n')}\n`,
    );
    const failed = items.filter(({ create: { status } }) => status !== 201 && status !== 409).length;
    refused += failed;
    return failed === 0;
  };
  const reader = await startLogReader(
    { brokers: (environment.KAFKA_BROKERS ?? '').split(','), clientId: 'older-release' },
    {
      topic: environment.AUDITBOX_EVENTS_TOPIC ?? '',
      groupId: environment.AUDITBOX_INDEXER_GROUP ?? '',
      logger: silent,
      limits: { handOverMs: 500 },
      onFatal: (error) => {
        throw error;
      },
      process: async ({ records, confirm, signal }) => {
        const documents = records.map((record) => {
          const became = toDocument(record, sha256);
          if (!('document' in became)) throw new Error(became.unindexable);
          return became.document;
        });
        while (!(await write(documents))) {
          const { promise, resolve } = Promise.withResolvers<void>();
          const timer = setTimeout(resolve, TRY_AGAIN_MS);
          signal.addEventListener('abort', () => resolve(), { once: true });
          await promise;
          clearTimeout(timer);
          if (signal.aborted) return;
        }
        for (const { offset } of records) confirm(offset);
      },
    },
  );
  return { refused: () => refused, [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose]() };
}
