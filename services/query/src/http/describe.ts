/**
 * What needs no token: `GET /metadata`, `GET /SearchParameter?…` and `POST /SearchParameter/_search`,
 * `GET /SearchParameter/{id}`, `GET /healthcheck`. All
 * but the last is told of the base that the client sees.
 */
import {
  capabilityStatement,
  type Described,
  findDefinitions,
  prettyText,
  searchParameterResources,
} from '@auditbox/fhir-core';
import {
  type AppEnv,
  acceptsJson,
  fhirResponse,
  outcomeResponse,
  preferOf,
  prettyOf,
  type Readiness,
  refuseFormat,
  shared,
} from '@auditbox/service-kit';
import { type Context, Hono } from 'hono';
import manifest from '../../package.json' with { type: 'json' };
import { DEFINITIONS_BODY_BYTES_MAX, formOf } from './form-body.ts';
import { formParameters, queryOf } from './form-parameters.ts';
import { notFound, notUtf8 } from './refusal.ts';

export type DescribeDependencies = {
  /** No slash at its end. */
  readonly baseUrl: string;
  readonly tokens: Described['tokens'];
  readonly cors?: boolean;
};

export function describeRoutes({ baseUrl, tokens, cors = false }: DescribeDependencies): Hono<AppEnv> {
  // A trusted proxy may have said another base; what is asked for most is made once.
  const perBase = <Made>(make: (base: string) => Made) => {
    const own = make(baseUrl);
    return (base = baseUrl): Made => (base === baseUrl ? own : make(base));
  };
  const metadata = perBase((base) =>
    JSON.stringify(capabilityStatement({ baseUrl: base, softwareVersion: manifest.version, tokens, cors })),
  );
  const definitions = perBase(searchParameterResources);

  const find = (c: Context<AppEnv>, forms: readonly string[]): Response => {
    const parameters = formParameters(forms.join('&'));
    if (parameters === undefined) return notUtf8();
    const formats = parameters.flatMap(([name, value]) => (name === '_format' ? [value] : []));
    const refused = refuseFormat(formats, c.req.header('accept'));
    if (refused !== undefined) return refused;
    const base = c.get('baseUrl');
    const strict = preferOf(c.req.raw).handling === 'strict';
    const found = findDefinitions(definitions(base), parameters, { baseUrl: base ?? baseUrl, strict });
    return 'issues' in found
      ? outcomeResponse(400, found.issues)
      : answer(JSON.stringify(found.bundle), found.pretty);
  };

  return new Hono<AppEnv>()
    .get('/metadata', acceptsJson, (c) => answer(metadata(c.get('baseUrl')), prettyOf(c.req.raw)))
    .get('/SearchParameter', (c) => find(c, [queryOf(c.req.url)]))
    .post('/SearchParameter/_search', async (c) => {
      const form = await formOf(c, DEFINITIONS_BODY_BYTES_MAX);
      return typeof form === 'string' ? find(c, [queryOf(c.req.url), form]) : form;
    })
    .get('/SearchParameter/:id', acceptsJson, (c) => {
      const resource = definitions(c.get('baseUrl')).find(({ id }) => id === c.req.param('id'));
      if (resource !== undefined) return answer(JSON.stringify(resource), prettyOf(c.req.raw));
      return notFound('There is no SearchParameter with this id; see GET /SearchParameter.');
    });
}

/** `GET /healthcheck`, for monitors. */
export function healthcheckRoute(readiness: () => Promise<Readiness>): Hono<AppEnv> {
  const look = shared(readiness);
  return new Hono<AppEnv>().get('/healthcheck', async (c) => {
    const state = await look();
    // 500 rather than 503: what monitors of Auditbox look for.
    return state.ready
      ? c.json({ status: 'ok' })
      : c.json({ status: 'unhealthy', elasticsearch: state.reason }, 500);
  });
}

function answer(text: string, pretty: boolean): Response {
  return fhirResponse(200, pretty ? (prettyText(text) ?? text) : text);
}
