/**
 * What was refused at the door: User Authentication (DICOM PS3.15, A.5.3.12) where nobody is verified, Security Alert
 * (A.5.3.11) where a verified caller asked for more than it may. Of a token that is not verified nothing is taken over.
 * An event stands for one refusal, or sums up many: its count says for how many.
 */
import type { AuditEvent } from '@auditbox/fhir-core';
import type { Caller, Refused } from '@auditbox/service-kit';
import { clientAgents } from './client-agents.ts';
import {
  type Coding,
  DESTINATION,
  type Detail,
  detail,
  LOGIN,
  RESTRICTED_FUNCTION,
  SECURITY_ALERT,
  SOURCE,
  USER_AUTHENTICATION,
} from './codes.ts';
import { foreignText } from './foreign-text.ts';
import { type Origin, requestEntities, securityResource, serverAgent, sourceOf } from './origin.ts';

/** Who brings nothing does not try to log in, and where the keys can't be had nobody could judge. */
export type RefusalReason = Exclude<Refused['reason'], 'login' | 'unavailable'>;

export type Refusal = {
  readonly reason: RefusalReason;
  /** Only ever one that is verified: of `insufficient-scope`. */
  readonly caller?: Caller | undefined;
  readonly clientAddress?: string | undefined;
  readonly requestId: string;
  /** The template, as `/AuditEvent/:id`. */
  readonly route: string;
  readonly missingScope?: string | undefined;
};

export type RefusalKind = 'login' | 'alert';

type Meaning = {
  readonly type: Coding;
  readonly subtype: Coding;
  /** DICOM: "minor or serious" where the mitigation was effective; BALP's example of a denial is serious. */
  readonly outcome: '4' | '8';
  readonly nobody: string;
  readonly description: string;
};

const MEANINGS: Readonly<Record<RefusalKind, Meaning>> = {
  login: {
    type: USER_AUTHENTICATION,
    subtype: LOGIN,
    outcome: '4',
    nobody: 'unknown: not authenticated',
    description: 'A token or key was refused.',
  },
  alert: {
    type: SECURITY_ALERT,
    subtype: RESTRICTED_FUNCTION,
    outcome: '8',
    nobody: 'unknown',
    description: 'A verified caller asked for what its scopes do not allow.',
  },
};

const SEVERAL_CLIENTS = 'several clients';
const SEVERAL_ROUTES = 'several routes';
const UNKNOWN_ROUTE = '-';

export function kindOf(reason: RefusalReason): RefusalKind {
  return reason === 'insufficient-scope' ? 'alert' : 'login';
}

/** The event of one refusal. */
export function refused(refusal: Refusal, origin: Origin, recorded: Date): AuditEvent {
  const { reason, clientAddress, requestId, missingScope } = refusal;
  const kind = kindOf(reason);
  const caller = kind === 'alert' ? refusal.caller : undefined;
  const scope = foreignText(missingScope);
  return {
    ...refusalEvent(kind, origin, recorded),
    outcomeDesc: reason,
    agent: [
      ...clientAgents({ caller, clientAddress }, SOURCE, MEANINGS[kind].nobody),
      serverAgent(origin, DESTINATION),
    ],
    entity: [
      {
        ...securityResource(origin.baseUrl, foreignText(refusal.route) ?? UNKNOWN_ROUTE),
        detail: [
          ...counted(kind, new Map([[reason, 1]])),
          ...(scope === undefined ? [] : [detail('missing-scope', scope)]),
        ],
      },
      ...requestEntities(requestId),
    ],
  };
}

/** One event for many: `counts` says how many of which reasons, all of `kind`, within `period`. */
export function refusedInSum(
  kind: RefusalKind,
  counts: ReadonlyMap<RefusalReason, number>,
  period: { readonly start: Date; readonly end: Date },
  origin: Origin,
): AuditEvent {
  return {
    ...refusalEvent(kind, origin, period.end),
    period: { start: period.start.toISOString(), end: period.end.toISOString() },
    outcomeDesc: 'several',
    agent: [
      ...clientAgents({ caller: undefined }, SOURCE, SEVERAL_CLIENTS),
      serverAgent(origin, DESTINATION),
    ],
    entity: [{ ...securityResource(origin.baseUrl, SEVERAL_ROUTES), detail: counted(kind, counts) }],
  };
}

/** What both have in common. */
function refusalEvent(kind: RefusalKind, origin: Origin, recorded: Date) {
  const { type, subtype, outcome } = MEANINGS[kind];
  return {
    resourceType: 'AuditEvent',
    type,
    subtype: [subtype],
    action: 'E',
    recorded: recorded.toISOString(),
    outcome,
    source: sourceOf(origin),
  } as const satisfies Partial<AuditEvent>;
}

/** DICOM wants a description in the details of an alert. */
function counted(kind: RefusalKind, counts: ReadonlyMap<RefusalReason, number>): Detail[] {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [
    detail('Alert Description', MEANINGS[kind].description),
    detail('count', String(total)),
    ...[...counts].map(([reason, count]) => detail(`count-${reason}`, String(count))),
  ];
}
