/** What the fields of an index take of the disk, as Elasticsearch reads it out of the files. */
import type { Client } from '../indices.ts';

/** Bytes of each structure. */
export type FieldUsage = {
  readonly inverted: number;
  readonly stored: number;
  readonly docValues: number;
  readonly points: number;
  readonly norms: number;
};

type Answer = {
  readonly [index: string]: {
    readonly store_size_in_bytes: number;
    readonly fields: Readonly<Record<string, FieldAnswer>>;
  };
};
type FieldAnswer = {
  readonly inverted_index?: { readonly total_in_bytes: number };
  readonly stored_fields_in_bytes?: number;
  readonly doc_values_in_bytes?: number;
  readonly points_in_bytes?: number;
  readonly norms_in_bytes?: number;
};

/** It reads every byte of the index. */
const TIMEOUT_MS = 10 * 60_000;

export async function diskUsage(
  client: Client,
  index: string,
  stop: AbortSignal,
): Promise<{ readonly bytes: number; readonly fields: ReadonlyMap<string, FieldUsage> }> {
  const answer = await client.transport.request<Answer>(
    { method: 'POST', path: `/${index}/_disk_usage`, querystring: { run_expensive_tasks: true } },
    { signal: stop, requestTimeout: TIMEOUT_MS },
  );
  const found = answer[index];
  if (found === undefined) throw new Error(`bench: nothing is said of ${index}`);
  const fields = Object.entries(found.fields).map(([name, field]): [string, FieldUsage] => [
    name,
    {
      inverted: field.inverted_index?.total_in_bytes ?? 0,
      stored: field.stored_fields_in_bytes ?? 0,
      docValues: field.doc_values_in_bytes ?? 0,
      points: field.points_in_bytes ?? 0,
      norms: field.norms_in_bytes ?? 0,
    },
  ]);
  return { bytes: found.store_size_in_bytes, fields: new Map(fields) };
}
