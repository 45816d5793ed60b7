/**
 * One round: a fresh Auditbox under load, what is planned done to it, the load ended, all of it judged; and how long it
 * took from the end of the last fault until everything acknowledged by then was found, and until a new event was
 * acknowledged and found.
 */
import { mkdirSync } from 'node:fs';
import { generatedEvent, post, type Resource, uuidV7 } from '@auditbox/e2e';
import type { Backends } from './backends.ts';
import { CATALOGUE, type FaultName } from './catalogue.ts';
import { processProblems } from './exits.ts';
import type { Planned } from './fault.ts';
import { findThese, judge } from './judge.ts';
import { type Load, startLoad } from './load.ts';
import { isReady, type Stage, startStage } from './stage.ts';
import { pause, waitingWithin, waitUntil } from './wait-until.ts';

/** Events that are acknowledged before anything is done. */
const LOAD_ON_EVENTS = 50;
const LOAD_ON_MS_MAX = 30_000;
/** The load goes on for so long after the last fault. */
const AFTER_MS = 1_000;
/** A system that is not well by then did not come back by itself. Far more than it takes: the machine may be busy. */
const RECOVERY_MS_MAX = 120_000;
/** Settling after the load, for the judge. */
const SETTLE_MS_MAX = 120_000;
/** Of a round, once its services run. */
const ROUND_MS_MAX = 60_000;

export type RoundResult = {
  readonly acknowledged: number;
  readonly unacknowledged: number;
  readonly stored: number;
  /** Acknowledged and not found; undefined where nobody could look. */
  readonly lost: number | undefined;
  /** None: the verdict is good. */
  readonly problems: readonly string[];
  /** Milliseconds; undefined where it never happened. */
  readonly allFoundMs: number | undefined;
  readonly newEventMs: number | undefined;
  readonly statuses: Readonly<Record<string, number>>;
  /** Milliseconds by what was done. */
  readonly took: Readonly<Record<string, number>>;
};

export type RoundOptions = {
  /** Milliseconds from when the services run: what is not over by then is killed, and has failed. */
  readonly roundMsMax?: number;
  /** Ends the round at once, with all its processes. */
  readonly stop?: AbortSignal;
};

export async function runRound(
  backends: Backends,
  plan: readonly Planned[],
  logsFolder: string,
  { roundMsMax = ROUND_MS_MAX, stop = new AbortController().signal }: RoundOptions = {},
): Promise<RoundResult> {
  mkdirSync(logsFolder, { recursive: true });
  const took = stopwatch();
  const late = new AbortController();
  const over = AbortSignal.any([late.signal, stop]);
  return await waitingWithin(over, async () => {
    await backends.restore();
    await using stage = await startStage(backends, plan, (name) => CATALOGUE[name as FaultName], logsFolder);
    took.lap('start');
    const lateness = setTimeout(
      () => late.abort(new Error(`the round is not over after ${roundMsMax / 1000} s`)),
      roundMsMax,
    );
    try {
      return await doRound(stage, plan, over, took);
    } finally {
      clearTimeout(lateness);
    }
  });
}

async function doRound(
  stage: Stage,
  plan: readonly Planned[],
  over: AbortSignal,
  took: ReturnType<typeof stopwatch>,
): Promise<RoundResult> {
  const load = startLoad(stage.gateways.map(({ url }) => url));
  // Whoever waits for an answer gets none any more.
  over.addEventListener('abort', () => {
    void load.end(0);
    for (const replica of stage.replicas) void replica.dispose();
  });
  const problems: string[] = [];
  const trying = async <Result>(doing: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await doing();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  await trying(() =>
    waitUntil('the load is on', () => load.acknowledged.size >= LOAD_ON_EVENTS, LOAD_ON_MS_MAX),
  );
  await Promise.all(
    plan.map((planned) =>
      trying(async () => {
        await pause(planned.atMs);
        await CATALOGUE[planned.name as FaultName].run(stage, planned);
      }),
    ),
  );
  took.lap('faults');
  const [allFoundMs, newEventMs] = await Promise.all([
    trying(() => untilAllFound(stage, load)),
    trying(() => untilNewEvent(stage, load)),
    pause(AFTER_MS).then(() => load.end(RECOVERY_MS_MAX)),
  ]);
  took.lap('recovery');
  await trying(() =>
    waitUntil(
      'every service is ready',
      async () =>
        (await Promise.all(stage.replicas.filter(({ isWanted }) => isWanted).map(isReady))).every(Boolean),
      RECOVERY_MS_MAX,
    ),
  );
  took.lap('ready');
  const judgement = await trying(() => judge(stage, load, SETTLE_MS_MAX));
  took.lap('judge');
  const faults = plan.map(({ name }) => CATALOGUE[name as FaultName]);
  if (over.aborted) problems.push((over.reason as Error).message);
  // Whoever was killed for the round's end says nothing.
  const seen = over.aborted ? [] : [...load.problems(), ...processProblems(stage.replicas, faults)];
  return {
    acknowledged: load.acknowledged.size,
    unacknowledged: load.unacknowledged(),
    stored: judgement?.stored ?? 0,
    lost: judgement?.lost,
    problems: [...new Set([...problems, ...seen, ...(judgement?.problems ?? [])])],
    allFoundMs,
    newEventMs,
    statuses: Object.fromEntries(load.statuses),
    took: took.laps,
  };
}

/** All that was acknowledged until now, found at a front door. */
function untilAllFound(stage: Stage, load: Load): Promise<number> {
  const missing = new Set(load.acknowledged.keys()).difference(stage.expected.deleted);
  return waitUntil(
    `${missing.size} acknowledged events are found`,
    atSomeDoor(stage, (url) => findThese(url, missing)),
    RECOVERY_MS_MAX,
  );
}

/** One event more, sent until it is taken, and then looked for. */
async function untilNewEvent(stage: Stage, load: Load): Promise<number> {
  const key = `after-${uuidV7()}`;
  load.alsoSent(key);
  const body = generatedEvent({ sender: 'after', key, id: uuidV7() });
  const stored = new Set<string>();
  const takenMs = await waitUntil(
    'a new event is acknowledged',
    atSomeDoor(stage, async (url) => {
      const response = await post(`${url}/AuditEvent`, body);
      if (response.status === 201) stored.add(((await response.json()) as Resource).id);
      return response.status === 201;
    }),
    RECOVERY_MS_MAX,
  );
  const found = atSomeDoor(stage, (url) => findThese(url, stored));
  return takenMs + (await waitUntil('a new event is found', found, RECOVERY_MS_MAX));
}

/** One gateway after the other, as a load balancer goes on to the next. */
function atSomeDoor(stage: Stage, look: (url: string) => Promise<boolean>): () => Promise<boolean> {
  let turn = 0;
  return () => look(stage.gateways[turn++ % stage.gateways.length]!.url);
}

function stopwatch() {
  const laps: Record<string, number> = {};
  let since = performance.now();
  return {
    laps,
    lap(name: string) {
      const now = performance.now();
      laps[name] = Math.round(now - since);
      since = now;
    },
  };
}
