/** What needs no token: `GET /metadata`, `GET /SearchParameter`, `GET /healthcheck`. */
import { capabilityStatement, searchParameterBundle } from '@auditbox/fhir-core';
import { type AppEnv, fhirResponse, type Readiness } from '@auditbox/service-kit';
import { Hono } from 'hono';
import manifest from '../../package.json' with { type: 'json' };

export type DescribeDependencies = {
  /** No slash at its end. */
  readonly baseUrl: string;
  readonly readiness: () => Promise<Readiness>;
};

export function describeRoutes({ baseUrl, readiness }: DescribeDependencies): Hono<AppEnv> {
  const metadata = JSON.stringify(capabilityStatement(baseUrl, manifest.version));
  const parameters = JSON.stringify(searchParameterBundle(baseUrl));
  return new Hono<AppEnv>()
    .get('/metadata', () => fhirResponse(200, metadata))
    .get('/SearchParameter', () => fhirResponse(200, parameters))
    .get('/healthcheck', async (c) => {
      const state = await readiness();
      // 500 rather than 503: what monitors of Auditbox look for.
      return state.ready
        ? c.json({ status: 'ok' })
        : c.json({ status: 'unhealthy', elasticsearch: state.reason }, 500);
    });
}
