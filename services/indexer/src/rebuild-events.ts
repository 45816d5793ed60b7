/** What a rebuild reports: names of indices, ids of ours, codes and counts only. */
import { PROJECTION_VERSION } from '@auditbox/fhir-core';
import type { Logger } from '@auditbox/service-kit';
import type { Copied, UncopiedReason } from './domain/copy-documents.ts';
import { type Retry, TRIES_UNTIL_ERROR } from './events.ts';

/** Documents that are named one by one when they can't be copied; they are counted all. */
const UNCOPIED_NAMED_MAX = 100;

export type RebuildReports = ReturnType<typeof rebuildReports>;

export function rebuildReports(logger: Logger) {
  let uncopied = 0;
  return {
    rebuilding(from: number): void {
      logger.info({ from, to: PROJECTION_VERSION }, 'the indices are of a release before: rebuilding them');
    },
    rebuildProgress(index: string, progress: { readonly done: number; readonly events: number }): void {
      logger.info({ index, ...progress }, 'copying stored events');
    },
    monthCopied(index: string, copied: Copied): void {
      logger.info({ index, ...copied }, 'stored events are copied');
    },
    /** `id` where it is one of ours. */
    uncopied(index: string, id: string | undefined, reason: UncopiedReason): void {
      uncopied++;
      if (uncopied <= UNCOPIED_NAMED_MAX)
        logger.error({ index, id, reason }, 'a stored event can not be copied');
    },
    copyWaits({ reason, events, delayMs, attempt }: Omit<Retry, 'partition'>): void {
      const fields = { reason, events, delayMs, attempt };
      if (attempt % TRIES_UNTIL_ERROR > 0) logger.warn(fields, 'not copied yet, trying again');
      else logger.error(fields, 'still not copied after minutes; the rebuild waits');
    },
    comparing(index: string, progress: { readonly done: number }): void {
      logger.info({ index, ...progress }, 'looking whether each of its events is in the new index');
    },
    catchingUp(behind: { readonly partitions: readonly number[]; readonly records: string }): void {
      logger.info(behind, 'the rebuild is not at the end of the log yet');
    },
    rebuildWaits({ attempt, ...retry }: Omit<Retry, 'partition' | 'events'>): void {
      if (attempt % TRIES_UNTIL_ERROR > 0) logger.warn({ ...retry, attempt }, 'the rebuild waits');
      else logger.error({ ...retry, attempt }, 'the rebuild still waits after minutes');
    },
    /** What is read stays what it is. Of `fewer-events` there may be more than are said. */
    rebuildStopped(
      reason: 'damaged-documents' | 'fewer-events',
      events: number,
      indices: readonly string[],
    ): void {
      logger.error({ reason, events, indices }, 'the rebuild has stopped; what was read is read on');
    },
    switched(): void {
      logger.info({ projection: PROJECTION_VERSION }, 'the rebuilt indices are read');
    },
  };
}
