/** Records that no gateway would write, straight to the topic. These, and no others, belong in quarantine. */
import { createHash } from 'node:crypto';
import { generatedEvent, search, uuidV7 } from '@auditbox/e2e';
import type { ReceivedRecord } from '@auditbox/event-log';
import type { Fault } from '../fault.ts';
import type { Stage } from '../stage.ts';
import { waitUntil } from '../wait-until.ts';

const LARGE_BYTES = 5 * 1024 * 1024;
const PARTITIONS = 12;
const WRITE_MS_MAX = 60_000;
/** In a mix nobody may be there to find events. */
const TAKEN_MS_MAX = 60_000;

const QUARANTINED_SAID = 'quarantined: taken, but can not be indexed';

const KEY = 'poison-';
const SENDER = 'poison';
const RECEIVED = '2026-01-01T00:00:00.000Z';

const sha256Of = (value: string): string => createHash('sha256').update(value).digest('hex');

const headersOf = (value: string) => ({
  sender: SENDER,
  received: RECEIVED,
  sha256: sha256Of(value),
  'content-digest': sha256Of(`canonical ${value}`),
});

/** Whether a record belongs in quarantine. */
export const isPoison = ({ key, headers }: Pick<ReceivedRecord, 'key' | 'headers'>): boolean =>
  key?.startsWith(KEY) === true || headers.sender === SENDER;

/** An id under which an event is stored already. */
async function takenId(stage: Stage): Promise<string> {
  let taken: string | undefined;
  await waitUntil(
    'an event is found',
    async () => {
      const { entry = [] } = await search(stage.query.url, '_count=1&_elements=id&_total=none');
      taken = entry[0]?.resource.id;
      return taken !== undefined;
    },
    TAKEN_MS_MAX,
  );
  return taken!;
}

function poison(taken: string) {
  const others = generatedEvent({ sender: 'poison', key: 'other', id: taken });
  const meta = { ...(others.meta as object), versionId: '1', lastUpdated: RECEIVED };
  const other = JSON.stringify({ ...others, meta });
  const event = JSON.stringify({ ...generatedEvent({ sender: 'poison', key: 'poison', id: uuidV7() }) });
  const notJson = '{"resourceType":';
  const patient = '{"resourceType":"Patient","active":true}';
  const large = `{"resourceType":"Patient","extra":"${'x'.repeat(LARGE_BYTES)}"}`;
  return [
    { key: `${KEY}not-json`, value: notJson, headers: headersOf(notJson) },
    { key: `${KEY}wrong-shape`, value: patient, headers: headersOf(patient) },
    { key: `${KEY}large`, value: large, headers: headersOf(large) },
    { key: `${KEY}no-value`, value: null, headers: headersOf('') },
    { key: `${KEY}no-headers`, value: event },
    { key: taken, value: other, headers: headersOf(other) },
    { key: `${KEY}wrong-digest`, value: event, headers: headersOf(`${event} `) },
  ];
}

export const POISON_FAULTS = {
  poison: {
    touches: [],
    explains: [QUARANTINED_SAID],
    run: async (stage, { which }) => {
      const topic = stage.environment.AUDITBOX_EVENTS_TOPIC!;
      for (const [n, message] of poison(await takenId(stage)).entries()) {
        const partition = (which + n) % PARTITIONS;
        // With Kafka away an answer may be lost: then it is there twice, and belongs into quarantine twice.
        await waitUntil(
          'poison is written',
          async () => {
            await stage.backends.admin.write(topic, partition, message);
            return true;
          },
          WRITE_MS_MAX,
        );
      }
    },
  },
} as const satisfies Record<string, Fault>;
