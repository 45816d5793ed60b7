/** Application Activity (DICOM PS3.15, A.5.3.1): a service was started or stopped, which one, where, and its version. */
import type { AuditEvent } from '@auditbox/fhir-core';
import {
  APPLICATION,
  APPLICATION_ACTIVITY,
  APPLICATION_START,
  APPLICATION_STOP,
  detail,
  SYSTEM_OBJECT,
} from './codes.ts';
import { foreignText } from './foreign-text.ts';
import { nameOf, type Origin, observer, sourceOf } from './origin.ts';

/** Which of several replicas. */
export type Instance = { readonly host: string; readonly pid: number };

const MACHINE_NAME = '1';

export function applicationActivity(
  activity: 'start' | 'stop',
  origin: Origin & { readonly version: string },
  { host, pid }: Instance,
  recorded: Date,
): AuditEvent {
  const address = foreignText(host);
  const version = foreignText(origin.version);
  return {
    resourceType: 'AuditEvent',
    type: APPLICATION_ACTIVITY,
    subtype: [activity === 'start' ? APPLICATION_START : APPLICATION_STOP],
    action: 'E',
    recorded: recorded.toISOString(),
    outcome: '0',
    agent: [
      {
        type: { coding: [APPLICATION] },
        who: observer(origin),
        // DICOM, A.5.2.1: the id of the process.
        altId: String(pid),
        requestor: false,
        ...(address !== undefined && { network: { address, type: MACHINE_NAME } }),
      },
    ],
    source: sourceOf(origin),
    entity: [
      {
        type: SYSTEM_OBJECT,
        name: nameOf(origin.service),
        ...(version !== undefined && { detail: [detail('version', version)] }),
      },
    ],
  };
}
