/** No 201 is unaccounted for: what the log has got since, beside what was acknowledged. */
import { EVENTS_TOPIC, type KafkaConnection, logEnds, type Offsets, readLog } from '@auditbox/event-log';

/** Where the log of events ends now. */
export function markLog(kafka: KafkaConnection): Promise<Offsets> {
  return logEnds(kafka, EVENTS_TOPIC.name);
}

/** Throws unless the log has got exactly these ids since, each once. */
export async function checkAccounted(
  kafka: KafkaConnection,
  since: Offsets,
  acknowledged: readonly string[],
): Promise<void> {
  const ends = await markLog(kafka);
  const ranges = [...ends].map(([partition, end]) => ({ partition, start: since.get(partition) ?? 0n, end }));
  const missing = new Set(acknowledged);
  if (missing.size < acknowledged.length) throw new Error('bench: an id was given twice');
  let surplus = 0;
  for await (const { records } of readLog(kafka, { topic: EVENTS_TOPIC.name, ranges })) {
    for (const { key } of records) if (key === null || !missing.delete(key)) surplus++;
  }
  if (missing.size > 0 || surplus > 0)
    throw new Error(
      `bench: of what was acknowledged the log lacks ${missing.size}, and has ${surplus} besides`,
    );
}
