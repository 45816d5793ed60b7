/** Enrichment with the real database of places: what it says of addresses that hardly move, and that no event waits for it. */
import { performance } from 'node:perf_hooks';
import type { SentEvent } from '@auditbox/fhir-core';
import { type Enrichment, openEnrichment } from '@auditbox/gateway/enrichment';
import { openGeoDatabases } from '@auditbox/local';
import { createMetrics } from '@auditbox/service-kit';
import { beforeAll, describe, expect, it } from 'vitest';

/** The first run fetches it, which takes minutes on a slow line. */
const FETCH_MS_MAX = 600_000;

/** Of all that is looked up below, the median takes some tens of microseconds; this many would be a fault. */
const MEDIAN_MS_MAX = 1;
const ADDRESSES = 20_000;

const metrics = createMetrics('gateway');
let enrich: Enrichment['enrich'];
beforeAll(async () => {
  const settings = {
    ...{ geoDatabases: [...(await openGeoDatabases())], organisations: '', organisationClaim: '' },
    ...({ organisationWithoutClaim: 'refuse', unknownOrganisations: 'accept' } as const),
  };
  ({ enrich } = openEnrichment(settings, metrics));
}, FETCH_MS_MAX);

const from = (client_ip: string) => enrich({ ...EVENT, client_ip }, undefined);
const EVENT: SentEvent = {
  ...{ org_id: 'clinic-7', action: 'record.view', action_result: 'success', actor_id: 'u-1' },
  ...{ actor_type: 'user', occurred_at: '2026-01-31T09:30:00Z' },
};

describe('an event from a known address', () => {
  it('has its city, region and coordinates', () => {
    expect(from('8.8.8.8')).toEqual({
      client_city: 'Mountain View',
      client_geo_lat: 37.422,
      client_geo_lon: -122.085,
      client_region_code: 'US-CA',
    });
    expect(from('::ffff:8.8.8.8')).toEqual(from('8.8.8.8'));
  });

  it.each([
    // The universities of Cologne and Seville, of the ETH in Zurich, and the research network at Erlangen.
    ['134.95.1.1', 'DE-NW', 51, 7],
    ['150.214.1.1', 'ES-AN', 37, -6],
    ['129.132.1.1', 'CH-ZH', 47, 9],
    ['2001:638:a000::1', 'DE-BY', 50, 11],
  ])('%s is in %s', (address, region, latitude, longitude) => {
    const place = from(address);
    expect(place.client_region_code).toBe(region);
    expect([place.client_geo_lat, place.client_geo_lon].map((degrees) => Math.round(degrees ?? 0))).toEqual([
      latitude,
      longitude,
    ]);
    expect(place.client_city).toBeTruthy();
  });
});

it.each([
  '10.1.2.3',
  '127.0.0.1',
  '192.168.178.20',
  '203.0.113.7',
  '::1',
  'fe80::1',
  'fd00::1',
  '2001:db8::1',
])('an event from %s has no place', (address) => {
  expect(from(address)).toEqual({});
});

it('finds something of nearly every address, fails for none, and takes no time', async () => {
  let seed = 1;
  const draw = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const spent: number[] = [];
  let located = 0;
  let coded = 0;
  for (let count = 0; count < ADDRESSES; count += 1) {
    const address = `${11 + draw(89)}.${draw(256)}.${draw(256)}.${draw(256)}`;
    const before = performance.now();
    const place = from(address);
    spent.push(performance.now() - before);
    if (place.client_geo_lat !== undefined) located += 1;
    if (place.client_region_code !== undefined) coded += 1;
  }
  expect(located / ADDRESSES).toBeGreaterThan(0.95);
  expect(coded / located).toBeGreaterThan(0.85);
  expect(spent.toSorted((a, b) => a - b)[ADDRESSES / 2]).toBeLessThan(MEDIAN_MS_MAX);
  expect(await metrics.text()).toContain(
    'auditbox_enrichment_failures_total{part="geo",service="gateway"} 0',
  );
});
