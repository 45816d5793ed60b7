/**
 * The routes of query as the service has them, for readers whose claims a header says: whose token it is that says them
 * is not what is tested with these.
 */
import { referenceBase } from '@auditbox/fhir-core';
import { restrictionBy, restrictionRules, type WithoutClaim } from '@auditbox/query/domain/restriction';
import { connectElastic } from '@auditbox/query/elastic/client';
import { quarantinePorts } from '@auditbox/query/elastic/quarantine';
import { readEvent } from '@auditbox/query/elastic/read-event';
import { searchEvents } from '@auditbox/query/elastic/search-events';
import { quarantineRoutes } from '@auditbox/query/http/quarantine';
import { readRoutes } from '@auditbox/query/http/read';
import { searchRoutes } from '@auditbox/query/http/search';
import { type Caller, createApp, createLogger, listen } from '@auditbox/service-kit';
import type { Environment } from './pipeline.ts';

const TIMEOUT_MS = 20_000;

/** The claims of who asks, as JSON in base64url; without it nobody is known to ask, as where authentication is off. */
const CLAIMS_HEADER = 'x-test-claims';

export type Readers = AsyncDisposable & { readonly url: string };

export const claiming = (claims: unknown): Record<string, string> => ({
  [CLAIMS_HEADER]: Buffer.from(JSON.stringify(claims)).toString('base64url'),
});

/** Serves what the pipeline of `environment` has stored to readers that `rules` restrict. */
export async function serveReaders(
  environment: Environment,
  texts: readonly string[],
  withoutClaim: WithoutClaim = 'refuse',
): Promise<Readers> {
  await using building = new AsyncDisposableStack();
  const client = building.adopt(connectElastic({ node: environment.ELASTIC_URI ?? '' }), (open) =>
    open.close(),
  );
  const rules = restrictionRules(texts);
  if (typeof rules === 'string') throw new Error(rules);
  const restrictionOf = (caller: Caller | undefined) =>
    caller === undefined ? [] : restrictionBy(rules, withoutClaim, caller.claims);
  const baseUrl = 'http://localhost:3002';
  const limits = {
    indexPrefix: environment.AUDITBOX_INDEX_PREFIX ?? '',
    bases: [referenceBase(baseUrl)],
    timeoutMs: TIMEOUT_MS,
  };
  const quarantine = quarantinePorts(client, {
    index: environment.AUDITBOX_QUARANTINE_INDEX ?? '',
    timeoutMs: TIMEOUT_MS,
  });
  const app = createApp({ logger: createLogger('test', 'off'), checks: {}, baseUrl });
  app.use(async (c, next) => {
    const claims = c.req.header(CLAIMS_HEADER);
    if (claims !== undefined)
      c.set('caller', {
        ...{ issuer: 'http://issuer.example', client: 'reader', permissions: new Set() },
        claims: JSON.parse(Buffer.from(claims, 'base64url').toString()) as Caller['claims'],
      });
    await next();
  });
  const search = searchEvents(client, limits);
  app.route('/', searchRoutes({ now: Date.now, search, restrictionOf, holdFor: () => () => true }));
  app.route('/', readRoutes({ read: readEvent(client, limits), restrictionOf }));
  app.route('/', quarantineRoutes({ now: Date.now, quarantine, restrictionOf }));
  const { port } = building.use(await listen(app.fetch, { hostname: '127.0.0.1', port: 0 }));
  const built = building.move();
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => built.disposeAsync() };
}
