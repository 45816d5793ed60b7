/**
 * `POST /quarantine/{id}/release`: an operator lets what was set aside become the event it was meant to be. Without
 * a body the original is checked again, as after an upgrade; with one, that is the corrected event. Either way it
 * gets the id that the original had from the start, so releasing twice stores once, and the original stays.
 *
 * The event is published before the item is marked as released: what happens between the two is made good by
 * releasing again.
 */
import { BUNDLE_LEVELS, encodeRelease, type Issue, isEventId, issue } from '@auditbox/fhir-core';
import {
  type AppEnv,
  activeTraceHeaders,
  type Caller,
  forwardedFor,
  isJsonContentType,
  OWN_ISSUER,
  outcomeResponse,
  withoutInstrumentation,
} from '@auditbox/service-kit';
import { type Context, Hono } from 'hono';
import {
  decideBundle,
  decideEvent,
  recordsOf,
  type Submission,
  type TakenDecision,
} from '../domain/decide.ts';
import { publishInParts } from '../domain/publish.ts';
import { boundCaller, type CreateDependencies } from './create.ts';
import type { QueryFetch } from './query-client.ts';
import { bodyRefusal, readBody } from './read-body.ts';
import { receive } from './receive.ts';
import { takenResponse, unpublishedResponse } from './respond.ts';

/** Milliseconds that query has to give an item and its content. */
const LOOK_UP_TIMEOUT_MS = 15_000;

export type ReleaseDependencies = CreateDependencies & {
  /** Who releases: the client, and the person behind it. */
  readonly operatorOf: (caller: Caller | undefined) => string;
  /** No slash at its end. */
  readonly queryUrl: string;
  readonly fetchQuery: QueryFetch;
};

/** Of an item, as query gives it, what a release needs. */
type HeldItem = {
  readonly id: string;
  readonly eventId: string;
  readonly sender: string;
  readonly senderId?: string;
  readonly state: 'held' | 'released';
};

export function releaseRoutes(dependencies: ReleaseDependencies): Hono<AppEnv> {
  return new Hono<AppEnv>().post('/quarantine/:id/release', (c) =>
    release(c, c.req.param('id'), dependencies),
  );
}

async function release(c: Context<AppEnv>, id: string, dependencies: ReleaseDependencies): Promise<Response> {
  const request = c.req.raw;
  if (!isEventId(id)) return notFound();
  if (dependencies.isBound(c.get('caller'))) return boundCaller();
  const limits = { ...dependencies.bodyLimits, hold: dependencies.holdFor(request) };
  const correction = await readBody(request, limits);
  if (correction.kind !== 'read') return bodyRefusal(correction, limits);

  const found = await lookUp(`/quarantine/${id}`, c, dependencies);
  if (!found.ok) return found;
  const item = (await found.json()) as HeldItem;
  if (item.state === 'released') return refuse(409, 'conflict', 'It is released already.');

  const corrected = correction.bytes.length > 0;
  if (corrected && !isJsonContentType(request.headers.get('content-type'))) {
    return refuse(
      415,
      'not-supported',
      'A correction is JSON: its Content-Type is application/fhir+json in UTF-8.',
    );
  }
  if (corrected && item.sender.startsWith(`${OWN_ISSUER}|`))
    return refuse(409, 'conflict', 'It is of the trail of our own use, which nobody corrects.');
  let body = correction;
  if (!corrected) {
    const content = await lookUp(`/quarantine/${id}/content`, c, dependencies);
    if (!content.ok) return content;
    body = { kind: 'read', bytes: Buffer.from(await content.arrayBuffer()) };
  }
  const decision = decideRelease(
    item,
    receive(body, dependencies.jsonDepthMax + BUNDLE_LEVELS),
    c,
    dependencies,
  );
  if ('issues' in decision) return outcomeResponse(decision.status, decision.issues);

  const published = await publishInParts(recordsOf(decision).events, dependencies.publishEvents);
  if (published.kind !== 'published') return unpublishedResponse(published);
  const marker = {
    id,
    eventId: item.eventId,
    releasedAt: dependencies.now().toISOString(),
    releasedBy: dependencies.operatorOf(c.get('caller')),
    corrected,
  };
  const marked = await dependencies.publishQuarantine([
    { key: id, value: Buffer.alloc(0), headers: encodeRelease(marker) },
  ]);
  if (marked.kind !== 'published') return unpublishedResponse(marked);
  return takenResponse(decision, c.get('baseUrl'), { preferred: undefined, pretty: false });
}

/** As if its sender had sent it: a Bundle entry by entry, each under an id that follows from the item's. */
function decideRelease(
  item: HeldItem,
  body: Submission['body'],
  c: Context<AppEnv>,
  dependencies: ReleaseDependencies,
): TakenDecision | { readonly status: number; readonly issues: readonly Issue[] } {
  const submission: Submission = {
    body,
    sending: { sender: item.sender, idempotencyKey: `quarantine ${item.id}` },
    received: dependencies.now(),
    about: { requestId: c.get('requestId') },
    onInvalid: 'reject',
    released: { id: item.eventId, ...(item.senderId !== undefined && { senderId: item.senderId }) },
  };
  const isBundle = body.kind === 'parsed' && typeOf(body.value) === 'Bundle';
  const decision = (isBundle ? decideBundle : decideEvent)(submission, dependencies.decide);
  if (decision.kind !== 'bundle') return decision;
  const refused = decision.fates.filter((fate) => fate.kind === 'refused');
  const [first] = refused;
  if (first !== undefined) {
    const status = refused.every((fate) => fate.status === first.status) ? first.status : 400;
    return { status, issues: refused.flatMap(({ issues }) => issues) };
  }
  if (decision.fates.length > 0) return decision;
  const diagnostics = 'There is no event to release.';
  return { status: 400, issues: [issue({ code: 'required', diagnostics, expression: 'Bundle.entry' })] };
}

/** Asks query, as whoever asks for the release. */
async function lookUp(
  path: string,
  c: Context<AppEnv>,
  { queryUrl, fetchQuery }: ReleaseDependencies,
): Promise<Response> {
  const authorization = c.req.header('authorization');
  try {
    const asked = {
      headers: {
        'x-request-id': c.get('requestId'),
        // What `fetch` decodes keeps a Content-Encoding that is not true any more, and this may be passed on.
        'accept-encoding': 'identity',
        ...forwardedFor(c.get('clientAddress')),
        ...(authorization !== undefined && { authorization }),
        ...activeTraceHeaders(),
      },
      signal: AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(LOOK_UP_TIMEOUT_MS)]),
    };
    return await withoutInstrumentation(() => fetchQuery(`${queryUrl}${path}`, asked));
  } catch {
    return outcomeResponse(
      503,
      [issue({ code: 'transient', diagnostics: 'Quarantine can not be read now. Nothing was released.' })],
      { 'retry-after': '1' },
    );
  }
}

function typeOf(value: unknown): unknown {
  return (value as { readonly resourceType?: unknown } | null)?.resourceType;
}

function notFound(): Response {
  return refuse(404, 'not-found', 'There is nothing in quarantine with this id.');
}

function refuse(status: number, code: Issue['code'], diagnostics: string): Response {
  return outcomeResponse(status, [issue({ code, diagnostics })]);
}
