/** Which lists a run still has to fetch: nothing is fetched for what it does not start. */
import { isFetched } from './dist.ts';
import { isKeycloakFetched } from './keycloak.ts';
import { backendArtifacts, keycloakArtifacts, type PinnedList } from './pinned.ts';

export interface Wanted {
  /** Kafka or Elasticsearch; they come together. */
  readonly backends: boolean;
  readonly keycloak: boolean;
}

export function unfetched(folder: string, { backends, keycloak }: Wanted): PinnedList[] {
  return [
    ...(backends && !isFetched(folder) ? [backendArtifacts] : []),
    ...(keycloak && !isKeycloakFetched(folder) ? [keycloakArtifacts] : []),
  ];
}
