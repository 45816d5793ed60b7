import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import type { IndexerReports } from '../events.ts';
import { REFUSALS_IN_A_ROW_MAX } from './disposition.ts';
import {
  type CreatePort,
  type CreateResult,
  indexRecords,
  REJECTED_MS_MAX,
  type StoredDigestsPort,
} from './index-records.ts';
import type { LoggedRecord } from './quarantine-record.ts';
import { Room } from './room.ts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const idOf = (n: number) => `019bc78e-2f20-8000-8000-${String(n).padStart(12, '0')}`;

function recordAt(offset: number): LoggedRecord {
  const value = Buffer.from(
    JSON.stringify({
      resourceType: 'AuditEvent',
      id: idOf(offset),
      type: { code: '110100' },
      recorded: '2026-01-16T16:03:16Z',
      agent: [{ requestor: true }],
      source: { observer: { display: 'My System' } },
    }),
  );
  const headers = { sender: 'a', received: 'r', sha256: sha256(value), 'content-digest': `digest-${offset}` };
  return {
    topic: 't',
    partition: 0,
    offset: BigInt(offset),
    key: idOf(offset),
    value,
    headers,
    timestampMs: 0,
  };
}

/** With so much white space behind it: what is in it costs no time here. */
function paddedAt(offset: number, bytes: number): LoggedRecord {
  const record = recordAt(offset);
  const value = Buffer.concat([record.value ?? Buffer.alloc(0), Buffer.alloc(bytes, ' ')]);
  return { ...record, value, headers: { ...record.headers, sha256: sha256(value) } };
}

const largeAt = (offset: number) => paddedAt(offset, 1024 * 1024);

const poisonAt = (offset: number): LoggedRecord => ({ ...recordAt(offset), value: null });

/** What was counted in the last run. */
const counted: string[] = [];

type Scripted = {
  readonly create: CreatePort;
  readonly storedDigests?: StoredDigestsPort;
  readonly quarantine?: (offset: bigint) => Promise<void>;
};

/** Runs one batch against scripted ports; everything that happened, in its order. */
async function run(records: LoggedRecord[], ports: Scripted, signal = new AbortController().signal) {
  const log: string[] = [];
  let nowMs = 0;
  counted.length = 0;
  const reports: IndexerReports = {
    topic: () => {},
    indexed: () => {},
    retrying: ({ reason, events }) => log.push(`retrying ${events}: ${reason}`),
    mappingBehind: () => log.push('mapping behind'),
    unreadable: () => {},
    contentOmitted: () => {},
    quarantined: (place, reason) => log.push(`quarantined ${place.offset}: ${reason}`),
  };
  await indexRecords({
    room: new Room(1_000_000_000),
    create: async (documents, stop) => {
      log.push(`create ${documents.map(({ id }) => Number(id.slice(-4))).join(',')}`);
      return ports.create(documents, stop);
    },
    storedDigests: ports.storedDigests ?? (() => Promise.reject(new Error('not expected'))),
    quarantine: async (record) => ports.quarantine?.(record.offset),
    sha256,
    random: () => 0,
    now: () => nowMs,
    delay: async (_ms, stop) => {
      stop.throwIfAborted();
      nowMs += REJECTED_MS_MAX / 20;
    },
    reports,
    counts: {
      created: (received) => counted.push(`created ${received}`),
      alreadyStored: (events) => counted.push(...Array(events).fill('already stored')),
      quarantined: () => counted.push('quarantined'),
      droppedMonth: () => counted.push('dropped month'),
    },
  })({ partition: 0, records, confirm: (offset) => log.push(`confirm ${offset}`), signal });
  return log;
}

const created = { status: 201 };

