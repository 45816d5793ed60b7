/**
 * The one way from a pinned list to what is unpacked: fetched once, checked against the pinned SHA-256, put in place
 * by one rename each, so that what is there is whole. Two runs that fetch at once both succeed; the second finds the
 * first's.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Failure, messageOf, refusal } from '../failure.ts';
import { say } from '../terminal/say.ts';
import { copyArtifacts, findMaven, localRepository } from './maven.ts';
import { differences, type PinnedList } from './pinned.ts';

const run = promisify(execFile);

export interface FetchOptions {
  readonly folder: string;
  readonly javaHome: string;
  readonly logPath: string;
  readonly stop?: AbortSignal | undefined;
}

/** Where a list is unpacked: a fresh folder on the same file system as the place, removed whatever happens. */
export interface Workshop {
  readonly fresh: string;
  /** The files of the list, in a folder below `fresh` that may itself be put in place. */
  readonly delivered: string;
}

export interface Placement {
  readonly from: string;
  readonly to: string;
}

/** `unpack` makes of the files what is then put in place, in its order. */
export async function fetchPinned(
  list: PinnedList,
  { folder, javaHome, logPath, stop }: FetchOptions,
  unpack: (workshop: Workshop) => Promise<readonly Placement[]>,
): Promise<void> {
  const mvn = findMaven();
  if (mvn === undefined) throw refusal([`Maven is needed to fetch ${list.what}, but mvn is not on PATH.`]);
  await mkdir(folder, { recursive: true });
  const fresh = await mkdtemp(join(folder, 'fetch-'));
  const delivered = join(fresh, 'delivered');
  try {
    say(`Fetching ${list.what}, once (about ${list.megabytes} MB, through Maven).`);
    const recordPath = join(fresh, 'maven.json');
    await copyArtifacts(list, { mvn, to: delivered, logPath, recordPath, javaHome, stop });
    stop?.throwIfAborted();
    const wrong = await differences(delivered, list.files);
    if (wrong.length > 0) {
      throw new Failure([
        `Maven delivered other files than are pinned in ${join(list.folder, 'sha256')} (${wrong.join(', ')}): delete them from ${localRepository()} and try again.`,
      ]);
    }
    const placements = await unpack({ fresh, delivered });
    await makeReadable(fresh);
    for (const { from, to } of placements) await put(from, to);
  } catch (error) {
    if (error instanceof Failure || stop?.aborted) throw error;
    throw new Failure([`${list.what} could not be unpacked into ${folder}: ${messageOf(error)}`], 1, {
      cause: error,
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** With the JDK's own tool: there is none other that every machine has. */
export async function unzip(zip: string, into: string, javaHome: string): Promise<void> {
  await mkdir(into, { recursive: true });
  await run(join(javaHome, 'bin', 'jar'), ['xf', zip], { cwd: into });
}

/** A strict umask must not keep the user that runs Elasticsearch from reading it. */
async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}

/** By one rename; what another run has put there is the same. */
export async function put(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
