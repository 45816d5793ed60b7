/** What `npm run verify` is asked, from its arguments. Every mistake is one sentence, and nothing is guessed. */
import { parseArgs } from 'node:util';
import { parseDateTime, startMs } from '@auditbox/fhir-core';
import type { VerifyRange } from './verify-range.ts';

export type Asked = {
  readonly range: VerifyRange;
  readonly repair: boolean;
  readonly json: boolean;
  readonly waitMs: number;
};

export type ParsedArguments =
  | { readonly asked: Asked }
  | { readonly help: true }
  | { readonly problem: string };

export const USAGE = `npm run verify -- [options]

Holds every record of the log of events beside what is stored, and says what became of it. Reads only, unless told to
repair. Settings are those of the indexer, from the environment (docs/settings.md).

  --from <instant>         only records that the log took at or after it (2026-01-16T16:03:16Z, 2026-01-16, …)
  --to <instant>           only records that the log took before it
  --offsets <p>:<a>-<b>    only partition p, from offset a up to, not with, b; either may be left out; can be repeated
  --wait <seconds>         first waits until the indexer has committed what the log has of it, at most this long: 30 by
                           default, 0 for not at all
  --repair                 writes documents that are missing, as the indexer does; overwrites and deletes nothing
  --json                   the report as JSON
  --help

What the log gets while it runs is not verified. Ends with 0 where there is no difference, 1 where there is one, 2 for a wrong
argument or a partition that is not there, 78 for a wrong setting, 3 where Kafka or Elasticsearch can't be read, and 4 where no
difference was found but not everything could be judged: records that still wait after --wait, a group without offsets, a part
of the range that was not read, a range without a record, a rebuild that is not done. 70 is a fault of this program. Only with 0
is anything proven.
`;

/** Seconds: a day; who waits longer asks again. */
const WAIT_SECONDS_MAX = 86_400;
/** Seconds: an indexer that keeps up has committed what is there within some. */
const WAIT_SECONDS = 30;

const OFFSETS = /^(\d{1,9}):(\d{0,18})-(\d{0,18})$/;

export function parseArguments(args: readonly string[]): ParsedArguments {
  let values: Values;
  try {
    values = parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch {
    return { problem: 'An option is not known, or has no value: see --help.' };
  }
  if (values.help === true) return { help: true };
  const [fromMs, toMs] = [instantMs(values.from), instantMs(values.to)];
  if (Number.isNaN(fromMs)) return { problem: '--from is no instant, as 2026-01-16T16:03:16Z is.' };
  if (Number.isNaN(toMs)) return { problem: '--to is no instant, as 2026-01-16T16:03:16Z is.' };
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs)
    return { problem: '--from is not before --to.' };
  const offsets = offsetsOf(values.offsets ?? []);
  if (offsets === undefined)
    return { problem: '--offsets is <partition>:<from>-<to>, each partition once, from below to.' };
  const seconds = Number(values.wait ?? WAIT_SECONDS);
  if (values.wait === '' || !Number.isInteger(seconds) || seconds < 0 || seconds > WAIT_SECONDS_MAX)
    return { problem: `--wait is a whole number of seconds up to ${WAIT_SECONDS_MAX}.` };
  const range = {
    ...(fromMs !== undefined && { fromMs }),
    ...(toMs !== undefined && { toMs }),
    ...(offsets.size > 0 && { offsets }),
  };
  const { repair = false, json = false } = values;
  return { asked: { range, repair, json, waitMs: seconds * 1000 } };
}

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  offsets: { type: 'string', multiple: true },
  wait: { type: 'string' },
  repair: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/** Milliseconds since 1970; NaN where it is none. */
function instantMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const range = parseDateTime(text);
  return range === undefined ? Number.NaN : startMs(range);
}

function offsetsOf(texts: readonly string[]): NonNullable<VerifyRange['offsets']> | undefined {
  const offsets = new Map<number, { from?: bigint; to?: bigint }>();
  for (const text of texts) {
    const [, partition, first = '', last = ''] = OFFSETS.exec(text) ?? [];
    if (partition === undefined || offsets.has(Number(partition))) return undefined;
    const from = first === '' ? undefined : BigInt(first);
    const to = last === '' ? undefined : BigInt(last);
    if (to !== undefined && (from ?? 0n) >= to) return undefined;
    offsets.set(Number(partition), { ...(from !== undefined && { from }), ...(to !== undefined && { to }) });
  }
  return offsets;
}
