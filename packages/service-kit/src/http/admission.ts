/**
 * Admission: how many requests, and how many bytes of their bodies, a service has in hand at once; what is read is
 * counted apart from what is sent, so that no reader stands in the way of an event. Over a bound a
 * request is answered 503 before its body is read where its length is declared, and while it arrives where it is not.
 * What a request holds is given back exactly once, when it is answered and its answer is taken, however it ends.
 */
import { issue } from '@auditbox/fhir-core';
import type { HonoRequest, MiddlewareHandler } from 'hono';
import type { AppEnv } from './app.ts';
import { outcomeResponse } from './fhir-response.ts';

/** Milliseconds that a client has to take an answer: what is not taken holds memory. */
const TAKE_DEADLINE_MS = 60_000;

export type AdmissionLimits = {
  readonly requestsMax: number;
  /** Bytes of bodies, arrived and inflated. */
  readonly bufferedBytesMax: number;
  readonly takeDeadlineMs?: number;
};

export type Admission = {
  /** Counts the requests that come through it, and holds what they ask for until they are done. */
  readonly middleware: MiddlewareHandler<AppEnv>;
  /** For bodies, and for pages that are read: raises what a request holds to `bytes` in all; false, and no change, where that is too much. */
  readonly holdFor: (request: Request) => (bytes: number) => boolean;
  readonly inHand: () => { readonly requests: number; readonly bytes: number };
};

export function openAdmission({
  requestsMax,
  bufferedBytesMax,
  takeDeadlineMs = TAKE_DEADLINE_MS,
}: AdmissionLimits): Admission {
  const held = new Map<Request, number>();
  const requests = { reads: 0, writes: 0 };
  let bytes = 0;

  const hold = (request: Request, wanted: number): boolean => {
    const has = held.get(request);
    if (has === undefined) return false;
    const more = Math.max(0, wanted - has);
    if (bytes + more > bufferedBytesMax) return false;
    bytes += more;
    held.set(request, has + more);
    return true;
  };
  const release = (request: Request, kind: keyof typeof requests): void => {
    requests[kind] -= 1;
    bytes -= held.get(request) ?? 0;
    held.delete(request);
  };

  const middleware: MiddlewareHandler<AppEnv> = async (c, next) => {
    const request = c.req.raw;
    const kind = isRead(c.req) ? 'reads' : 'writes';
    if (requests[kind] >= requestsMax) return busyRefusal();
    requests[kind] += 1;
    held.set(request, 0);
    // Without a socket, as in a test of the routes, an answer is taken as soon as it is given.
    const outgoing = c.env?.outgoing;
    let isAnswered = false;
    let isTaken = outgoing === undefined || outgoing.destroyed;
    let late: NodeJS.Timeout | undefined;
    const releaseOnceDone = (): void => {
      if (!isAnswered || !isTaken) return;
      clearTimeout(late);
      release(request, kind);
    };
    if (!isTaken) {
      outgoing?.once('close', () => {
        isTaken = true;
        releaseOnceDone();
      });
    }
    try {
      await next();
    } finally {
      isAnswered = true;
      if (!isTaken && held.get(request) !== 0) late = setTimeout(() => outgoing?.destroy(), takeDeadlineMs);
      releaseOnceDone();
    }
    return undefined;
  };
  return {
    middleware,
    holdFor: (request) => (wanted) => hold(request, wanted),
    inHand: () => ({ requests: requests.reads + requests.writes, bytes }),
  };
}

function isRead({ method, path }: HonoRequest): boolean {
  return method === 'GET' || method === 'HEAD' || path.endsWith('/_search');
}

/** Of those who need no token, in hand at once. */
const PUBLIC_REQUESTS_MAX = 64;

/** The room of those who need no token: their own, as anybody can fill it. */
export function publicRoom(): MiddlewareHandler<AppEnv> {
  return openAdmission({ requestsMax: PUBLIC_REQUESTS_MAX, bufferedBytesMax: 1 }).middleware;
}

/** The answer while too much is in hand. Nothing of the request was kept. */
export function busyRefusal(): Response {
  const diagnostics = 'Too many requests are in hand. Nothing was done.';
  return outcomeResponse(503, [issue({ code: 'throttled', diagnostics })], {
    connection: 'close',
    'retry-after': '1',
  });
}
