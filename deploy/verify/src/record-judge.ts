/**
 * The judging of records, in chunks: what this release makes of each is held beside what is stored under its id. A few
 * requests are in flight at a time, and no more than their records are in memory. What another record decides, or a month
 * that is dropped meanwhile, waits for the end.
 */
import type { ReceivedRecord } from '@auditbox/event-log';
import { writtenIndex } from '@auditbox/fhir-core';
import { chunksOf } from '@auditbox/indexer/chunk';
import {
  type EventDocument,
  type ToDocument,
  toDocument,
  toDocumentAgain,
} from '@auditbox/indexer/to-document';
import { type Compared, compareDocument } from './compare-document.ts';
import { fetchBeside } from './fetch-beside.ts';
import { IdTable, LOOKED_AT, MATCHED, RECORDED } from './id-table.ts';
import { type Judged, judgeRecord } from './judge-record.ts';
import type { Horizon } from './log-horizon.ts';
import { LogTail } from './log-tail.ts';
import { MissingByMonth } from './missing-by-month.ts';
import type { Known, VerifyOptions } from './options.ts';
import { otherReceivedMs } from './other-record.ts';
import { PendingRecords } from './pending-records.ts';
import type { DroppedMonths } from './read-months.ts';
import { type LoggedItem, placeText, sha256Of } from './read-quarantine.ts';
import { type Repair, repairOf } from './repair.ts';
import { indicesOf, type StoredDocument } from './stored-documents.ts';
import { type Taken, takenAround } from './taken.ts';
import type { Tally } from './tally.ts';
import type { RecordVerdict } from './verdict.ts';

/** Of one request to Elasticsearch: its answer is some three times the records' bytes. */
const CHUNK = { countMax: 500, bytesMax: 4 * 1024 * 1024 };
const REQUESTS_MAX = 4;

/** What is stored under a record's id, beside what is expected there. */
type Stored = 'equal' | StoredDocument | undefined;

type Made = {
  readonly record: ReceivedRecord;
  readonly made: ToDocument;
  /** Where this release refuses the event: `made` is then of a release before, if that stored it. */
  readonly refused?: ToDocument;
};

/** What is known when all records are read. */
export type AtTheEnd = {
  readonly dropped: DroppedMonths;
  readonly horizon: () => Promise<Horizon>;
};

