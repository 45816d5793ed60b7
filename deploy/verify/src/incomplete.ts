/** Why not all that was asked could be judged, and what that means as the status with which verifying ends. */
import type { Report } from './report.ts';

export const INCOMPLETE = {
  /** Records or items of quarantine that the indexer has not committed. */
  waiting: 'records are still with the indexer',
  /** The group has committed nothing of a partition: another group's name, its offsets have expired, or it is all new. */
  'no-offsets': 'what the indexer has read is not known',
  /** A part of the range: deleted, not written yet, or behind an open transaction. */
  unread: 'a part of the log was not read',
  /** Of a log that has records, none is in the range. */
  empty: 'the range holds no record',
  unproven: 'what decides of some records or documents can not be seen',
  /** Searches read another generation than this release's: it is not rebuilt, or it is left behind. */
  'other-generation': 'another generation is read',
} as const;

export type Incomplete = keyof typeof INCOMPLETE;

export const EQUAL = 0;
export const DIFFERENT = 1;
export const INCOMPLETE_STATUS = 4;

/** 0 is a proof. Records that wait are none: whoever wants one lets verifying wait for them. */
export function exitStatus({ isClean, incomplete }: Pick<Report, 'isClean' | 'incomplete'>): number {
  if (!isClean) return DIFFERENT;
  return incomplete.length === 0 ? EQUAL : INCOMPLETE_STATUS;
}
