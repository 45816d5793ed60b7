/**
 * `POST /api/events`: events of applications that do not speak FHIR. The same path as FHIR's: read within the same bounds,
 * published in the same way, answered once the write is durable.
 */
import type { AddedFields, SentEvent } from '@auditbox/fhir-core';
import {
  type AppEnv,
  applicationError,
  applicationErrorResponse,
  type Bound,
  type Caller,
} from '@auditbox/service-kit';
import { type Context, Hono } from 'hono';
import {
  type ApplicationDependencies,
  type ApplicationFate,
  decideApplicationEvent,
  type OrganisationProblem,
} from '../domain/application-events.ts';
import { publishInParts } from '../domain/publish.ts';
import { type BodyForm, bodyFormOf, submittedOf } from './application-body.ts';
import { idempotencyKeyOf } from './asked.ts';
import type { CreateDependencies } from './create.ts';
import { bodyRefusal, readBody } from './read-body.ts';
import { unpublishedResponse } from './respond.ts';

export type SendEventsDependencies = Pick<
  CreateDependencies,
  'decide' | 'now' | 'publishEvents' | 'senderOf' | 'bodyLimits' | 'busyFor' | 'holdFor'
> & {
  readonly enrich: (event: SentEvent, userAgent: string | undefined) => AddedFields;
  readonly boundTo: (caller: Caller | undefined) => Bound;
  /** Whether events of an organisation are taken at all. */
  readonly isAccepted: (organisation: string) => boolean;
};

const JSON_LINES = 'application/x-ndjson';

export function sendEventsRoutes(dependencies: SendEventsDependencies): Hono<AppEnv> {
  return new Hono<AppEnv>().post('/api/events', (c) => send(c, dependencies));
}

async function send(c: Context<AppEnv>, dependencies: SendEventsDependencies): Promise<Response> {
  const request = c.req.raw;
  const { headers } = request;
  const form = bodyFormOf(headers.get('content-type'));
  if (form === undefined) {
    return refuse(c, 415, `The Content-Type is application/json, or ${JSON_LINES}, in UTF-8.`);
  }
  const idempotencyKey = idempotencyKeyOf(headers);
  if (typeof idempotencyKey === 'object') return idempotencyKey.refusal;
  const caller = c.get('caller');
  const bound = dependencies.boundTo(caller);
  const busy = dependencies.busyFor(Number(headers.get('content-length') ?? 0));
  if (busy !== undefined) return unpublishedResponse(busy, true);
  const limits = { ...dependencies.bodyLimits, hold: dependencies.holdFor(request) };
  const body = await readBody(request, limits);
  if (body.kind !== 'read') return bodyRefusal(body, limits);
  const submitted = submittedOf(body.bytes, form, dependencies.decide.bundleEntriesMax);
  if (submitted.kind === 'refused') return refuse(c, submitted.status, submitted.message);

  const userAgent = headers.get('user-agent') ?? undefined;
  const deciding: ApplicationDependencies = {
    ...dependencies.decide,
    enrich: (event) => dependencies.enrich(event, userAgent),
    organisationProblem: (organisation) => organisationProblem(organisation, bound, dependencies.isAccepted),
  };
  const about = {
    sending: {
      sender: dependencies.senderOf(caller),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    },
    received: dependencies.now(),
  };
  const items = submitted.kind === 'one' ? [submitted.item] : submitted.items;
  const fates = items.map((item, index) => decideApplicationEvent(item, index, about, deciding));
  // Made before anything is published: nothing that could fail is left to do once it is durable.
  const response = submitted.kind === 'one' ? answerOne(c, fates[0]!) : answerSeveral(fates, form);
  const records = fates.flatMap((fate) => (fate.kind === 'stored' ? [fate.accepted.record] : []));
  if (records.length === 0) return response;
  // Each is its own: together they may be more than one batch of the log.
  const outcome = await publishInParts(records, dependencies.publishEvents);
  return outcome.kind === 'published' ? response : unpublishedResponse(outcome);
}

function organisationProblem(
  organisation: string,
  bound: Bound,
  isAccepted: SendEventsDependencies['isAccepted'],
): OrganisationProblem | undefined {
  if (bound === 'refused' || (bound !== 'unbound' && !bound.has(organisation))) return 'not-yours';
  return isAccepted(organisation) ? undefined : 'unknown';
}

function answerOne(c: Context<AppEnv>, fate: ApplicationFate): Response {
  if (fate.kind === 'stored') return json(JSON.stringify(fate.event));
  const { status, message, fields } = fate;
  return applicationErrorResponse(c, status, applicationError(status, message, fields));
}

function answerSeveral(fates: readonly ApplicationFate[], form: BodyForm): Response {
  const answers = fates.map((fate) =>
    JSON.stringify(
      fate.kind === 'stored'
        ? { status: 200, event: fate.event }
        : { status: fate.status, error: applicationError(fate.status, fate.message, fate.fields) },
    ),
  );
  if (form === 'json') return json(`[${answers.join(',')}]`);
  return json(answers.map((answer) => `${answer}\n`).join(''), JSON_LINES);
}

function json(body: string, type = 'application/json'): Response {
  return new Response(body, { headers: { 'content-type': type } });
}

function refuse(c: Context<AppEnv>, status: 400 | 413 | 415, message: string): Response {
  return applicationErrorResponse(c, status, applicationError(status, message));
}
