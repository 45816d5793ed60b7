/** What would make fetching, unpacking and keeping data fail halfway: no Maven, no room. One sentence each. */
import { statfsSync } from 'node:fs';
import { findMaven } from '../artifacts/maven.ts';
import type { PinnedList } from '../artifacts/pinned.ts';
import { nearestExisting } from './run-as.ts';

/** The artifacts take 0.5 GB a list while they are unpacked; the rest is room for data. */
const freeGibibytesFirst = 3;
const freeGibibytesLater = 1;

/** `unfetched`: the lists that this run has to fetch first. */
export function mavenProblems(unfetched: readonly PinnedList[], env: NodeJS.ProcessEnv): string[] {
  if (unfetched.length === 0 || findMaven(env.PATH)) return [];
  const what = unfetched.map((list) => list.what).join(' and ');
  return [`Maven is needed to fetch ${what}, but mvn is not on PATH: install Maven and try again.`];
}

export function diskProblems(folder: string, unfetched: readonly PinnedList[]): string[] {
  const { bavail, bsize } = statfsSync(nearestExisting(folder));
  const free = (bavail * bsize) / 2 ** 30;
  return roomProblems(folder, free, unfetched.length > 0 ? freeGibibytesFirst : freeGibibytesLater);
}

/** `free` and `needed` in GiB. */
export function roomProblems(folder: string, free: number, needed: number): string[] {
  if (free >= needed) return [];
  return [
    `${folder} is on a disk with ${free.toFixed(1)} GiB free, but ${needed} GiB are needed: make room, or set AUDITBOX_LOCAL_DIR to a folder on another disk.`,
  ];
}
