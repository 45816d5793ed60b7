/** As whom an indexer reads: its consumer groups, by the setting that is the beginning of their names. */
import { PROJECTION_VERSION } from '@auditbox/fhir-core';

/** The last version of the projection whose group was not of a generation. */
const LAST_WITHOUT_GENERATION = 4;

/** Of a generation: a release with another projection reads the log for itself. */
export function eventsGroup(groupId: string, projection: number = PROJECTION_VERSION): string {
  return projection <= LAST_WITHOUT_GENERATION ? groupId : `${groupId}-v${projection}`;
}

export function quarantineGroup(groupId: string): string {
  return `${groupId}-quarantine`;
}
