/** The settings of verifying: the indexer's own, so that both look at the same topics and indices. */
import { PROJECTION_VERSION } from '@auditbox/fhir-core';
import { readConfig } from '@auditbox/indexer/config';
import type { Environment } from '@auditbox/service-kit';
import type { IndexerGroups } from './options.ts';

export function readSettings(environment: Environment) {
  return readConfig(environment);
}

/** As whom the indexer of this release reads. */
export function groupsOf({ groupId }: { readonly groupId: string }): IndexerGroups {
  return { events: `${groupId}-v${PROJECTION_VERSION}`, quarantine: `${groupId}-quarantine` };
}
