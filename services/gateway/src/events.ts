/** What the gateway reports, beside the requests: each thing in one place, with its level and its fields. */
import type { EnsuredTopic } from '@auditbox/event-log';
import type { Logger } from '@auditbox/service-kit';

export function reportTopic(logger: Logger, topic: string, { partitions, weaknesses }: EnsuredTopic): void {
  if (weaknesses.length === 0) logger.info({ topic, partitions }, 'topic keeps its contract');
  else logger.warn({ topic, partitions, weaknesses }, 'topic is weaker than its contract, as allowed');
}
