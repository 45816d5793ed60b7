/**
 * The unpacked Kafka and Elasticsearch: fetched once, checked against the pinned SHA-256, put in place by one rename
 * each, so that what is there is whole. Two runs that fetch at once both succeed; the second finds the first's.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Failure, messageOf, refusal } from '../failure.ts';
import { canEnter, type RunAs } from '../machine/run-as.ts';
import { say } from '../terminal/say.ts';
import { copyArtifacts, findMaven, localRepository } from './maven.ts';
import { differences, elasticsearchVersion, kafkaVersion } from './pinned.ts';

const run = promisify(execFile);

export interface Dist {
  /** A folder of jars. */
  readonly kafka: string;
  /** Elasticsearch's home folder. */
  readonly elasticsearch: string;
}

export interface FetchOptions {
  readonly folder: string;
  readonly javaHome: string;
  readonly logPath: string;
  readonly stop?: AbortSignal | undefined;
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

export async function fetchDist({ folder, javaHome, logPath, stop }: FetchOptions): Promise<Dist> {
  const dist = distIn(folder);
  if (isFetched(folder)) return dist;
  const mvn = findMaven();
  if (mvn === undefined)
    throw refusal(['Maven is needed to fetch Kafka and Elasticsearch, but mvn is not on PATH.']);
  await mkdir(folder, { recursive: true });
  const fresh = await mkdtemp(join(folder, 'fetch-'));
  const kafka = join(fresh, 'kafka');
  const unpacked = join(fresh, 'unpacked');
  try {
    say('Fetching Kafka and Elasticsearch, once (about 180 MB, through Maven).');
    await copyArtifacts({ mvn, to: kafka, logPath, recordPath: join(fresh, 'maven.json'), javaHome, stop });
    stop?.throwIfAborted();
    const wrong = await differences(kafka);
    if (wrong.length > 0) {
      throw new Failure([
        `Maven delivered other files than are pinned in deploy/local/artifacts/sha256 (${wrong.join(', ')}): delete them from ${localRepository()} and try again.`,
      ]);
    }
    const zip = join(fresh, 'elasticsearch.zip');
    await rename(join(kafka, `elasticsearch-${elasticsearchVersion}.zip`), zip);
    await mkdir(unpacked);
    await run(join(javaHome, 'bin', 'jar'), ['xf', zip], { cwd: unpacked });
    await makeReadable(fresh);
    await put(kafka, dist.kafka);
    await put(join(unpacked, `elasticsearch-${elasticsearchVersion}`), dist.elasticsearch);
  } catch (error) {
    if (error instanceof Failure || stop?.aborted) throw error;
    throw new Failure(
      [`Kafka and Elasticsearch could not be unpacked into ${folder}: ${messageOf(error)}`],
      1,
      {
        cause: error,
      },
    );
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return dist;
}

/** The dist as `runAs` can use it: a copy of Elasticsearch below `otherwise` where it cannot enter the original. */
export async function reachableDist(dist: Dist, runAs: RunAs | undefined, otherwise: string): Promise<Dist> {
  if (canEnter(dist.elasticsearch, runAs)) return dist;
  const elasticsearch = join(otherwise, 'elasticsearch');
  await cp(dist.elasticsearch, elasticsearch, { recursive: true });
  return { ...dist, elasticsearch };
}

/** A strict umask must not keep the user that runs Elasticsearch from reading it. */
async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}

async function put(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
