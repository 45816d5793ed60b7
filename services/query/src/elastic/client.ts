/** The connection to Elasticsearch: version 9, bounded in time; what is tried again is decided in `retry.ts`. */
import { type ElasticClientOptions, READY, type Readiness } from '@auditbox/service-kit';
import { Client } from '@elastic/elasticsearch';
import { type ElasticError, elasticError } from './errors.ts';
import { ExactSerializer } from './serializer.ts';

const ELASTIC_MAJOR = 9;

/** Milliseconds for a request; a search that takes longer is narrowed, not waited for. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Milliseconds for the question whether it is there. */
const READINESS_TIMEOUT_MS = 2000;

export function connectElastic(options: ElasticClientOptions): Client {
  return new Client({
    ...options,
    requestTimeout: REQUEST_TIMEOUT_MS,
    maxRetries: 0,
    Serializer: ExactSerializer,
  });
}

/**
 * Ready while an Elasticsearch of the right version answers, whose indices this release can ask: not before they are
 * rebuilt, and not any more once another release's are read. `guard` is `projectionGuard`.
 */
export async function elasticReadiness(
  client: Client,
  guard: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<Readiness> {
  try {
    const { nodes } = await client.nodes.info(
      { node_id: '_local', filter_path: ['nodes.*.version'] },
      { requestTimeout: READINESS_TIMEOUT_MS, signal },
    );
    const [node] = Object.values(nodes);
    if (Number.parseInt(node?.version ?? '', 10) !== ELASTIC_MAJOR) {
      return { ready: false, reason: 'wrong-version' };
    }
    await guard(signal);
    return READY;
  } catch (error) {
    return { ready: false, reason: reasonOf(elasticError(error)) };
  }
}

/** What a person has to mend is told from what may pass. */
function reasonOf({ code }: ElasticError): string {
  if (code === 'search-index-of-another-version') return 'other-projection';
  if (code === 'search-engine-unauthorized') return 'unauthorized';
  return code === 'search-engine-untrusted' ? 'untrusted' : 'unreachable';
}
