/**
 * What the gateway adds to an application's event: where its client is, which program sends it, which organisation is
 * above its own. All of it is looked up in memory, in microseconds; what can't be found out is left out and counted, and
 * no event fails or waits for it.
 */
import type { AddedFields, SentEvent } from '@auditbox/fhir-core';
import { type Metrics, type Organisations, openOrganisations } from '@auditbox/service-kit';
import type { GatewayConfig } from '../config.ts';
import { type GeoDatabase, openGeoDatabases } from './geo-database.ts';
import { type Place, placeOf } from './place.ts';
import { publicAddress } from './public-address.ts';
import { remembered } from './remembered.ts';
import { programOf } from './user-agent.ts';

/** Addresses whose places are remembered, some 300 bytes each. */
const PLACES_MAX = 10_000;

const PARTS = ['geo', 'user_agent', 'organisation'] as const;
type Part = (typeof PARTS)[number];

const NOWHERE: Place = {};

export type Enrichment = {
  /** `userAgent` is the header of the request. Never throws. */
  readonly enrich: (event: SentEvent, userAgent: string | undefined) => AddedFields;
  readonly organisations: Organisations & {
    /** Whether events of this organisation are taken: of one that is known, and of others if the settings say so. */
    readonly isAccepted: (id: string) => boolean;
  };
};

export type EnrichmentSettings = Pick<
  GatewayConfig,
  'geoDatabases' | 'unknownOrganisations' | 'organisations' | 'organisationClaim' | 'organisationWithoutClaim'
>;

/** Of settings in which nothing is wrong. Reads the files, once; throws where they are gone or damaged since. */
export function openEnrichment(config: EnrichmentSettings, metrics: Metrics): Enrichment {
  const organisations = openOrganisations(config);
  const failed = metrics.counter(
    'auditbox_enrichment_failures_total',
    'Parts of events that could not be found out because of a fault, and were left out.',
    'part',
    PARTS,
  );
  const database = openGeoDatabases(config.geoDatabases);
  if (database !== undefined) {
    const seconds = Math.floor(database.builtAt.getTime() / 1000);
    const help = 'When the database of places was made, in seconds since 1970; of several the oldest.';
    metrics.gauge('auditbox_geo_database_built_timestamp_seconds', help, [], () => [[{}, seconds]]);
  }
  const placeOfClient = placeFinder(database);
  const guarded = <Added extends object>(part: Part, find: () => Added): Added | undefined => {
    try {
      return find();
    } catch {
      failed(1, part);
      return undefined;
    }
  };
  return {
    enrich: (event, userAgent) => ({
      ...guarded('organisation', () => parentOf(organisations, event.org_id)),
      ...guarded('geo', () => placeOfClient(event.client_ip)),
      ...guarded('user_agent', () => programOf(userAgent)),
    }),
    organisations: {
      ...organisations,
      isAccepted: (id) => config.unknownOrganisations === 'accept' || organisations.isKnown(id),
    },
  };
}

function placeFinder(database: GeoDatabase | undefined): (address: string | undefined) => Place {
  if (database === undefined) return () => NOWHERE;
  const find = remembered((address) => {
    const known = publicAddress(address);
    return known === undefined ? NOWHERE : placeOf(database.look(known));
  }, PLACES_MAX);
  return (address) => (address === undefined ? NOWHERE : find(address));
}

function parentOf(organisations: Organisations, id: string): Pick<AddedFields, 'parent_org_id'> {
  const parent = organisations.parentOf(id);
  return parent === undefined ? {} : { parent_org_id: parent };
}
