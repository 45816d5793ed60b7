/**
 * What enrichment costs an event: `node services/gateway/bench/enrich.bench.ts FILE.mmdb…` prints one JSON line. Each part
 * alone and all together, of an event like the one before it and of one that is like none; in alternating rounds, and the
 * median round counts.
 */
import { cpus } from 'node:os';
import type { SentEvent } from '@auditbox/fhir-core';
import { createMetrics } from '@auditbox/service-kit';
import { openEnrichment } from '../src/enrich/enrichment.ts';

const ROUNDS = 15;
const WARM_UP = 5;
const CALLS = 20_000;

const geoDatabases = process.argv.slice(2);
const opening = performance.now();
const memory = process.memoryUsage();
const settings = {
  ...{ geoDatabases, organisations: '', organisationClaim: '' },
  ...({ organisationWithoutClaim: 'refuse', unknownOrganisations: 'accept' } as const),
};
const { enrich } = openEnrichment(settings, createMetrics('gateway'));
const openMs = Math.round(performance.now() - opening);
const { rss, heapUsed } = process.memoryUsage();

const EVENT: SentEvent = {
  ...{ org_id: 'clinic-7', action: 'record.view', action_result: 'success', actor_id: 'u-1' },
  ...{ actor_type: 'user', occurred_at: '2026-01-31T09:30:00Z' },
};
const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

/** Of the same numbers in each run. */
let seed = 1;
const draw = (below: number): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % below;
};
const ipv4 = () => `${1 + draw(223)}.${draw(256)}.${draw(256)}.${draw(256)}`;
const ipv6 = () => `2a0${draw(8)}:${draw(65_536).toString(16)}::${draw(65_536).toString(16)}`;

const kinds = {
  nothing: () => enrich(EVENT, undefined),
  known: () => enrich({ ...EVENT, client_ip: '8.8.8.8' }, BROWSER),
  newIpv4: () => enrich({ ...EVENT, client_ip: ipv4() }, undefined),
  newIpv6: () => enrich({ ...EVENT, client_ip: ipv6() }, undefined),
  newProgram: () => enrich(EVENT, `app-${draw(1e9)}/1.0`),
  newBrowser: () => enrich(EVENT, `${BROWSER} ${draw(1e9)}`),
};
const rounds = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, [] as number[]]));
let slowestUs = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [kind, work] of Object.entries(kinds)) {
    const start = performance.now();
    for (let call = 0; call < CALLS; call += 1) {
      const before = performance.now();
      work();
      if (round >= WARM_UP) slowestUs = Math.max(slowestUs, (performance.now() - before) * 1000);
    }
    rounds[kind]?.push(((performance.now() - start) * 1000) / CALLS);
  }
}
const median = (values: readonly number[]) =>
  values.slice(WARM_UP).toSorted((a, b) => a - b)[Math.floor((ROUNDS - WARM_UP) / 2)] ?? 0;
const microseconds = Object.fromEntries(
  Object.entries(rounds).map(([kind, values]) => [kind, Number(median(values).toFixed(2))]),
);
process.stdout.write(
  `${JSON.stringify({
    benchmark: 'enrich',
    microseconds,
    slowestUs: Math.round(slowestUs),
    openMs,
    openedRssMb: Math.round((rss - memory.rss) / 1e6),
    openedHeapMb: Math.round((heapUsed - memory.heapUsed) / 1e6),
    node: process.version,
    cpu: cpus()[0]?.model,
    rounds,
  })}\n`,
);
