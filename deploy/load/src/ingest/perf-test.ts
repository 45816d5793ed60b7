/** Kafka's own load tool (kafka-producer-perf-test.sh): the same records, acknowledged by all in-sync replicas. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openKafkaTools, type Toolbox } from '@auditbox/local';
import { generatedRecord } from '../generated.ts';

const run = promisify(execFile);

/** Records that are sent in turn. */
const DISTINCT = 20_000;
const WARM_UP_RECORDS = 200_000;
/** The last line that has one is of all that was sent after the warm-up. */
const RATE = /, ([\d.]+) records\/sec/g;

export type PerfTest = (records: number, stop: AbortSignal) => Promise<number>;

/** Writes the records once; then each call sends so many and resolves with how many a second Kafka took. */
export async function preparePerfTest(
  { toolbox, folder, brokers, topic, seed }: PerfTestOptions,
  stop: AbortSignal,
): Promise<PerfTest> {
  const jar = await openKafkaTools(toolbox, stop);
  const payload = join(folder, 'payload');
  const nowMs = Date.now();
  const lines = Array.from({ length: DISTINCT }, (_, n) => generatedRecord(seed, n, nowMs).value.toString());
  await writeFile(payload, lines.join('\n'));
  // A JVM is slow to begin with.
  return async (records, signal) => {
    const args = [
      ...['-Xmx512m', '-cp', `${toolbox.dist.kafka}/*:${jar}`, 'org.apache.kafka.tools.ProducerPerformance'],
      ...['--topic', topic, '--num-records', String(records + WARM_UP_RECORDS), '--throughput', '-1'],
      ...['--warmup-records', String(WARM_UP_RECORDS)],
      ...['--payload-file', payload, '--producer-props', `bootstrap.servers=${brokers}`],
      ...['acks=all', 'enable.idempotence=true', 'compression.type=zstd', 'compression.zstd.level=1'],
    ];
    const { stdout } = await run(join(toolbox.javaHome, 'bin', 'java'), args, { signal, cwd: folder });
    const rate = [...stdout.matchAll(RATE)].at(-1)?.[1];
    if (rate === undefined) throw new Error('bench: the perf test said no rate');
    return Number(rate);
  };
}

type PerfTestOptions = {
  readonly toolbox: Toolbox;
  readonly folder: string;
  readonly brokers: string;
  readonly topic: string;
  readonly seed: number;
};
