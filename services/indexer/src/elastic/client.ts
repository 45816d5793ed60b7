/** The connection to Elasticsearch: version 9, bounded in time; retries are decided by the domain, not here. */
import type { ElasticClientOptions } from '@auditbox/service-kit';
import { Client, UndiciConnection } from '@elastic/elasticsearch';
import { elasticError, WrongVersionError } from './errors.ts';

const ELASTIC_MAJOR = 9;

/** Milliseconds for one request: a bulk on a busy cluster takes seconds, not a minute. */
const REQUEST_TIMEOUT_MS = 60_000;

/** Ends what is on its way when it is closed: what was not answered by then is done again, and found to be there. */
class EndingConnection extends UndiciConnection {
  override async close(): Promise<void> {
    await this.pool.destroy();
  }
}

/**
 * A client of an Elasticsearch that answered and has the right version. Rejects with an ElasticError where it is
 * away, or does not let this client in.
 */
export async function connectElastic(options: ElasticClientOptions): Promise<Client> {
  const limits = { requestTimeout: REQUEST_TIMEOUT_MS, maxRetries: 0, Connection: EndingConnection };
  const client = new Client({ ...options, ...limits });
  try {
    const { nodes } = await client.nodes.info({ node_id: '_local', filter_path: ['nodes.*.version'] });
    const [node] = Object.values(nodes);
    if (Number.parseInt(node?.version ?? '', 10) !== ELASTIC_MAJOR) throw new WrongVersionError();
    return client;
  } catch (error) {
    await client.close();
    throw error instanceof WrongVersionError ? error : elasticError(error);
  }
}
