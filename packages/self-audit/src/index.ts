export { auditRefusals } from './audit-refusals.ts';
export { applicationActivity, type Instance } from './events/application.ts';
export { type LogUse, logUsed } from './events/log-used.ts';
export type { AuditedService, Origin } from './events/origin.ts';
export { type Refusal, type RefusalReason, refused, refusedInSum } from './events/refused.ts';
export { eventRecord, type RecordDependencies } from './record.ts';
export {
  type SelfAuditMode,
  selfAudit,
  selfAuditDeadlineMs,
  selfAuditRefusalsPerMinute,
  trailSettings,
} from './settings.ts';
export { openTrail, type Trail, type TrailOptions } from './trail.ts';
