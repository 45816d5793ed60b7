/**
 * What the patch changes in kafkajs's runner. Both need several brokers and a batch that waits in its queue while another
 * broker's fetch joins, so the runner is given exactly that.
 */
import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';

const require = createRequire(import.meta.url);
const Runner = require('kafkajs/src/consumer/runner.js');
const OffsetManager = require('kafkajs/src/consumer/offsetManager/index.js');
const Batch = require('kafkajs/src/consumer/batch.js');

const TOPIC = 'a-topic';
const log = { info() {}, warn() {}, error() {}, debug() {}, namespace: () => log };

function runnerOf(consumerGroup: object) {
  const failures: unknown[] = [];
  const runner = new Runner({
    logger: log,
    instrumentationEmitter: { emit() {} },
    consumerGroup: {
      heartbeat: async () => {},
      connect: async () => {},
      leave: async () => {},
      ...consumerGroup,
    },
    autoCommit: false,
    onCrash: (error: unknown) => failures.push(error),
  });
  return { runner, failures };
}

const controlRecords = (offset: string) =>
  new Batch(TOPIC, offset, {
    partition: 0,
    highWatermark: '99',
    messages: [{ offset, isControlRecord: true }],
    abortedTransactions: [],
  });

it.each([
  ['moves past control records where it stands before them', '10', 11],
  ['stays where an assignment began when control records come that an earlier one fetched', '7', 7],
])('%s', async (_name, committed, next) => {
  const offsets = { [TOPIC]: { 0: committed } };
  const offsetManager = new OffsetManager({
    cluster: { committedOffsets: () => offsets },
    memberAssignment: { [TOPIC]: [0] },
    groupId: 'a-group',
  });
  offsets[TOPIC] = { 0: committed };
  const { runner } = runnerOf({
    offsetManager,
    resolveOffset: (resolved: object) => offsetManager.resolveOffset(resolved),
  });
  runner.running = true;
  await runner.handleBatch(controlRecords('10'));
  expect(offsetManager.nextOffset(TOPIC, 0).toNumber()).toBe(next);
});

it('joins once where one broker’s fetch joins and the other’s hears of that', async () => {
  const otherHeard = Promise.withResolvers<void>();
  const readOn = Promise.withResolvers<void>();
  let joins = 0;
  const consumerGroup = {
    generationId: 0,
    getNodeIds: () => [1, 2],
    async joinAndSync() {
      joins += 1;
      this.generationId += 1;
    },
    async fetch(this: { joinAndSync(): Promise<void> }, nodeId: number) {
      if (joins > 1) {
        readOn.resolve();
        await nextTurn();
        return [];
      }
      if (nodeId === 2) {
        otherHeard.resolve();
        throw Object.assign(new Error('the group rebalances'), { type: 'REBALANCE_IN_PROGRESS' });
      }
      await otherHeard.promise;
      await this.joinAndSync();
      return [];
    },
  };
  const { runner, failures } = runnerOf(consumerGroup);
  await runner.start();
  await readOn.promise;
  await runner.stop();
  expect({ joins, failures }).toEqual({ joins: 2, failures: [] });
});
