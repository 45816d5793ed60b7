/**
 * A bulk request, and of its answer only statuses and types of errors: Elasticsearch's reasons can quote a document.
 */
import type { Client } from '@elastic/elasticsearch';
import { CONTENT_TOO_LARGE, type ItemResult, TOO_MANY_REQUESTS } from '../domain/disposition.ts';
import { SpareMemory } from '../domain/spare-memory.ts';
import { ElasticError, elasticError } from './errors.ts';

const MIB = 1024 * 1024;
/** For the bodies of as many requests as are on their way by default: 8 MiB of documents, and a line for each. */
const spare = new SpareMemory({ unitBytes: MIB, countMax: 4, bytesMax: 9 * MIB });

/** How long a shard that is not there is waited for: its documents fail, and nothing that is sent with them waits. */
const SHARD_TIMEOUT = '5s';

type BulkAnswer = {
  /** By the name of the operation. */
  readonly items?: readonly Readonly<
    Record<string, { readonly status: number; readonly error?: { readonly type: string } }>
  >[];
};

/** Two lines of JSON, without their ends. */
export type Operation = { readonly action: string; readonly source: Buffer };

/**
 * One result each, in their order. What is too large for one request goes in halves; what is too large alone has 413 for
 * its status. Rejects with an ElasticError where nothing is known of any.
 */
export async function bulk(
  client: Client,
  operations: readonly Operation[],
  signal: AbortSignal,
): Promise<ItemResult[]> {
  try {
    return await send(client, operations, signal);
  } catch (error) {
    const status = error instanceof ElasticError ? error.status : undefined;
    // What is said of the request is said of each of its operations.
    if (status === TOO_MANY_REQUESTS) return operations.map(() => ({ status }));
    if (status !== CONTENT_TOO_LARGE) throw error;
    if (operations.length === 1) return [{ status }];
    const half = Math.ceil(operations.length / 2);
    const first = await bulk(client, operations.slice(0, half), signal);
    return [...first, ...(await bulk(client, operations.slice(half), signal))];
  }
}

async function send(
  client: Client,
  operations: readonly Operation[],
  signal: AbortSignal,
): Promise<ItemResult[]> {
  const { body, memory } = bodyOf(operations);
  try {
    const { items } = await client.transport.request<BulkAnswer>(
      {
        method: 'POST',
        path: '/_bulk',
        meta: { name: 'bulk' },
        querystring: { filter_path: 'items.*.status,items.*.error.type', timeout: SHARD_TIMEOUT },
        bulkBody: body,
      },
      { signal },
    );
    // An answer that does not name every document says nothing: a proxy can make a 200 of anything.
    if (items?.length !== operations.length) throw new ElasticError(undefined);
    // Only an answer to all of it says that all of it was read: what failed may still be on its way.
    spare.give(memory);
    return items.map((item) => {
      const [result] = Object.values(item);
      if (result === undefined) throw new ElasticError(undefined);
      const { status, error } = result;
      return { status, ...(error !== undefined && { errorType: error.type }) };
    });
  } catch (error) {
    throw elasticError(error);
  }
}

const LINE_END = 0x0a;

/** As bytes: the client would count those of a string, and then make them. */
function bodyOf(operations: readonly Operation[]): { readonly body: Buffer; readonly memory: Buffer } {
  let bytes = 0;
  for (const { action, source } of operations) bytes += Buffer.byteLength(action) + source.length + 2;
  const memory = spare.take(bytes);
  let at = 0;
  for (const { action, source } of operations) {
    at += memory.write(action, at);
    memory[at++] = LINE_END;
    at += source.copy(memory, at);
    memory[at++] = LINE_END;
  }
  return { body: memory.subarray(0, at), memory };
}
