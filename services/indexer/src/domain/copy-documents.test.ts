/** Each stored document that is read ends in one way, and what is not copied is named. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type CopyDependencies, copyDocuments } from './copy-documents.ts';
import { MONTH_DROPPED } from './disposition.ts';
import type { CreateResult } from './index-records.ts';
import type { StoredDocument } from './stored-record.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const idOf = (n: number): string => `019bc78e-2f20-8000-8000-${String(n).padStart(12, '0')}`;

function stored(n: number, part: object = {}): StoredDocument {
  const event = JSON.stringify({
    resourceType: 'AuditEvent',
    id: idOf(n),
    type: { code: '110100' },
    recorded: '2026-01-16T16:03:16Z',
    agent: [{ requestor: true }],
    source: { observer: { display: 'x' } },
    ...part,
  });
  const received = '2026-02-01T00:00:00.000Z';
  return { id: idOf(n), source: { event, digest: `d${n}`, received, received_from: 'a|b' } };
}

/** Copies documents 1, 2 and so on against answers by number, try by try; what ended how, and what was said. */
async function run(
  documents: readonly StoredDocument[],
  tries: readonly Readonly<Record<number, CreateResult>>[],
  digests: Readonly<Record<number, string>> = {},
) {
  const said: string[] = [];
  const asked: number[][] = [];
  const hashed: number[] = [];
  let hashes = 0;
  const numberOf = (id: string): number => Number(id.slice(-12));
  const dependencies: CopyDependencies = {
    limits: { countMax: 1000, bytesMax: 8_000_000 },
    sha256: (bytes) => {
      hashes++;
      return sha256(bytes);
    },
    create: async (chunk) => {
      const results = tries[asked.length];
      asked.push(chunk.map(({ id }) => numberOf(id)));
      hashed.push(hashes);
      if (results === undefined) throw Object.assign(new Error('away'), { code: 'elasticsearch-503' });
      return chunk.map(({ id }) => results[numberOf(id)] ?? { status: 201 });
    },
    storedDigests: async (existing) => existing.map(({ id }) => digests[numberOf(id)]),
    copied: () => {},
    random: () => 0,
    delay: async () => {
      if (asked.length > 5) throw new Error('for ever');
    },
    reports: {
      uncopied: (_index, id, reason) =>
        said.push(`${id === undefined ? 'somebody’s' : numberOf(id)}: ${reason}`),
      copyWaits: ({ reason, events }) => said.push(`waits ${events}: ${reason}`),
    },
  };
  const ended = await copyDocuments('older', documents, new AbortController().signal, dependencies);
  return { ended, said, asked, hashed };
}

const NOTHING = { created: 0, alreadyStored: 0, dropped: 0, damaged: 0 };

describe('of stored documents', () => {
  it('those that are new are created, those that are there are compared, those of a dropped month are left', async () => {
    const tries = [{ 2: { status: 409 }, 3: MONTH_DROPPED }] as const;
    const { ended, said } = await run(
      [1, 2, 3].map((n) => stored(n)),
      tries,
      { 2: 'd2' },
    );
    expect(ended).toEqual({ created: 1, alreadyStored: 1, dropped: 1, damaged: 0 });
    expect(said).toEqual([]);
  });

  it('only what failed for a passing reason is tried again', async () => {
    const { ended, said, asked } = await run(
      [1, 2].map((n) => stored(n)),
      [{ 2: { status: 429 } }, {}],
    );
    expect(asked).toEqual([[1, 2], [2]]);
    expect(ended).toEqual({ ...NOTHING, created: 2 });
    expect(said).toEqual(['waits 1: status 429']);
  });

  it('one whose id another event has is named', async () => {
    const { ended, said } = await run([stored(1)], [{ 1: { status: 409 } }], { 1: 'other' });
    expect(ended).toEqual({ ...NOTHING, damaged: 1 });
    expect(said).toEqual(['1: other-event-with-this-id']);
  });

  it('one that the index refuses is named', async () => {
    const refusal = { status: 400, errorType: 'document_parsing_exception' };
    const { ended, said } = await run([stored(1), stored(2)], [{ 1: refusal }]);
    expect(ended).toEqual({ ...NOTHING, created: 1, damaged: 1 });
    expect(said).toEqual(['1: refused-by-index']);
  });

  it('those that are no events of ours are named, one of a foreign id without its id', async () => {
    const foreign = { id: 'Jane Doe', source: { text: 'secret' } };
    const { source } = stored(2);
    const cut = { id: idOf(2), source: { ...source, event: String(source.event).slice(0, -1) } };
    const other = { ...stored(3), id: idOf(4) };
    const list = { id: idOf(6), source: { ...source, event: '[]' } };
    const { ended, said, asked } = await run([foreign, cut, other, list, stored(5)], [{}]);
    expect(ended).toEqual({ ...NOTHING, created: 1, damaged: 4 });
    expect(said).toEqual(['somebody’s: no-event', '2: not-json', '4: wrong-identity', '6: not-an-event']);
    expect(asked).toEqual([[5]]);
  });

  it('those that this release would not take any more are copied all the same', async () => {
    const stricter = stored(1, { recorded: undefined, agent: [{ requestor: 'yes' }], outcome: '99' });
    expect((await run([stricter], [{}])).ended).toEqual({ ...NOTHING, created: 1 });
  });

  it('one of a form that can not be searched is named', async () => {
    const { ended, said } = await run([stored(1, { agent: [null] })], [{}]);
    expect(ended).toEqual({ ...NOTHING, damaged: 1 });
    expect(said).toEqual(['1: not-an-event']);
  });

  it('some are made at a time, and the next ones when those are written', async () => {
    const documents = Array.from({ length: 250 }, (_, i) => stored(i));
    const { ended, asked, hashed } = await run(documents, [{}, {}, {}]);
    expect(ended).toEqual({ ...NOTHING, created: 250 });
    expect(asked.map(({ length }) => length)).toEqual([100, 100, 50]);
    const each = (hashed[2] ?? 0) / 250;
    expect(hashed).toEqual([100, 200, 250].map((made) => made * each));
  });

  it('a large one is written alone', async () => {
    const large = stored(2, { source: { observer: { display: 'x'.repeat(600 * 1024) } } });
    const { asked } = await run([stored(1), large, stored(3), stored(4)], [{}, {}, {}]);
    expect(asked).toEqual([[1], [2], [3, 4]]);
  });
});
