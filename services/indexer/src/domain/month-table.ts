/** The months as an operator sees them: a line each, in columns. */
import { isPastRetention, retentionEndMs } from '@auditbox/fhir-core';

export type MonthRow = {
  readonly month: string;
  readonly entry: { readonly state: 'held' | 'dropped'; readonly at: string } | undefined;
  readonly size: { readonly indices: number; readonly documents: number; readonly bytes: number };
};

const COLUMNS = ['month', 'state', 'indices', 'documents', 'bytes', 'kept until'];
/** Numbers stand to the right. */
const NUMBERS: readonly number[] = [2, 3, 4];

/** `nowMs` is in milliseconds since 1970. */
export function monthTable(rows: readonly MonthRow[], days: number | 'off', nowMs: number): string {
  const cells = rows.map(({ month, entry, size }) => [
    month,
    entry === undefined ? '-' : `${entry.state} since ${entry.at}`,
    ...[size.indices, size.documents, size.bytes].map(String),
    keptUntil(month, entry?.state, days, nowMs),
  ]);
  const table = [COLUMNS, ...cells];
  const widths = COLUMNS.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return NUMBERS.includes(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return table.map(line).join('\n');
}

function keptUntil(
  month: string,
  state: 'held' | 'dropped' | undefined,
  days: number | 'off',
  nowMs: number,
): string {
  if (state === 'dropped') return '-';
  const endMs = days === 'off' ? undefined : retentionEndMs(month, days);
  if (days === 'off' || endMs === undefined) return 'for ever';
  return isPastRetention(month, days, nowMs) ? 'past retention' : new Date(endMs).toISOString().slice(0, 10);
}
