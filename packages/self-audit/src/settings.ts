/** The settings of the trail of the trail; each service that reads the log or refuses callers has them. */
import { EVENTS_TOPIC } from '@auditbox/event-log';
import { plainBaseUrl, setting } from '@auditbox/service-kit';
import { Type } from '@sinclair/typebox';

export type SelfAuditMode = 'required' | 'best-effort' | 'off';

export const selfAudit = setting(
  'AUDITBOX_SELF_AUDIT',
  Type.Union(
    [Type.Literal('auto'), Type.Literal('required'), Type.Literal('best-effort'), Type.Literal('off')],
    {
      default: 'auto',
      description:
        'Whether reads and searches of the log, refused callers, starts and stops are events themselves. `required`: an answer is given once its event is in Kafka, else it is a 503; `best-effort`: nobody waits, and what is lost is counted; `auto`: `required` where `AUDITBOX_API_AUTH_ENABLED`, else `off`.',
    },
  ),
);

export const selfAuditDeadlineMs = setting(
  'AUDITBOX_SELF_AUDIT_DEADLINE_MS',
  Type.Integer({
    default: 5_000,
    minimum: 100,
    maximum: 60_000,
    description:
      'Milliseconds after which an event of our own use that Kafka has not acknowledged counts as lost.',
  }),
);

export const selfAuditRefusalsPerMinute = setting(
  'AUDITBOX_SELF_AUDIT_REFUSALS_PER_MINUTE',
  Type.Integer({
    default: 60,
    minimum: 0,
    maximum: 10_000,
    description:
      'Refused callers that get an event each, per minute and process, a quarter of them kept for missing permissions; further ones are counted, and summed up in one event for failed logins and one for missing permissions.',
  }),
);

/** What `openTrail` takes of the settings of a service. */
export function trailSettings(config: {
  readonly selfAudit: SelfAuditMode | 'auto';
  readonly apiAuthEnabled: boolean;
  readonly baseUrl: string;
  readonly eventsTopic: string;
  readonly allowWeakTopic: boolean;
  readonly selfAuditDeadlineMs: number;
  /** Of a service that has callers to refuse. */
  readonly selfAuditRefusalsPerMinute?: number;
}) {
  const auto = config.apiAuthEnabled ? 'required' : 'off';
  return {
    mode: config.selfAudit === 'auto' ? auto : config.selfAudit,
    baseUrl: plainBaseUrl(config.baseUrl),
    topic: { ...EVENTS_TOPIC, name: config.eventsTopic },
    allowWeak: config.allowWeakTopic,
    deadlineMs: config.selfAuditDeadlineMs,
    refusalsPerMinute: config.selfAuditRefusalsPerMinute ?? 0,
  } as const;
}
