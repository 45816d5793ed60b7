/** indexer: from the event log to Elasticsearch. Adding a replica is all there is to scaling it. */
import { createLogger, endOnUncaught, exitForSettings, stopRequest } from '@auditbox/service-kit';
import { readConfig } from './config.ts';
import { startIndexer } from './service.ts';

const decoded = readConfig(process.env);
if ('problems' in decoded) exitForSettings('indexer', decoded.problems);
const config = decoded.settings;
const logger = createLogger('indexer', config.logLevel);
const stop = stopRequest({ deadlineMs: config.stopDeadlineMs, logger });

await using service = await startIndexer(config, logger, stop.fail);
endOnUncaught(logger);
logger.info({ port: service.port }, 'ready');
await stop.requested;
