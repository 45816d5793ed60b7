/** Backends as processes of this machine, from the same artifacts as `npm start`, on free ports of their own. */
import { startElasticsearch, startKafka } from '../nodes.ts';
import { openKeycloak, openToolbox } from '../toolbox.ts';
import type { Backends, BackendsOptions } from './backends.ts';

export async function localBackends({ runFolder, stop }: BackendsOptions): Promise<Backends> {
  const toolbox = await openToolbox({ runFolder, stop });
  // Fetched here, so that no test has to wait for it; only the tests that need it start it.
  await openKeycloak({ stop });
  const options = { folder: runFolder, toolbox, stop };
  await using parts = new AsyncDisposableStack();
  // Both are waited for also when one fails, so that the other is stopped too.
  const [kafka, elasticsearch] = await Promise.allSettled([
    startKafka(options).then((node) => parts.use(node)),
    startElasticsearch(options).then((node) => parts.use(node)),
  ]);
  if (kafka.status === 'rejected') throw kafka.reason;
  if (elasticsearch.status === 'rejected') throw elasticsearch.reason;
  const running = parts.move();
  return {
    kafkaBrokers: kafka.value.brokers,
    elasticUri: elasticsearch.value.uri,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
