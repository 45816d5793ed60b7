/** The clock of one gateway is an hour ahead, or an hour behind, from its start on; the others' are right. */
import { topicRecords } from '@auditbox/e2e';
import type { Fault } from '../fault.ts';
import { waitUntil } from '../wait-until.ts';

const HOUR_MS = 3_600_000;
/** An hour, but for what was on its way. */
const WRONG_MS_MIN = HOUR_MS - 600_000;
/** In a mix Kafka may be away. */
const SEEN_MS_MAX = 60_000;
const SHIFT = new URL('../shift-clock.ts', import.meta.url).href;

export const WRONG_CLOCK_FAULTS = {
  'gateway-wrong-clock': {
    touches: ['gateway'],
    prepare: ({ set }, { which }) => {
      const shiftMs = which % 2 === 0 ? HOUR_MS : -HOUR_MS;
      set('gateway-2', { NODE_OPTIONS: `--import=${SHIFT}`, SHIFT_CLOCK_MS: String(shiftMs) });
    },
    run: async ({ environment }, { which }) => {
      const sign = which % 2 === 0 ? 1 : -1;
      await waitUntil(
        'an event was received an hour too early or too late',
        async () =>
          (await topicRecords(environment, environment.AUDITBOX_EVENTS_TOPIC!)).some(
            ({ headers, timestampMs }) =>
              sign * (Date.parse(headers.received ?? '') - timestampMs) > WRONG_MS_MIN,
          ),
        SEEN_MS_MAX,
      );
    },
  },
} as const satisfies Record<string, Fault>;
