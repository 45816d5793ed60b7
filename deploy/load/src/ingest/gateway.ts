/** The gateway as a process of its own, for one variant, and the load on it. */
import type { KafkaConnection } from '@auditbox/event-log';
import { type ServiceProcess, startService } from '../service-process.ts';
import { checkAccounted, markLog } from './accounted.ts';
import { type LoadFigures, type LoadTask, microsAnEvent, ratesOf, runLoad } from './load.ts';

export type GatewayBench = {
  readonly kafka: KafkaConnection;
  readonly kafkaPid: number;
  readonly env: Readonly<Record<string, string>>;
  readonly profileFolder: string | undefined;
  readonly stop: AbortSignal;
};

export type GatewayFigures = LoadFigures & {
  /** Microseconds of CPU an event. */
  readonly cpuMicros: number;
  readonly kafkaMicros: number;
};

/** Starts a gateway, and gives what measures it under a load; every acknowledged event is then found in the log. */
export async function withGateway<Result>(
  bench: GatewayBench,
  work: (measure: (task: Omit<LoadTask, 'url'>) => Promise<GatewayFigures>) => Promise<Result>,
): Promise<Result> {
  const { env, profileFolder, kafka, kafkaPid, stop } = bench;
  await using gateway = startService('gateway', env, { profileFolder });
  const url = (await gateway.ready).href;
  return await work(async (task) => {
    const before = await markLog(kafka);
    const load = await orEnd(gateway, runLoad({ ...task, url }, [gateway.pid, kafkaPid], stop));
    await checkAccounted(kafka, before, load.ids);
    return {
      ...ratesOf(load, task.seconds),
      cpuMicros: microsAnEvent(load, 0),
      kafkaMicros: microsAnEvent(load, 1),
    };
  });
}

function orEnd<Value>({ ended }: ServiceProcess, awaited: Promise<Value>): Promise<Value> {
  return Promise.race([awaited, ended]);
}
