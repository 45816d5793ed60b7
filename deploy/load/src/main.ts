/**
 * `npm run bench`: the first numbers of a running Auditbox, beside a limit measured in the same run.
 *
 * Posts single events and Bundles of 100, counts what is acknowledged, measures how long an acknowledged event
 * stays unfound, and at the end finds every event it posted: a rate of events that got lost is no rate. Prints a
 * table and one JSON line. Load goes to a loopback address only.
 */
import { closedLoop, type Door, type Rate } from './closed-loop.ts';
import { type Connections, connect } from './connections.ts';
import {
  applicationEventOf,
  applicationEventsOf,
  eventOf,
  eventsOf,
  isFound,
  waitForTotal,
} from './events.ts';
import { startLimit } from './limit.ts';
import { machine } from './machine.ts';
import { measureDelay } from './measure-delay.ts';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 10);
const WARM_UP_SECONDS = 3;
const SINGLES_CONCURRENTLY = 64;
const BUNDLES_CONCURRENTLY = 8;
const BUNDLE_EVENTS = 100;
const DELAYS = 50;

const base = new URL(process.argv[2] ?? 'http://127.0.0.1:3002');
if (!['localhost', '127.0.0.1', '[::1]'].includes(base.hostname)) {
  process.stderr.write('bench: the base URL must be on this machine.\n');
  process.exit(78);
}

const run = `bench-${Date.now().toString(36)}`;
const FHIR_JSON = 'application/fhir+json';
const ROOT: Door = { path: '/', contentType: FHIR_JSON, taken: 201 };
const SINGLE: Door = { path: '/AuditEvent', contentType: FHIR_JSON, taken: 201 };
const APPLICATION: Door = { path: '/api/events', contentType: 'application/json', taken: 200 };

const application = (): string => JSON.stringify(applicationEventOf(run));
const single = (): string => JSON.stringify(eventOf(run));
const bundle = (): string =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: Array.from({ length: BUNDLE_EVENTS }, () => ({ resource: eventOf(run) })),
  });

const rows: Record<string, number | string>[] = [];
let acknowledged = 0;

async function measure(
  name: string,
  connections: Connections,
  door: Door,
  body: () => string,
  events: number,
) {
  const limits = { seconds: SECONDS, warmUpSeconds: WARM_UP_SECONDS };
  const rate = await closedLoop(connections, door, body, limits);
  rows.push({
    name,
    'events/s': Math.round(rate.perSecond * events),
    'p50 ms': rate.p50Ms,
    'p99 ms': rate.p99Ms,
  });
  return { ...rate, eventsPerSecond: rate.perSecond * events };
}

{
  await using limit = await startLimit();
  await using limitSingles = connect(limit.url, SINGLES_CONCURRENTLY);
  await using limitBundles = connect(limit.url, BUNDLES_CONCURRENTLY);
  await using singles = connect(base, SINGLES_CONCURRENTLY);
  await using bundles = connect(base, BUNDLES_CONCURRENTLY);

  const bareSingles = await measure('bare HTTP server, single', limitSingles, ROOT, single, 1);
  const gatewaySingles = await measure('gateway, single', singles, SINGLE, single, 1);
  const applicationSingles = await measure(
    'gateway, single, of an application',
    singles,
    APPLICATION,
    application,
    1,
  );
  const bareBundles = await measure(
    'bare HTTP server, Bundles of 100',
    limitBundles,
    ROOT,
    bundle,
    BUNDLE_EVENTS,
  );
  const gatewayBundles = await measure('gateway, Bundles of 100', bundles, ROOT, bundle, BUNDLE_EVENTS);
  acknowledged = gatewaySingles.answered + gatewayBundles.answered * BUNDLE_EVENTS;

  const drainSeconds = Math.max(
    await waitForTotal(base, eventsOf(run), acknowledged),
    await waitForTotal(base, applicationEventsOf(run), applicationSingles.answered),
  );
  const delay = await measureDelay(
    singles,
    () => JSON.stringify(eventOf(`${run}-delay`)),
    (id) => isFound(base, id),
    DELAYS,
  );
  const ratio = (a: Rate, b: Rate): number => Math.round((a.perSecond / b.perSecond) * 100) / 100;

  process.stdout.write(
    `\n${acknowledged + applicationSingles.answered} events acknowledged; every one found, the last ${drainSeconds} s after the load ended\n`,
  );
  process.stdout.write(
    `gateway to bare HTTP server: single ${ratio(gatewaySingles, bareSingles)}, Bundles ${ratio(gatewayBundles, bareBundles)}; single of an application to FHIR's ${ratio(applicationSingles, gatewaySingles)}\n`,
  );
  process.stdout.write(
    `acknowledged to found by a search: p50 ${delay.p50Ms} ms, p99 ${delay.p99Ms} ms (${DELAYS} events)\n\n`,
  );
  for (const row of rows) process.stdout.write(`${Object.values(row).join('\t')}\n`);
  process.stdout.write(
    `\n${JSON.stringify({ at: new Date().toISOString(), machine: machine(), rows, drainSeconds, delay })}\n`,
  );
}
