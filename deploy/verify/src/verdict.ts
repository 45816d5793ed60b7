/**
 * What verifying can say: of every record exactly one thing, and beside that what is wrong with documents and with items
 * of quarantine. A verdict is a difference or it is none; what could not be judged is none, and makes a report incomplete.
 */

/** Of a record of the log of events. */
export const RECORD_VERDICTS = {
  /** In the index that its id names, equal to the byte, found by what this release finds it by. */
  stored: 'none',
  /** Another copy of a stored event: equal content digest, so it differs in the server's values alone. */
  repeat: 'none',
  /** Can't be indexed, or is another event under a taken id, and is in quarantine. */
  quarantined: 'none',
  /** Taken before its month was dropped, which its document then went with. */
  'dropped-month': 'none',
  /** Not stored, and the indexer has not committed that it had it. */
  waiting: 'none',
  /**
   * What decides it can't be seen: another copy that was not kept in mind, a generation that is not rebuilt yet, or clocks that
   * are too far apart to say whether its month was dropped before or after it was taken.
   */
  unproven: 'none',
  /** Neither stored nor in quarantine. */
  missing: 'difference',
  /** Its document is there and says something else. */
  changed: 'difference',
  /** Its document is in another index than its id names, and there alone. */
  misplaced: 'difference',
} as const;

/** Of what is not a record of the log of events. */
export const OTHER_VERDICTS = {
  /** A document of a stored event in another index as well. */
  doubled: 'difference',
  /** A document that no record accounts for, though the log would still have it. */
  surplus: 'difference',
  /** A document in an index of its month that no search reads: its alias is gone. */
  unread: 'difference',
  /** An item of quarantine whose record is an event that is stored, or could be, or that is no record at all. */
  'wrongly-quarantined': 'difference',
  /** An item of quarantine that is not what its record is. */
  'changed-in-quarantine': 'difference',
  /** An item of quarantine that the index of quarantine does not list. */
  unlisted: 'difference',
  /** Records that the log deleted before the indexer had them. */
  'deleted-unread': 'difference',
} as const;

export type RecordVerdict = keyof typeof RECORD_VERDICTS;
export type OtherVerdict = keyof typeof OTHER_VERDICTS;
export type Verdict = RecordVerdict | OtherVerdict;

const EFFECTS = { ...RECORD_VERDICTS, ...OTHER_VERDICTS } as const;

export const VERDICTS = Object.keys(EFFECTS) as readonly Verdict[];

export function isDifference(verdict: Verdict): boolean {
  return EFFECTS[verdict] === 'difference';
}

/** What of a document is not what it is to be. */
export type ChangedPart = 'event' | 'envelope' | 'projection';

/** Ids, places and codes only: never what an event holds. */
export type Difference = {
  readonly verdict: Verdict;
  /** `topic/partition@offset` of its record, or of the item in quarantine. */
  readonly place?: string;
  /** Of an event, or of an item of quarantine. */
  readonly id?: string;
  /** Where the document is, or would have to be. */
  readonly index?: string;
  readonly part?: ChangedPart;
};
