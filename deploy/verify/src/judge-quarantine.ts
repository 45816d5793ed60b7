/** The items of quarantine that no record of the log of events accounts for. */

import type { Known, VerifyOptions } from './options.ts';
import type { Tally } from './tally.ts';

/**
 * What is left of quarantine when the records have been read: items at places that were read and hold no record. Below
 * the log's start nobody can tell any more, and above its end of the beginning it is too early.
 */
export function judgeQuarantine(_options: VerifyOptions, known: Known, tally: Tally): void {
  const ranges = new Map(known.partitions.map((range) => [range.partition, range]));
  for (const [key, { id, place }] of known.quarantine.byPlace) {
    const [partition, offset] = key.split('@') as [string, string];
    const range = ranges.get(Number(partition));
    if (range === undefined || BigInt(offset) < range.start || BigInt(offset) >= range.end) continue;
    tally.add({ verdict: 'wrongly-quarantined', place, id });
  }
}
