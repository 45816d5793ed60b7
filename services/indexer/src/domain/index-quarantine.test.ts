import { createHash } from 'node:crypto';
import { encodeQuarantine, encodeRelease, type QuarantinedItem } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { indexerReports } from '../events.ts';
import { indexQuarantine, REJECTIONS_MAX, type UpsertPort } from './index-quarantine.ts';
import { quarantineWrite } from './quarantine-document.ts';
import type { LoggedRecord } from './quarantine-record.ts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const CONTENT = Buffer.from([0xff, 0x00, 0x7b]);
const idOf = (n: number) => `019bc78e-2f20-8000-8000-${String(n).padStart(12, '0')}`;

const itemAt = (n: number): QuarantinedItem => ({
  ...{ id: idOf(n), eventId: idOf(n), origin: 'gateway', reason: 'invalid-event', sender: 'a' },
  ...{ received: '2026-02-01T00:00:00.123Z', sha256: sha256(CONTENT) },
  issues: [{ severity: 'error', code: 'required' }],
});

function recordAt(
  offset: number,
  headers: Record<string, string> = encodeQuarantine(itemAt(offset)),
): LoggedRecord {
  return {
    topic: 'q',
    partition: 0,
    offset: BigInt(offset),
    key: 'k',
    value: CONTENT,
    headers,
    timestampMs: 5,
  };
}

const releaseAt = (n: number) =>
  encodeRelease({
    ...{
      id: idOf(n),
      eventId: idOf(n),
      releasedAt: '2026-02-02T00:00:00Z',
      releasedBy: 'o',
      corrected: true,
    },
  });

describe('what a record writes', () => {
  it('is an item with its content', () => {
    expect(quarantineWrite(recordAt(1), sha256)).toEqual({
      kind: 'item',
      content: CONTENT,
      fields: {
        ...{ id: idOf(1), event_id: idOf(1), origin: 'gateway', reason: 'invalid-event', sender: 'a' },
        ...{ received: Date.parse('2026-02-01T00:00:00.123Z'), bytes: 3, sha256: sha256(CONTENT) },
        issues: '[{"severity":"error","code":"required"}]',
      },
    });
  });

  it('is an item without content where that was larger than the topic takes', () => {
    const log = { topic: 't', partition: 1, offset: '2', key: 'k' };
    const about = { place: 'p', mediaType: 'm', contentEncoding: 'c', requestId: 'r', senderId: 's', log };
    const headers = encodeQuarantine({ ...itemAt(1), ...about, omittedBytes: 17_000_000 });
    const write = quarantineWrite({ ...recordAt(1, headers), value: Buffer.alloc(0) }, sha256);
    expect(write).not.toHaveProperty('content');
    expect(write.fields).toMatchObject({
      ...{ bytes: 17_000_000, content_omitted: 'too-large-for-topic', log },
      ...{ place: 'p', media_type: 'm', content_encoding: 'c', request_id: 'r', sender_id: 's' },
    });
  });

  it('is a release, which shares no field with the item but its id', () => {
    const { kind, fields } = quarantineWrite(recordAt(1, releaseAt(1)), sha256);
    expect([kind, fields]).toEqual([
      'release',
      {
        ...{ id: idOf(1), released_event_id: idOf(1), released_at: Date.parse('2026-02-02T00:00:00Z') },
        ...{ released_by: 'o', corrected: true },
      },
    ]);
    const shared = Object.keys(quarantineWrite(recordAt(1), sha256).fields).filter((name) => name in fields);
    expect(shared).toEqual(['id']);
  });

  it.each([{}, { 'quarantine-reason': 'x' }, { 'quarantine-released-at': 'now' }])(
    'is an unreadable item, the same each time, where it is neither (%j)',
    (headers: Record<string, string>) => {
      const write = quarantineWrite(recordAt(1, headers), sha256);
      expect(write).toEqual(quarantineWrite(recordAt(1, headers), sha256));
      expect(write).toMatchObject({
        ...{ kind: 'unreadable', content: CONTENT },
        fields: { reason: 'unreadable', received: 5, log: { topic: 'q', partition: 0, offset: '1' } },
      });
    },
  );
});

