/**
 * `POST /AuditEvent` and `POST /`: read, decide, publish, and answer 201 once the write is durable.
 *
 * What is set aside is durable before the events are published, so that no answer can come between the two: a
 * request sent again finds the same items and the same events.
 */
import { BUNDLE_LEVELS, boundedIssues } from '@auditbox/fhir-core';
import { type AppEnv, beyondAnyScope, type Caller, outcomeResponse } from '@auditbox/service-kit';
import { type Context, Hono } from 'hono';
import {
  type DecideDependencies,
  type Decision,
  decideBundle,
  decideEvent,
  type OnInvalid,
  recordsOf,
  type Submission,
  type TakenDecision,
} from '../domain/decide.ts';
import {
  type BusyOutcome,
  type PublishOutcome,
  type PublishPort,
  publishInParts,
} from '../domain/publish.ts';
import { askedOf } from './asked.ts';
import { type BodyLimits, bodyRefusal, readBody } from './read-body.ts';
import { receive } from './receive.ts';
import { takenResponse, unpublishedResponse } from './respond.ts';

export type CreateDependencies = {
  readonly decide: DecideDependencies;
  readonly now: () => Date;
  readonly publishEvents: PublishPort;
  readonly publishQuarantine: PublishPort;
  /** As records and ids have who sends; see `senderOf` of service-kit. */
  readonly senderOf: (caller: Caller | undefined) => string;
  readonly onInvalid: OnInvalid;
  readonly bodyLimits: Pick<BodyLimits, 'bytesMax' | 'deadlineMs'>;
  /** Whether a caller may send events of some organisations only, which AuditEvents as FHIR has them do not name. */
  readonly isBound: (caller: Caller | undefined) => boolean;
  /** Levels of objects and arrays in an event. */
  readonly jsonDepthMax: number;
  /** Why a request of so many bytes would not be taken now. */
  readonly busyFor: (bytes: number) => BusyOutcome | undefined;
  /** Room for the body of a request; see `Admission`. */
  readonly holdFor: (request: Request) => (bytes: number) => boolean;
};

type Target = {
  readonly decide: (submission: Submission, dependencies: DecideDependencies) => Decision;
  /** Levels of JSON that lie around an event. */
  readonly levelsAround: number;
};

const EVENT: Target = { decide: decideEvent, levelsAround: 0 };
const BUNDLE: Target = { decide: decideBundle, levelsAround: BUNDLE_LEVELS };

export function createRoutes(dependencies: CreateDependencies): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .post('/AuditEvent', (c) => create(c, EVENT, dependencies))
    .post('/', (c) => create(c, BUNDLE, dependencies));
}

async function create(
  c: Context<AppEnv>,
  target: Target,
  dependencies: CreateDependencies,
): Promise<Response> {
  const request = c.req.raw;
  if (dependencies.isBound(c.get('caller'))) return boundCaller();
  const asked = askedOf(request);
  if ('refusal' in asked) return asked.refusal;
  // Before the body is read: what can't be published is not worth parsing.
  const busy = dependencies.busyFor(Number(request.headers.get('content-length') ?? 0));
  if (busy !== undefined) return unpublishedResponse(busy, true);
  const limits = { ...dependencies.bodyLimits, hold: dependencies.holdFor(request) };
  const body = await readBody(request, limits);
  if (body.kind === 'refused') return bodyRefusal(body, limits);
  const onInvalid = asked.onInvalid ?? dependencies.onInvalid;
  const mediaType = request.headers.get('content-type');
  const submission: Submission = {
    body: receive(body, dependencies.jsonDepthMax + target.levelsAround),
    sending: {
      sender: dependencies.senderOf(c.get('caller')),
      ...(asked.idempotencyKey !== undefined && { idempotencyKey: asked.idempotencyKey }),
    },
    received: dependencies.now(),
    about: { requestId: c.get('requestId'), ...(mediaType !== null && { mediaType }) },
    onInvalid,
  };
  const decision = target.decide(submission, dependencies.decide);
  if (decision.kind === 'refused') return outcomeResponse(decision.status, boundedIssues(decision.issues));
  // Made before anything is published: nothing that could fail is left to do once it is durable.
  const response = takenResponse(decision, c.get('baseUrl'), asked);
  const outcome = await publishTaken(decision, onInvalid, dependencies);
  return outcome.kind === 'published' ? response : unpublishedResponse(outcome);
}

/** Whatever organisation an AuditEvent of theirs would name, in whichever of its places, nobody would have checked it. */
export function boundCaller(): Response {
  const diagnostics = 'The token is bound to organisations: it sends events of theirs by POST /api/events.';
  return beyondAnyScope(diagnostics);
}

/** Quarantine first. Events are one batch of the log, or in parts where they must not be refused for their size. */
async function publishTaken(
  decision: TakenDecision,
  onInvalid: OnInvalid,
  { publishEvents, publishQuarantine }: CreateDependencies,
): Promise<PublishOutcome> {
  const { events, quarantine } = recordsOf(decision);
  const setAside = await publishInParts(quarantine, publishQuarantine);
  if (setAside.kind !== 'published' || events.length === 0) return setAside;
  return onInvalid === 'quarantine' ? publishInParts(events, publishEvents) : publishEvents(events);
}
