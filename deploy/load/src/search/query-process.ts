/** The service query as a process of its own, with the settings of a run. */
import { startService } from '../service-process.ts';
import { EHR_BASE } from './event.ts';

export type QueryProcess = AsyncDisposable & { readonly url: URL; readonly pid: number };

/** The base under which query knows itself; with EHR_BASE, which it is told is the same. */
export const OWN_BASE = 'http://localhost:3002';

export async function startQueryProcess(
  elasticUri: string,
  port: number,
  profileFolder: string | undefined,
): Promise<QueryProcess> {
  const environment = {
    ELASTIC_URI: elasticUri,
    PORT: String(port),
    AUDITBOX_METRICS_PORT: 'off',
    BINDING: '127.0.0.1',
    AUDITBOX_API_AUTH_ENABLED: 'false',
    AUDITBOX_BASE_URL: OWN_BASE,
    AUDITBOX_BASE_ALIASES: EHR_BASE,
  };
  const query = startService('query', environment, { profileFolder });
  try {
    return { ...query, url: await query.ready };
  } catch (error) {
    await query[Symbol.asyncDispose]();
    throw error;
  }
}
