/**
 * What a service says of its own state. `/livez`: the process answers. `/readyz`: it can do its work now, or
 * which part is in the way. Both are public, so a reason is a word from the code, never an error's text.
 */
import { Hono } from 'hono';

export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

export const READY: Readiness = { ready: true };

/** Checks by the name of the part they look at. A check answers within its own deadline and never throws. */
export type ReadinessChecks = Readonly<Record<string, () => Readiness | Promise<Readiness>>>;

/**
 * `check`, given up after `deadlineMs` (its signal fires then) and wherever it throws: a part that takes a question and
 * never answers, or never ends its answer, must not hold the question how we are.
 */
export function withinDeadline(
  deadlineMs: number,
  check: (signal: AbortSignal) => Promise<Readiness>,
): () => Promise<Readiness> {
  return async () => {
    const late = new AbortController();
    const { promise: gaveUp, resolve } = Promise.withResolvers<Readiness>();
    const timer = setTimeout(() => {
      resolve({ ready: false, reason: 'no-answer' });
      late.abort();
    }, deadlineMs);
    try {
      return await Promise.race([check(late.signal), gaveUp]);
    } catch {
      return { ready: false, reason: 'failed' };
    } finally {
      clearTimeout(timer);
    }
  };
}

/**
 * A look that is shared by all who ask at the same time, and within `freshMs` after it: anybody may ask how we are, as
 * often as they like, and each look asks the parts.
 */
export function shared<Seen>(look: () => Promise<Seen>, freshMs = 250): () => Promise<Seen> {
  let seen: Promise<Seen> | undefined;
  return () => {
    if (seen !== undefined) return seen;
    const looking = look();
    seen = looking;
    const forget = (): void => {
      setTimeout(() => {
        seen = undefined;
      }, freshMs).unref();
    };
    looking.then(forget, forget);
    return looking;
  };
}

export type HealthReport = { readonly ready: boolean; readonly checks: Readonly<Record<string, string>> };

export async function checkHealth(checks: ReadinessChecks): Promise<HealthReport> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await check()] as const),
  );
  return {
    ready: results.every(([, result]) => result.ready),
    checks: Object.fromEntries(results.map(([name, result]) => [name, result.ready ? 'ok' : result.reason])),
  };
}

/** How a service is, from its first moment to its last. */
export type Health = {
  readonly report: () => Promise<HealthReport>;
  /** It listens: from now on these say whether it is ready. */
  readonly started: (checks: ReadinessChecks) => void;
  /** It was asked to stop: it is not ready, though what it has taken is still done. */
  readonly stopping: () => void;
};

/** Of a service that is `starting`. */
export function openHealth(): Health {
  const unready = (state: string) => async (): Promise<HealthReport> => ({
    ready: false,
    checks: { service: state },
  });
  let look = unready('starting');
  return {
    report: () => look(),
    started(checks) {
      look = shared(() => checkHealth(checks));
    },
    stopping() {
      look = unready('stopping');
    },
  };
}

/** `GET /livez` and `GET /readyz` (503 while not ready). */
export function healthRoutes(report: Health['report']): Hono {
  const routes = new Hono();
  for (const path of HEALTH_PATHS) {
    routes.get(path, async (c) => {
      const { status, body } = await healthAnswer(path, report);
      return c.json(body, status);
    });
  }
  return routes;
}

export const HEALTH_PATHS = ['/livez', '/readyz'] as const;

export async function healthAnswer(
  path: (typeof HEALTH_PATHS)[number],
  report: Health['report'],
): Promise<{ readonly status: 200 | 503; readonly body: object }> {
  if (path === '/livez') return { status: 200, body: { live: true } };
  const body = await report();
  return { status: body.ready ? 200 : 503, body };
}
