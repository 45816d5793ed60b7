/** The clock of one gateway is an hour ahead, or an hour behind, from its start on; the others' are right. */
import type { Fault } from '../fault.ts';

const HOUR_MS = 3_600_000;
const SHIFT = new URL('../shift-clock.ts', import.meta.url).href;

export const WRONG_CLOCK_FAULTS = {
  'gateway-wrong-clock': {
    touches: ['gateway'],
    prepare: ({ set }, { which }) => {
      const shiftMs = which % 2 === 0 ? HOUR_MS : -HOUR_MS;
      set('gateway-2', { NODE_OPTIONS: `--import=${SHIFT}`, SHIFT_CLOCK_MS: String(shiftMs) });
    },
    run: async () => {},
  },
} as const satisfies Record<string, Fault>;
