/** What would make fetching, unpacking and keeping data fail halfway: no Maven, no room. One sentence each. */
import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { isFetched } from '../artifacts/dist.ts';
import { findMaven } from '../artifacts/maven.ts';
import { nearestExisting } from './run-as.ts';

/** The artifacts take 0.5 GB while they are unpacked; the rest is room for data. */
const freeGibibytesFirst = 3;
const freeGibibytesLater = 1;

export function mavenProblems(distFolder: string, env: NodeJS.ProcessEnv): string[] {
  if (isFetched(distFolder) || findMaven(env.PATH)) return [];
  return [
    'Kafka and Elasticsearch are fetched with Maven, but mvn is not on PATH: install Maven and try again.',
  ];
}

export function diskProblems(folder: string, fetches: boolean): string[] {
  const { bavail, bsize } = statfsSync(nearestExisting(folder));
  const free = (bavail * bsize) / 2 ** 30;
  const needed = fetches && !isFetched(join(folder, 'dist')) ? freeGibibytesFirst : freeGibibytesLater;
  return roomProblems(folder, free, needed);
}

/** `free` and `needed` in GiB. */
export function roomProblems(folder: string, free: number, needed: number): string[] {
  if (free >= needed) return [];
  return [
    `${folder} is on a disk with ${free.toFixed(1)} GiB free, but ${needed} GiB are needed: make room, or set AUDITBOX_LOCAL_DIR to a folder on another disk.`,
  ];
}
