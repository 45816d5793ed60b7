/**
 * Fills the topic as gateways do: through the log writer, some requests at a time, four of five events in Bundles
 * of 100 and the others alone. Beside it, the bodies of the same events for the bare loop (`bodies.ts`).
 */
import {
  EVENTS_TOPIC,
  ensureTopic,
  type KafkaConnection,
  type LogWriter,
  openLogWriter,
} from '@auditbox/event-log';
import type { EventRecord } from '@auditbox/gateway/accept-events';
import { say } from '../say.ts';
import type { DataSet } from '../search/facts.ts';
import { recordOf } from './records.ts';

const BUNDLE_EVENTS = 100;
/** Between two Bundles: a fifth of all events comes alone. */
const SINGLES = 25;
/** What is on its way at a time: these share a send (group commit). */
const REQUESTS_CONCURRENTLY = 16;
const PROGRESS_EVERY = 50_000;

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Calls `onRecord` with each record, in the order of `n`. */
export async function prefill(
  data: DataSet,
  kafka: KafkaConnection,
  onRecord: (record: EventRecord, n: number) => void,
  stop: AbortSignal,
): Promise<void> {
  await ensureTopic(kafka, EVENTS_TOPIC, { allowWeak: true });
  await using log = await openLogWriter(kafka, { topic: EVENTS_TOPIC.name, logger: SILENT });
  const onTheWay = new Set<Promise<void>>();
  let request: EventRecord[] = [];
  let requests = 0;
  for (let n = 0; n < data.count; n++) {
    stop.throwIfAborted();
    const record = recordOf(data, n);
    onRecord(record, n);
    request.push(record);
    const events = requests % (SINGLES + 1) === 0 ? BUNDLE_EVENTS : 1;
    if (request.length < events && n + 1 < data.count) continue;
    requests++;
    const sent: Promise<void> = send(log, request).finally(() => onTheWay.delete(sent));
    onTheWay.add(sent);
    request = [];
    if (onTheWay.size >= REQUESTS_CONCURRENTLY) await Promise.race(onTheWay);
    if ((n + 1) % PROGRESS_EVERY === 0) say(`${(n + 1).toLocaleString('en')} events in the log`);
  }
  await Promise.all(onTheWay);
}

async function send(log: LogWriter, request: readonly EventRecord[]): Promise<void> {
  const { kind } = await log.append(request);
  if (kind !== 'appended') throw new Error(`bench: the log answered ${kind}`);
}
