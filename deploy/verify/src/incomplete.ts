/** Why not all that was asked could be judged, and what that means as the status with which verifying ends. */
import type { Report } from './report.ts';

export const INCOMPLETE = {
  /** Records or items of quarantine that the indexer has not committed. */
  waiting: 'records are still with the indexer',
  /** The group has committed nothing of a partition: another group's name, or its offsets have expired. */
  'no-offsets': 'what the indexer has read is not known',
  /** A part of the range: deleted while it was read, or behind an open transaction. */
  unread: 'a part of the log was not read',
  unproven: 'what decides of some records or documents can not be seen',
  /** Searches read another generation than this release's: it is not rebuilt, or it is left behind. */
  'other-generation': 'another generation is read',
} as const;

export type Incomplete = keyof typeof INCOMPLETE;

export const EQUAL = 0;
export const DIFFERENT = 1;
export const INCOMPLETE_STATUS = 4;

/** Who did not wait expects some to be waiting; whoever did wait wants to hear that it was in vain. */
export function exitStatus(
  { isClean, incomplete }: Pick<Report, 'isClean' | 'incomplete'>,
  { hasWaited }: { readonly hasWaited: boolean },
): number {
  if (!isClean) return DIFFERENT;
  const counts = incomplete.filter((reason) => hasWaited || reason !== 'waiting');
  return counts.length === 0 ? EQUAL : INCOMPLETE_STATUS;
}