export class RecordJudge {
  readonly ids = new IdTable();
  repaired = 0;
  #repairsFailed = 0;
  #otherReasons = 0;
  readonly #options: VerifyOptions;
  readonly #known: Known;
  readonly #tally: Tally;
  readonly #pending: PendingRecords;
  readonly #missing = new MissingByMonth();
  readonly tail: LogTail;
  readonly #inWork = new Set<Promise<void>>();
  readonly #repair: Repair | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: VerifyOptions, known: Known, tally: Tally) {
    this.#pending = new PendingRecords(this.ids, tally);
    this.tail = new LogTail(options, known, this.ids);
    this.#options = options;
    this.#known = known;
    this.#tally = tally;
    this.#repair = options.repair && repairOf(options.client, options.repair);
  }

  /** Resolves when there is room for more. */
  async take(records: readonly ReceivedRecord[]): Promise<void> {
    for (const chunk of chunksOf(records, ({ value }) => value?.length ?? 0, CHUNK)) {
      while (this.#inWork.size >= REQUESTS_MAX) await Promise.race(this.#inWork);
      this.#throwFailure();
      const work = this.#judge(chunk).catch((error: unknown) => {
        this.#failure ??= { error };
      });
      const tracked: Promise<void> = work.finally(() => this.#inWork.delete(tracked));
      this.#inWork.add(tracked);
    }
  }

  /** Resolves when all that was taken is looked at. */
  async settle(): Promise<void> {
    await Promise.all(this.#inWork);
    this.#throwFailure();
  }

  /** Decides what waited for other records, and what is missing. */
  async conclude({ dropped, horizon }: AtTheEnd): Promise<void> {
    this.#missing.tell(dropped, this.#tally);
    const { isWhole } = this.#known;
    // Outside the range it may have been received at any time.
    const always = { goneMs: Number.POSITIVE_INFINITY, doubtfulMs: Number.POSITIVE_INFINITY };
    if (!isWhole || !this.#pending.hasOpen) return this.#pending.conclude(always);
    await this.tail.readOn();
    this.#pending.conclude(await horizon());
  }

  notes(): string[] {
    return [
      ...(this.#otherReasons > 0
        ? [`${this.#otherReasons} items of quarantine give another reason than this release would.`]
        : []),
      ...(this.#pending.repeatsOutside > 0
        ? [
            `${this.#pending.repeatsOutside} repeats are copies of records that were not read: outside the range, or no longer in the log.`,
          ]
        : []),
      ...(this.#repairsFailed > 0 ? [`${this.#repairsFailed} missing documents could not be written.`] : []),
    ];
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #judge(records: readonly ReceivedRecord[]): Promise<void> {
    const { client, indexPrefix, signal } = this.#options;
    const made = records.map((record) => this.#make(record));
    const documents = made.flatMap((one) => ('document' in one.made ? [one.made.document] : []));
    const expected = documents.map(({ id, month, source, keptBytes }) => ({
      ...{ id, source, keptBytes },
      index: writtenIndex(month, indexPrefix),
    }));
    const stored = await fetchBeside(client, expected, signal);
    const byDocument = new Map(documents.map((document, i) => [document, stored[i]]));
    const absent: Made[] = [];
    for (const one of made) {
      this.#tally.records += 1;
      const document = 'document' in one.made ? one.made.document : undefined;
      const beside = document && byDocument.get(document);
      const { record, refused } = one;
      const isOfNow = refused !== undefined && beside === undefined;
      this.#judgeOne(isOfNow ? { record, made: refused } : one, beside, absent);
    }
    await this.#judgeAbsent(absent);
  }

  #make(record: ReceivedRecord): Made {
    const made = toDocument(record, sha256Of);
    const isRefused = 'unindexable' in made && made.unindexable === 'not-an-event';
    if (!isRefused || this.#known.quarantine.byPlace.has(keyOf(record))) return { record, made };
    const before = toDocumentAgain(record, sha256Of);
    return 'document' in before ? { record, made: before, refused: made } : { record, made };
  }

  #judgeOne({ record, made }: Made, stored: Stored, absent: Made[]): void {
    const document = 'document' in made ? made.document : undefined;
    const key = keyOf(record);
    const item = this.#known.quarantine.byPlace.get(key);
    if (item !== undefined) this.#known.quarantine.byPlace.delete(key);
    const compared = document && comparedWith(document, stored);
    const judged = judgeRecord({
      made,
      compared,
      item: item && { reason: item.reason, isReleased: this.#known.quarantine.released.has(item.id) },
      taken: document && this.#takenAround(document),
    });
    if (item !== undefined) {
      this.#judgeItem(record, item, judged);
      if ('unindexable' in made && made.unindexable !== item.reason) this.#otherReasons += 1;
    }
    const place = placeText(record.topic, record.partition, record.offset);
    switch (judged.verdict) {
      case 'absent':
        absent.push({ record, made });
        return;
      case 'quarantined':
      case 'dropped-month':
        this.#tally.add({ verdict: judged.verdict, place });
        return;
      case 'unproven':
        this.#tally.add({ verdict: this.#isWaiting(record) ? 'waiting' : 'unproven', place });
        return;
      case 'stored': {
        const before = this.ids.mark(document?.id ?? '', RECORDED | MATCHED | LOOKED_AT);
        this.#tally.add({ verdict: (before & MATCHED) === 0 ? 'stored' : 'repeat', place });
        return;
      }
      default: {
        const { id, month } = document as EventDocument;
        const index = writtenIndex(month, this.#options.indexPrefix);
        const isKnown = (this.ids.mark(id, RECORDED | LOOKED_AT) & MATCHED) !== 0;
        const part = judged.part ?? 'event';
        const isWaiting = this.#isWaiting(record);
        const mayBeOther = !isKnown && typeof stored === 'object';
        this.#pending.wait({
          ...{ kind: judged.verdict, place, id, index, part, isWaiting },
          otherReceivedMs: mayBeOther ? otherReceivedMs(record, judged.verdict, stored.source) : undefined,
        });
      }
    }
  }

  #judgeItem(record: ReceivedRecord, item: LoggedItem, judged: Judged): void {
    const { id, place } = item;
    if (judged.isWronglyQuarantined) this.#tally.add({ verdict: 'wrongly-quarantined', place, id });
    const isSame = item.sha256 === sha256Of(record.value ?? Buffer.alloc(0)) && item.isWhole !== false;
    if (!isSame) this.#tally.add({ verdict: 'changed-in-quarantine', place, id });
  }

  async #judgeAbsent(absent: readonly Made[]): Promise<void> {
    const { client, indexPrefix, signal } = this.#options;
    const ids = absent.flatMap(({ made }) => ('document' in made ? [made.document.id] : []));
    const elsewhere = await indicesOf(client, this.#known.looking, ids, signal);
    const missing: EventDocument[] = [];
    for (const { record, made } of absent) {
      const place = placeText(record.topic, record.partition, record.offset);
      const document = 'document' in made ? made.document : undefined;
      if (document === undefined) {
        this.#tally.add({ verdict: this.#isWaiting(record) ? 'waiting' : 'missing', place });
        continue;
      }
      const { id, month } = document;
      const index = writtenIndex(month, indexPrefix);
      this.ids.mark(id, RECORDED);
      const [misplacedIn] = (elsewhere.get(id) ?? []).filter((found) => found !== index);
      const verdict: RecordVerdict = misplacedIn !== undefined ? 'misplaced' : this.#absentVerdict(record);
      const difference = { verdict, place, id, index: misplacedIn ?? index };
      // What is missing of a month that is dropped was taken after that: it is not written either.
      if (verdict === 'missing' && !this.#known.dropped.has(month)) {
        this.#missing.add(month, difference);
        missing.push(document);
      } else this.#tally.add(difference);
    }
    if (this.#repair === undefined || missing.length === 0) return;
    const written = await this.#repair(missing, signal);
    this.repaired += written;
    this.#repairsFailed += missing.length - written;
  }

  /** Of an event. What a rebuild has not copied yet is in the generation that is read. */
  #absentVerdict(record: ReceivedRecord): RecordVerdict {
    if (this.#isWaiting(record)) return 'waiting';
    return this.#known.looking.isRead ? 'missing' : 'unproven';
  }

  #takenAround({ month, takenMs }: EventDocument): Taken | undefined {
    const droppedAtMs = this.#known.dropped.get(month);
    return droppedAtMs === undefined ? undefined : takenAround(droppedAtMs, takenMs);
  }

  #isWaiting({ partition, offset }: ReceivedRecord): boolean {
    const { committed } = this.#known;
    return committed !== undefined && offset >= (committed.get(partition) ?? 0n);
  }
}

function keyOf({ partition, offset }: ReceivedRecord): string {
  return `${partition}@${offset}`;
}

function comparedWith(document: EventDocument, stored: Stored): Compared | undefined {
  return stored === 'equal' ? { kind: 'equal' } : stored && compareDocument(document, stored.source);
}
