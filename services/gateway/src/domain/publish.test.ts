import { describe, expect, it } from 'vitest';
import type { EventRecord } from './accept-events.ts';
import { type PublishOutcome, publishInParts } from './publish.ts';

const records = (count: number): EventRecord[] =>
  Array.from({ length: count }, (_, at) => ({ key: String(at), value: Buffer.from('x'), headers: {} }));

/** A log whose batches hold at most `limit` records; from the call `failAt` on it answers `failure`. */
function logOf(
  limit: number,
  failAt = Number.POSITIVE_INFINITY,
  failure: PublishOutcome = { kind: 'not-known-stored' },
) {
  const batches: string[][] = [];
  let calls = 0;
  const publish = async (batch: readonly EventRecord[]): Promise<PublishOutcome> => {
    if (batch.length > limit) return { kind: 'too-large', bytes: batch.length, limitBytes: limit };
    calls++;
    if (calls >= failAt) return failure;
    batches.push(batch.map(({ key }) => key));
    return { kind: 'published' };
  };
  return { publish, batches };
}

describe('publishing in parts', () => {
  it('is one batch where it fits, and nothing at all without records', async () => {
    const { publish, batches } = logOf(4);
    expect(await publishInParts(records(4), publish)).toEqual({ kind: 'published' });
    expect(await publishInParts([], publish)).toEqual({ kind: 'published' });
    expect(batches).toEqual([['0', '1', '2', '3']]);
  });

  it('is as many as it takes, in order, each record once', async () => {
    const { publish, batches } = logOf(2);
    expect(await publishInParts(records(7), publish)).toEqual({ kind: 'published' });
    expect(batches.flat()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(Math.max(...batches.map((batch) => batch.length))).toBe(2);
  });

  it('says that a record is too large which is so alone', async () => {
    expect(await publishInParts(records(3), logOf(0).publish)).toMatchObject({ kind: 'too-large' });
  });

  it('stops at the first part that fails, and never says that nothing was stored once something was', async () => {
    const { publish, batches } = logOf(2, 2, { kind: 'busy', retryAfterSeconds: 1 });
    expect(await publishInParts(records(6), publish)).toEqual({ kind: 'not-known-stored' });
    expect(batches).toHaveLength(1);
    const busy = logOf(2, 1, { kind: 'busy', retryAfterSeconds: 1 });
    expect(await publishInParts(records(6), busy.publish)).toEqual({ kind: 'busy', retryAfterSeconds: 1 });
  });
});
