/** Records that no gateway would write, straight to the topic. These, and no others, belong in quarantine. */
import { createHash } from 'node:crypto';
import { generatedEvent, uuidV7 } from '@auditbox/e2e';
import type { Fault } from '../fault.ts';
import { waitUntil } from '../wait-until.ts';

const LARGE_BYTES = 5 * 1024 * 1024;
const PARTITIONS = 12;
const WRITE_MS_MAX = 60_000;

const sha256Of = (value: string): string => createHash('sha256').update(value).digest('hex');

const headersOf = (value: string) => ({
  sender: 'poison',
  received: '2026-01-01T00:00:00.000Z',
  sha256: sha256Of(value),
  'content-digest': sha256Of(`canonical ${value}`),
});

const KEY = 'poison-';

/** Whether a record belongs in quarantine. */
export const isPoison = (key: string | null): boolean => key?.startsWith(KEY) === true;

function poison() {
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
    { key: `${KEY}wrong-digest`, value: event, headers: headersOf(`${event} `) },
  ];
}

export const POISON_FAULTS = {
  poison: {
    touches: [],
    run: async (stage, { which }) => {
      const topic = stage.environment.AUDITBOX_EVENTS_TOPIC!;
      for (const [n, message] of poison().entries()) {
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
