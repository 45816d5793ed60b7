/** gateway: the front door. Validates and stamps events and answers once Kafka has them. */
import { createLogger, endOnUncaught, exitForSettings, stopRequest } from '@auditbox/service-kit';
import { readConfig } from './config.ts';
import { startGateway } from './service.ts';

const decoded = readConfig(process.env);
if ('problems' in decoded) exitForSettings('gateway', decoded.problems);
const config = decoded.settings;
const logger = createLogger('gateway', config.logLevel);
const stop = stopRequest({ deadlineMs: config.stopDeadlineMs, logger });

await using service = await startGateway(config, logger);
endOnUncaught(logger);
logger.info({ port: service.port, auth: config.apiAuthEnabled }, 'ready');
await stop.requested;
