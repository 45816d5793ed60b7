/**
 * The whole pipeline as real processes: query and the indexer for as long as the test runs, and as many gateways as
 * it starts, all on the same topics and indices.
 */
import { type Environment, ownEnvironment, type Parts } from './pipeline.ts';
import { type ServiceProcess, startService } from './service-process.ts';

export type ProcessPipeline = AsyncDisposable & {
  readonly environment: Environment;
  /** The API for reading; a gateway may be away. */
  readonly queryUrl: string;
  /** Another gateway, with settings of its own over the others; the caller disposes it. */
  readonly startGateway: (settings?: Environment) => Promise<ServiceProcess>;
};

/** `settings` go over those that a test gets of its own. */
export async function startProcesses(parts: Parts, settings: Environment = {}): Promise<ProcessPipeline> {
  await using starting = new AsyncDisposableStack();
  const own = { ...ownEnvironment(parts), ...settings };
  // Both are waited for also when one fails, so that the other is ended too.
  const [query, indexer] = await Promise.allSettled(
    ['query', 'indexer'].map(async (name) => starting.use(await startService(name, own))),
  );
  if (query?.status !== 'fulfilled') throw query?.reason;
  if (indexer?.status !== 'fulfilled') throw indexer?.reason;
  const started = starting.move();
  const environment = { ...own, AUDITBOX_QUERY_URL: query.value.url };
  return {
    environment,
    queryUrl: query.value.url,
    startGateway: (ownSettings = {}) => startService('gateway', { ...environment, ...ownSettings }),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
