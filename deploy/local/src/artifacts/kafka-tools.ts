/** Kafka's own load tool, one jar beside those of the broker. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type FetchOptions, fetchPinned } from './fetch.ts';
import { kafkaToolsArtifacts, kafkaToolsJar } from './pinned.ts';

/** The path of the jar. */
export async function fetchKafkaTools(options: FetchOptions): Promise<string> {
  const jar = join(options.folder, kafkaToolsJar);
  if (existsSync(jar)) return jar;
  await fetchPinned(kafkaToolsArtifacts, options, async ({ delivered }) => [
    { from: join(delivered, kafkaToolsJar), to: jar },
  ]);
  return jar;
}
