/** The settings of verifying: the indexer's own, so that both look at the same topics and indices. */
import { readConfig } from '@auditbox/indexer/config';
import { eventsGroup, quarantineGroup } from '@auditbox/indexer/groups';
import type { Environment } from '@auditbox/service-kit';
import type { IndexerGroups } from './options.ts';

export function readSettings(environment: Environment) {
  return readConfig(environment);
}

/** As whom the indexer of this release reads. */
export function groupsOf({ groupId }: { readonly groupId: string }): IndexerGroups {
  return { events: eventsGroup(groupId), quarantine: quarantineGroup(groupId) };
}
