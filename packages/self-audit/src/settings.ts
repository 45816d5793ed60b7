/** The settings of the trail of the trail; each service that reads the log or refuses callers has them. */
import { setting } from '@auditbox/service-kit';
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
      'Refused callers that get an event each, per minute and process; further ones are counted, and summed up in one event for failed logins and one for missing permissions.',
  }),
);

/** What `auto` means. */
export function selfAuditMode(mode: SelfAuditMode | 'auto', isAuthenticationEnabled: boolean): SelfAuditMode {
  if (mode !== 'auto') return mode;
  return isAuthenticationEnabled ? 'required' : 'off';
}