describe('indexRecords', () => {
  it('confirms each record once it is stored', async () => {
    const log = await run([recordAt(1), recordAt(2)], {
      create: async (documents) => documents.map(() => created),
    });
    expect(log).toEqual(['create 1,2', 'confirm 1', 'confirm 2']);
  });

  it('tries again only what failed, until it succeeds', async () => {
    const answers = [[created, { status: 429 }, { status: 503 }], [{ status: 429 }, created], [created]];
    const log = await run([recordAt(1), recordAt(2), recordAt(3)], {
      create: async () => answers.shift() ?? [],
    });
    expect(log).toEqual([
      'create 1,2,3',
      'confirm 1',
      'retrying 2: status 429',
      'create 2,3',
      'confirm 3',
      'retrying 1: status 429',
      'create 2',
      'confirm 2',
    ]);
  });

  it('tries all again when the answer was lost', async () => {
    let lost = true;
    const log = await run([recordAt(1)], {
      create: async () => {
        if (!lost) return [created];
        lost = false;
        throw Object.assign(new Error(), { code: 'elasticsearch-unreachable' });
      },
    });
    expect(log).toEqual(['create 1', 'retrying 1: elasticsearch-unreachable', 'create 1', 'confirm 1']);
  });

  it('takes an event that is stored already, by its digest, for success and another one for a conflict', async () => {
    const log = await run([recordAt(1), recordAt(2)], {
      create: async () => [{ status: 409 }, { status: 409 }],
      storedDigests: async () => ['digest-1', 'another'],
    });
    expect(log).toEqual(['create 1,2', 'confirm 1', 'confirm 2', 'quarantined 2: other-event-with-this-id']);
  });

  it('asks again while it does not know what is stored', async () => {
    const digests = [
      () => Promise.reject(Object.assign(new Error(), { code: 'elasticsearch-503' })),
      () => Promise.resolve([undefined]),
      () => Promise.resolve(['digest-1']),
    ];
    const log = await run([recordAt(1)], {
      create: async () => [{ status: 409 }],
      storedDigests: () => digests.shift()?.() ?? Promise.reject(new Error('too often')),
    });
    expect(log.filter((line) => line.startsWith('confirm'))).toEqual(['confirm 1']);
    expect(log.filter((line) => line.startsWith('create'))).toHaveLength(3);
  });

  it('confirms what can not be indexed only once it is durably in quarantine', async () => {
    let tries = 0;
    const log = await run([poisonAt(1), recordAt(2)], {
      create: async () => [created],
      quarantine: () =>
        ++tries < 3 ? Promise.reject(Object.assign(new Error(), { code: 'busy' })) : Promise.resolve(),
    });
    expect(log).toEqual([
      'create 2',
      'confirm 2',
      'retrying 1: quarantine: busy',
      'retrying 1: quarantine: busy',
      'confirm 1',
      'quarantined 1: no-value',
    ]);
    expect(counted).toEqual(['created r', 'quarantined']);
  });

  it('confirms, counts and does not write an event of a month that was dropped', async () => {
    const log = await run([recordAt(1), recordAt(2)], { create: async () => ['month-dropped', created] });
    expect(log).toEqual(['create 1,2', 'confirm 1', 'confirm 2']);
    expect(counted).toEqual(['dropped month', 'created r']);
  });

  it('keeps an event that was taken after its month was dropped: nobody has stored it', async () => {
    const log = await run([recordAt(1)], { create: async () => ['month-dropped-before'] });
    expect(log).toEqual(['create 1', 'confirm 1', 'quarantined 1: dropped-month']);
  });

  it('counts each event once, however often it is tried', async () => {
    const answers = [[{ status: 429 }, { status: 409 }, { status: 409 }], [created]];
    await run([recordAt(1), recordAt(2), recordAt(3)], {
      create: async () => answers.shift() ?? [],
      storedDigests: async () => ['digest-2', 'another'],
    });
    expect(counted).toEqual(['quarantined', 'already stored', 'created r']);
  });

  it('waits for a person where the mapping is behind, and empties nothing into quarantine', async () => {
    const answers = [[{ status: 400, errorType: 'strict_dynamic_mapping_exception' }], [created]];
    const log = await run([recordAt(1)], { create: async () => answers.shift() ?? [] });
    expect(log).toEqual(['create 1', 'mapping behind', 'create 1', 'confirm 1']);
  });

  it('stops without confirming when the partition is taken away', async () => {
    const stop = new AbortController();
    const log = await run(
      [recordAt(1), recordAt(2)],
      {
        create: async () => {
          stop.abort();
          return [created, { status: 429 }];
        },
      },
      stop.signal,
    );
    expect(log).toEqual(['create 1,2', 'confirm 1', 'retrying 1: status 429']);
  });

  it('quarantines what is too large for a request of its own', async () => {
    const log = await run([recordAt(1), recordAt(2)], { create: async () => [created, { status: 413 }] });
    expect(log).toEqual(['create 1,2', 'confirm 1', 'confirm 2', 'quarantined 2: too-large-for-index']);
  });

  /** One of the others is taken after each answer for the large one; all of them once it is asked for no more. */
  async function besideOthers(large: (tries: number) => number) {
    const others = Array.from({ length: 60 }, (_, i) => recordAt(i + 2));
    let tries = 0;
    let taken = 0;
    let askedSince = 0;
    const log = await run([largeAt(1), ...others], {
      create: async (documents) => {
        askedSince += 1;
        return documents.map(({ id }) => {
          if (id === idOf(1)) {
            askedSince = 0;
            return { status: large(++tries) };
          }
          if (askedSince < 10 && (id !== idOf(taken + 2) || taken >= tries)) return { status: 429 };
          taken += 1;
          return created;
        });
      },
    });
    return log.filter((line) => /^(confirm|quarantined) 1(:|$)/.test(line));
  }

  it('holds a large event that is rejected for minutes while others are taken to be too large', async () => {
    expect(await besideOthers(() => 429)).toEqual(['confirm 1', 'quarantined 1: too-large-for-index']);
  });

  it('stores a large event that was rejected for a while, and does not judge it by another fault', async () => {
    expect(await besideOthers((tries) => (tries < 10 ? 429 : tries < 40 ? 503 : 201))).toEqual(['confirm 1']);
  });

  it('waits with a large event while nothing is taken', async () => {
    let tries = 0;
    const log = await run([largeAt(1)], {
      create: async () => [++tries > 40 ? created : { status: 429 }],
    });
    expect(log.at(-1)).toBe('confirm 1');
  });

  it('waits for a person after too many refusals in a row instead of emptying the log into quarantine', async () => {
    const records = Array.from({ length: REFUSALS_IN_A_ROW_MAX + 5 }, (_, i) => recordAt(i + 1));
    const refusal = { status: 400, errorType: 'document_parsing_exception' };
    let mended = false;
    const log = await run(records, {
      create: async (documents) => {
        if (mended) return documents.map(() => created);
        mended = true;
        return documents.map(() => refusal);
      },
    });
    expect(log.filter((line) => line.startsWith('quarantined'))).toHaveLength(REFUSALS_IN_A_ROW_MAX);
    expect(log.filter((line) => line === 'mapping behind')).toHaveLength(1);
    expect(log.at(-1)).toBe(`confirm ${records.length}`);
  });

  it('lets an error that is nobody’s operational failure end it', async () => {
    const wrong = run([recordAt(1)], { create: () => Promise.reject(new TypeError('x')) });
    await expect(wrong).rejects.toThrow(TypeError);
  });

  it('leaves documents as they are until their request has ended, and where it was given up for good', async () => {
    const asked: { documents: Parameters<CreatePort>[0]; answer: (ending: 'taken' | Error) => void }[] = [];
    const create: CreatePort = (documents) => {
      const { promise, resolve, reject } = Promise.withResolvers<CreateResult[]>();
      const answer = (ending: 'taken' | Error) =>
        ending === 'taken' ? resolve(documents.map(() => created)) : reject(ending);
      asked.push({ documents, answer });
      return promise;
    };
    const lost = new AbortController();
    const begin = (n: number, signal?: AbortSignal) =>
      run(
        Array.from({ length: 20 }, (_, i) => paddedAt(100 * n + i, 8 * 1024)),
        { create },
        signal,
      );
    const isWhole = (at: number) => {
      const { id, source } = asked[at]?.documents[0] ?? { id: '', source: '{}' };
      return JSON.parse(String(source)).id === id;
    };
    const reach = (count: number) => vi.waitFor(() => expect(asked).toHaveLength(count));
    const first = begin(1);
    const second = begin(2, lost.signal);
    await reach(2);
    lost.abort();
    asked[1]?.answer(new DOMException('', 'AbortError'));
    await second;
    const third = begin(3);
    await reach(3);
    expect([0, 1, 2].map(isWhole)).toEqual([true, true, true]);
    asked[0]?.answer('taken');
    await first;
    const fourth = begin(4);
    await reach(4);
    // Of the first, which is stored, the memory is another's now.
    expect([0, 1, 2, 3].map(isWhole)).toEqual([false, true, true, true]);
    for (const { answer } of asked) answer('taken');
    await Promise.all([third, fourth]);
  });

  it('gives the few documents of small steps one piece of memory, which is written to once', async () => {
    const pieces = new Set<ArrayBufferLike>();
    const sources: Buffer[] = [];
    const create: CreatePort = async (documents) => {
      for (const { source } of documents) pieces.add(source.buffer);
      sources.push(...documents.map(({ source }) => source));
      return documents.map(() => created);
    };
    for (let n = 0; n < 20; n++) await run([recordAt(n)], { create });
    expect(pieces.size).toBeLessThan(3);
    expect(sources.map((source) => JSON.parse(String(source)).id)).toEqual(sources.map((_, n) => idOf(n)));
  });
});
