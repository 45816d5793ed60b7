/**
 * Stamping: the repository's `id`, `meta.versionId` and `meta.lastUpdated` go in, everything else stays as it
 * came. The text that comes out is the one that is published, answered and read back.
 */

/** What the sender had written in the three places that are the server's. */
export type SenderValues = {
  readonly id?: string;
  readonly lastUpdated?: string;
  readonly versionId?: string;
};

export type Stamp = {
  readonly id: string;
  /** `meta.lastUpdated`, an R4 instant. */
  readonly lastUpdated: string;
};

/** An event of this repository has one version: it is never updated. */
export const VERSION_ID = '1';

type ExactEvent = { readonly [key: string]: unknown; readonly meta?: Readonly<Record<string, unknown>> };

/** The sender's own three values. */
export function senderValues(event: ExactEvent): SenderValues {
  const { id, meta } = event;
  return {
    ...(typeof id === 'string' && { id }),
    ...(typeof meta?.lastUpdated === 'string' && { lastUpdated: meta.lastUpdated }),
    ...(typeof meta?.versionId === 'string' && { versionId: meta.versionId }),
  };
}

/** The stamped event as JSON on one line. `event` is a valid AuditEvent, as parsed exactly. */
export function stampedText(event: ExactEvent, stamp: Stamp): string {
  const { resourceType, id: _id, meta, ...rest } = event;
  const stampedMeta = { ...meta, versionId: VERSION_ID, lastUpdated: stamp.lastUpdated };
  return JSON.stringify({ resourceType, id: stamp.id, meta: stampedMeta, ...rest });
}
