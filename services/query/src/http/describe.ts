/** What needs no token: `GET /metadata`, `GET /SearchParameter[/{id}]`, `GET /healthcheck`. */
import {
  capabilityStatement,
  issue,
  SEARCH_PARAMETER_CODES,
  searchParameterBundle,
  searchParameterId,
  searchParameterResource,
} from '@auditbox/fhir-core';
import {
  type AppEnv,
  acceptsJson,
  fhirResponse,
  outcomeResponse,
  type Readiness,
} from '@auditbox/service-kit';
import { Hono } from 'hono';
import manifest from '../../package.json' with { type: 'json' };

export type DescribeDependencies = {
  /** No slash at its end. */
  readonly baseUrl: string;
  readonly readiness: () => Promise<Readiness>;
};

export function describeRoutes({ baseUrl, readiness }: DescribeDependencies): Hono<AppEnv> {
  // A trusted proxy may have said another base; what is asked for most is made once.
  const perBase = (make: (base: string) => object) => {
    const own = JSON.stringify(make(baseUrl));
    return (base = baseUrl): string => (base === baseUrl ? own : JSON.stringify(make(base)));
  };
  const metadata = perBase((base) => capabilityStatement(base, manifest.version));
  const parameters = perBase(searchParameterBundle);
  const byId = new Map(
    SEARCH_PARAMETER_CODES.map((code) => [searchParameterId(code), searchParameterResource(code, baseUrl)]),
  );
  return new Hono<AppEnv>()
    .get('/metadata', acceptsJson, (c) => fhirResponse(200, metadata(c.get('baseUrl'))))
    .get('/SearchParameter', acceptsJson, (c) => fhirResponse(200, parameters(c.get('baseUrl'))))
    .get('/SearchParameter/:id', acceptsJson, (c) => {
      const resource = byId.get(c.req.param('id'));
      if (resource !== undefined) return fhirResponse(200, resource);
      const diagnostics = 'There is no SearchParameter with this id; see GET /SearchParameter.';
      return outcomeResponse(404, [issue({ code: 'not-found', diagnostics })]);
    })
    .get('/healthcheck', async (c) => {
      const state = await readiness();
      // 500 rather than 503: what monitors of Auditbox look for.
      return state.ready
        ? c.json({ status: 'ok' })
        : c.json({ status: 'unhealthy', elasticsearch: state.reason }, 500);
    });
}
