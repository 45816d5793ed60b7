/** The three services on a stack, as one deployment, and what is asked of it while it is loaded. */
import { writtenPatterns } from '@auditbox/fhir-core';
import { readConfig } from '@auditbox/indexer/config';
import { connectElastic } from '@auditbox/indexer/elastic/client';
import type { Client } from '../indices.ts';
import { startService } from '../service-process.ts';
import type { Stack } from '../stack.ts';

export type Pipeline = AsyncDisposable & {
  readonly gatewayUrl: URL;
  readonly queryUrl: URL;
  /** Process ids, by what each is. */
  readonly processes: Readonly<Record<string, number>>;
  readonly elasticUri: string;
  readonly client: Client;
  /** Of all indices that are written. */
  readonly pattern: string;
  /** Rejects where a service ends by itself. */
  readonly ended: Promise<never>;
};

/** Resolves when all three are ready. */
export async function startPipeline(
  { env, kafka, elastic }: Stack,
  profileFolder: string | undefined,
): Promise<Pipeline> {
  const config = readConfig(env);
  if ('problems' in config) throw new Error(`bench: ${config.problems.join(' ')}`);
  await using opening = new AsyncDisposableStack();
  const client = opening.adopt(await connectElastic({ node: elastic.uri }), (each) => each.close());
  const start = (name: 'gateway' | 'indexer' | 'query') =>
    opening.use(startService(name, env, { profileFolder }));
  const [query, indexer, gateway] = [start('query'), start('indexer'), start('gateway')];
  const [queryUrl, , gatewayUrl] = await Promise.all([query.ready, indexer.ready, gateway.ready]);
  const open = opening.move();
  return {
    ...{ gatewayUrl, queryUrl, client, elasticUri: elastic.uri },
    processes: {
      ...{ gateway: gateway.pid, indexer: indexer.pid, query: query.pid },
      ...{ Kafka: kafka.pid ?? 0, Elasticsearch: elastic.pid ?? 0 },
    },
    pattern: writtenPatterns(config.settings.indexPrefix).join(','),
    ended: Promise.race([query.ended, indexer.ended, gateway.ended]),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
