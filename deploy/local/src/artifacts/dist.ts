/** The unpacked Kafka and Elasticsearch, which every start and every test needs. */
import { existsSync } from 'node:fs';
import { cp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { canEnter, type RunAs } from '../machine/run-as.ts';
import { type FetchOptions, fetchPinned, unzip } from './fetch.ts';
import { backendArtifacts, elasticsearchVersion, kafkaVersion } from './pinned.ts';

export interface Dist {
  /** A folder of jars. */
  readonly kafka: string;
  /** Elasticsearch's home folder. */
  readonly elasticsearch: string;
}

export function distIn(folder: string): Dist {
  return {
    kafka: join(folder, `kafka-${kafkaVersion}`),
    elasticsearch: join(folder, `elasticsearch-${elasticsearchVersion}`),
  };
}

export function isFetched(folder: string): boolean {
  const dist = distIn(folder);
  return existsSync(dist.kafka) && existsSync(dist.elasticsearch);
}

export async function fetchDist(options: FetchOptions): Promise<Dist> {
  const dist = distIn(options.folder);
  if (isFetched(options.folder)) return dist;
  await fetchPinned(backendArtifacts, options, async ({ fresh, delivered }) => {
    const zip = join(fresh, 'elasticsearch.zip');
    const unpacked = join(fresh, 'unpacked');
    await rename(join(delivered, `elasticsearch-${elasticsearchVersion}.zip`), zip);
    await unzip(zip, unpacked, options.javaHome);
    return [
      { from: delivered, to: dist.kafka },
      { from: join(unpacked, `elasticsearch-${elasticsearchVersion}`), to: dist.elasticsearch },
    ];
  });
  return dist;
}

/** The dist as `runAs` can use it: a copy of Elasticsearch below `otherwise` where it cannot enter the original. */
export async function reachableDist(dist: Dist, runAs: RunAs | undefined, otherwise: string): Promise<Dist> {
  if (canEnter(dist.elasticsearch, runAs)) return dist;
  const elasticsearch = join(otherwise, 'elasticsearch');
  await cp(dist.elasticsearch, elasticsearch, { recursive: true });
  return { ...dist, elasticsearch };
}