/** Runs one batch against a scripted port; everything that happened, in its order. */
async function run(
  records: readonly LoggedRecord[],
  upsert: UpsertPort,
  signal = new AbortController().signal,
) {
  const log: string[] = [];
  const write = (level: string) => (fields: object, message: string) =>
    log.push(`${level} ${message}${'reason' in fields ? `: ${fields.reason}` : ''}`);
  const logger = {
    ...{ debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
  } as unknown as Parameters<typeof indexerReports>[0];
  await indexQuarantine({
    limits: { countMax: 100, bytesMax: 1_000_000 },
    upsert: async (writes, stop) => {
      const said = writes.map(({ fields, content }) => `${Number(fields.id.slice(-4))}${content ? '' : '-'}`);
      log.push(`upsert ${said}`);
      return upsert(writes, stop);
    },
    sha256,
    random: () => 0,
    delay: async (_ms, stop) => stop.throwIfAborted(),
    reports: indexerReports(logger),
  })({ partition: 0, records, confirm: (offset) => log.push(`confirm ${offset}`), signal });
  return log;
}

const taken = { status: 200 };
const refused = { status: 400, errorType: 'document_parsing_exception' };

describe('indexQuarantine', () => {
  it('confirms a record once it is written, and tries again only what failed', async () => {
    const answers = [[{ status: 201 }, { status: 429 }], [{ status: 409 }], [taken]];
    const log = await run([recordAt(1), recordAt(2)], async () => answers.shift() ?? []);
    expect(log.filter((line) => !line.startsWith('warn'))).toEqual([
      ...['upsert 1,2', 'confirm 1', 'upsert 2', 'upsert 2', 'confirm 2'],
    ]);
  });

  it('tries all again when the answer was lost', async () => {
    const lost = () => Promise.reject(Object.assign(new Error(), { code: 'elasticsearch-unreachable' }));
    const answers = [lost, async () => [taken]];
    const log = await run([recordAt(1)], () => answers.shift()?.() ?? lost());
    expect(log).toEqual([
      ...['upsert 1', 'warn not indexed yet, trying again: elasticsearch-unreachable'],
      ...['upsert 1', 'confirm 1'],
    ]);
  });

  it('lists what is refused for its content without it', async () => {
    const log = await run([recordAt(1), recordAt(2)], async (writes) =>
      writes.map(({ fields, content }) => (fields.id === idOf(1) && content !== undefined ? refused : taken)),
    );
    expect(log).toEqual([
      ...[
        'upsert 1,2',
        'confirm 2',
        'warn not indexed yet, trying again: status 400',
        'upsert 1-',
        'confirm 1',
      ],
      'warn quarantined, and listed without its content',
    ]);
  });

  it('lists what alone is too large for a request without its content', async () => {
    const log = await run([recordAt(1), recordAt(2)], async (writes) => {
      return writes.map(({ fields, content }) =>
        fields.id === idOf(2) && content !== undefined ? { status: 413 } : taken,
      );
    });
    expect(log.filter((line) => /^(upsert|confirm)/.test(line))).toEqual([
      ...['upsert 1,2', 'confirm 1', 'upsert 2-', 'confirm 2'],
    ]);
  });

  it('lists content that is rejected for ever, being large, without it, and waits with what is not', async () => {
    const large = { ...recordAt(1), value: Buffer.alloc(1024 * 1024 + 1) };
    const small = { ...recordAt(2), value: Buffer.alloc(1024 * 1024) };
    const tries = { large: 0, small: 0 };
    const log = await run([large, small], async (writes) =>
      writes.map(({ fields, content }) => {
        const which = fields.id === idOf(1) ? 'large' : 'small';
        const isRejected = content !== undefined && tries[which]++ < REJECTIONS_MAX + 2;
        return isRejected ? { status: 429 } : taken;
      }),
    );
    expect(tries).toEqual({ large: REJECTIONS_MAX, small: REJECTIONS_MAX + 3 });
    expect(log.filter((line) => line.startsWith('confirm'))).toEqual(['confirm 1', 'confirm 2']);
    expect(log.filter((line) => line.includes('without its content'))).toHaveLength(1);
  });

  it('waits for a person where the index takes nothing', async () => {
    const answers = [
      [refused],
      [refused],
      [{ status: 400, errorType: 'strict_dynamic_mapping_exception' }],
      [taken],
    ];
    const log = await run([recordAt(1)], async () => answers.shift() ?? []);
    expect(log.filter((line) => line.startsWith('error'))).toHaveLength(2);
    expect(log.filter((line) => line.startsWith('confirm'))).toEqual(['confirm 1']);
  });

  it('says what is unreadable, and lists it', async () => {
    const log = await run([recordAt(1, {})], async () => [taken]);
    expect(log).toEqual([
      'warn a record of quarantine can not be read',
      expect.stringMatching(/^upsert/),
      'confirm 1',
    ]);
  });

  it('stops without confirming when the partition is taken away', async () => {
    const stop = new AbortController();
    const log = await run(
      [recordAt(1)],
      async () => {
        stop.abort();
        return [{ status: 429 }];
      },
      stop.signal,
    );
    expect(log.filter((line) => line.startsWith('confirm'))).toEqual([]);
  });
});
