export { auditRefusals } from './audit-refusals.ts';
export { audited } from './audited.ts';
export type { Interaction } from './events/log-used.ts';
export {
  selfAudit,
  selfAuditDeadlineMs,
  selfAuditRefusalsPerMinute,
  trailSettings,
} from './settings.ts';
export { openTrail } from './trail.ts';
