/**
 * What the writer gives up on while Kafka is away, it lets go of. It once kept every request that ended at its deadline
 * until Kafka was back: they counted as held no more, so more were let in, and an outage of an hour took gigabytes.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { LogWriter } from '../src/index.ts';
import { connection, newTopic, records, writerOf } from './broker.ts';
import { faultProxy } from './fault-proxy.ts';
import { until } from './until.ts';

const ROUNDS = 5;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Appends and gives the record's value, weakly, once the writer has given up on it. */
async function giveUpOn(writer: LogWriter): Promise<WeakRef<Buffer>> {
  const [record] = records(1);
  const value = new WeakRef(record!.value as Buffer);
  await expect(writer.append([record!])).rejects.toMatchObject({ code: 'not-known-stored' });
  return value;
}

it('holds nothing of what ended at its deadline while Kafka is still away', async () => {
  const proxy = await faultProxy(connection);
  const limits = { requestTimeoutMs: 300, deadlineMs: 500 };
  const writer = await writerOf(await newTopic(), { limits }, proxy.connection);
  proxy.setAway(true);
  const values: WeakRef<Buffer>[] = [];
  for (let round = 0; round < ROUNDS; round++) values.push(await giveUpOn(writer));
  await until('all of it is collected', () => {
    collectGarbage();
    return values.every((value) => value.deref() === undefined);
  });
  expect(writer.health()).toEqual({ ready: false, reason: 'connecting' });
});
