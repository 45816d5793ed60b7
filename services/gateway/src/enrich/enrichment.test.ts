import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SentEvent } from '@auditbox/fhir-core';
import { createMetrics } from '@auditbox/service-kit';
import { afterAll, describe, expect, it } from 'vitest';
import { databaseOf } from './database.case.ts';
import { type EnrichmentSettings, openEnrichment } from './enrichment.ts';

const folder = mkdtempSync(join(tmpdir(), 'auditbox-enrichment-'));
afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const COLOGNE = {
  city: { names: { en: 'Cologne' } },
  country: { iso_code: 'DE' },
  location: { latitude: 50.9333, longitude: 6.95 },
  subdivisions: [{ iso_code: 'NW' }],
};
const PLACE = {
  client_city: 'Cologne',
  client_geo_lat: 50.9333,
  client_geo_lon: 6.95,
  client_region_code: 'DE-NW',
};
const geoDatabases = [written('city.mmdb', databaseOf({ networks: { '9.0.0.0/8': COLOGNE } }))];
const organisations = written('organisations.json', '[{"id":"group"},{"id":"clinic-7","parent":"group"}]');

const opened = (given: Partial<EnrichmentSettings> = {}) => {
  const metrics = createMetrics('gateway');
  const settings: EnrichmentSettings = {
    geoDatabases: [],
    organisations: '',
    organisationClaim: '',
    organisationWithoutClaim: 'refuse',
    unknownOrganisations: 'accept',
    ...given,
  };
  return { metrics, ...openEnrichment(settings, metrics) };
};
const sent = (more: Partial<SentEvent> = {}): SentEvent => ({
  ...{ org_id: 'clinic-7', action: 'record.view', action_result: 'success', actor_id: 'u-1' },
  ...{ actor_type: 'user', occurred_at: '2023-11-07T05:31:56Z', ...more },
});

describe('an event', () => {
  it('gets where its client is, which program sends it and which organisation is above', () => {
    const { enrich } = opened({ geoDatabases, organisations });
    expect(enrich(sent({ client_ip: '9.1.2.3' }), 'curl/8.5.0')).toEqual({
      parent_org_id: 'group',
      ...PLACE,
      user_agent_name: 'curl',
      user_agent_version: '8.5.0',
    });
    expect(enrich(sent({ client_ip: '::ffff:9.1.2.3' }), undefined)).toEqual({
      parent_org_id: 'group',
      ...PLACE,
    });
  });

  it('gets nothing that is not known, and nothing of an address that is nowhere', () => {
    const { enrich } = opened({ geoDatabases, organisations });
    for (const client_ip of ['10.0.0.1', '11.0.0.1', '2a00::1'])
      expect(enrich(sent({ org_id: 'group', client_ip }), '')).toEqual({});
    expect(opened().enrich(sent({ client_ip: '9.1.2.3' }), undefined)).toEqual({});
  });

  it('gets all but the part that fails, which is counted', async () => {
    const bytes = databaseOf({ networks: { '9.0.0.0/8': 'damaged' } });
    // A string of a type that the format does not have.
    bytes[bytes.indexOf('damaged') - 1] = 0;
    const { enrich, metrics } = opened({ geoDatabases: [written('damaged.mmdb', bytes)], organisations });
    expect(enrich(sent({ client_ip: '9.1.2.3' }), 'curl/8.5.0')).toEqual({
      parent_org_id: 'group',
      user_agent_name: 'curl',
      user_agent_version: '8.5.0',
    });
    const text = await metrics.text();
    expect(text).toContain('auditbox_enrichment_failures_total{part="geo",service="gateway"} 1');
    expect(text).toContain('auditbox_enrichment_failures_total{part="user_agent",service="gateway"} 0');
  });
});

describe('organisations', () => {
  it('that are not in the list are taken or not, as it is set', () => {
    const taken = (unknownOrganisations: 'accept' | 'refuse') =>
      ['clinic-7', 'Clinic-7', 'other'].filter(
        opened({ organisations, unknownOrganisations }).organisations.isAccepted,
      );
    expect(taken('accept')).toEqual(['clinic-7', 'Clinic-7', 'other']);
    expect(taken('refuse')).toEqual(['clinic-7', 'Clinic-7']);
  });

  it('bind callers by their claims', () => {
    const bound = opened({ organisations, organisationClaim: '/org' }).organisations.boundTo({
      org: 'group',
    });
    expect(bound).toMatchObject({ folded: ['clinic-7', 'group'] });
  });
});

it('says in the metrics when the database was made', async () => {
  const name = 'auditbox_geo_database_built_timestamp_seconds';
  expect(await opened({ geoDatabases }).metrics.text()).toContain(`${name}{service="gateway"} 1767225600`);
  expect(await opened().metrics.text()).not.toContain(name);
});
