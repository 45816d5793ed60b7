/** query: reads, searches and describes. Knows Elasticsearch only. */
import { createLogger, endOnUncaught, exitForSettings, stopRequest } from '@auditbox/service-kit';
import { readConfig } from './config.ts';
import { startQuery } from './service.ts';

const decoded = readConfig(process.env);
if ('problems' in decoded) exitForSettings('query', decoded.problems);
const config = decoded.settings;
const logger = createLogger('query', config.logLevel);
const stop = stopRequest({ deadlineMs: config.stopDeadlineMs, logger });

await using service = await startQuery(config, logger);
endOnUncaught(logger);
logger.info({ port: service.port, auth: config.apiAuthEnabled }, 'ready');
await stop.requested;
