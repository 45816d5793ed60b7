/** All faults by their names. */
import type { Fault } from './fault.ts';
import { ELASTIC_ANSWER_FAULTS } from './faults/elastic-answers.ts';
import { ELASTIC_BLOCK_FAULTS } from './faults/elastic-blocks.ts';
import { KAFKA_TOPIC_FAULTS } from './faults/kafka-topic.ts';
import { POISON_FAULTS } from './faults/poison.ts';
import { SCALING_FAULTS } from './faults/scaling.ts';
import { SIGNAL_FAULTS } from './faults/signals.ts';
import { SLOW_NETWORK_FAULTS } from './faults/slow-network.ts';
import { UPGRADE_FAULTS } from './faults/upgrade.ts';
import { WRONG_CLOCK_FAULTS } from './faults/wrong-clock.ts';

const ALL = {
  ...SIGNAL_FAULTS,
  ...SCALING_FAULTS,
  ...ELASTIC_ANSWER_FAULTS,
  ...ELASTIC_BLOCK_FAULTS,
  ...KAFKA_TOPIC_FAULTS,
  ...SLOW_NETWORK_FAULTS,
  ...WRONG_CLOCK_FAULTS,
  ...POISON_FAULTS,
  ...UPGRADE_FAULTS,
} as const;

export type FaultName = keyof typeof ALL;

export const CATALOGUE: Readonly<Record<FaultName, Fault>> = ALL;

export const FAULT_NAMES = Object.keys(ALL) as readonly FaultName[];
