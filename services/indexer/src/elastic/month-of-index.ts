/** Which month an index of events holds, by its name: of a generation, or of the time before there were any. */
import { indexPatterns, isIndexMonth, writtenMonth } from '@auditbox/fhir-core';

export type IndexOfMonth = {
  readonly month: string;
  /** undefined before generations: an index then had the name itself that is read now. */
  readonly projection: number | undefined;
};

/** What matches the names of all of them, and others too: `monthOfIndex` tells. */
export function allPatterns(indexPrefix: string): string[] {
  return [`${indexPrefix}-v*`, ...indexPatterns(indexPrefix)];
}

/** undefined for an index that is not of events, or of another prefix. */
export function monthOfIndex(index: string, indexPrefix: string): IndexOfMonth | undefined {
  const written = writtenMonth(index, indexPrefix);
  if (written !== undefined) return written;
  const month = index.startsWith(`${indexPrefix}-`) ? index.slice(`${indexPrefix}-`.length) : '';
  return isIndexMonth(month) ? { month, projection: undefined } : undefined;
}
