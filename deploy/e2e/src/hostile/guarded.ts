/**
 * Gateway and query that ask for tokens, and a query beside them that asks for none: the judge of what is stored, whoever
 * was let in.
 */
import { startQuery } from '@auditbox/query';
import { readConfig } from '@auditbox/query/config';
import { createLogger } from '@auditbox/service-kit';
import { PAGE_EVENT } from '../events.ts';
import { type Environment, type Parts, type Pipeline, settingsOf, startPipeline } from '../pipeline.ts';
import { type RawAnswer, type RawRequest, rawRequest } from '../raw-request.ts';
import type { World } from './world.ts';

export type Guarded = AsyncDisposable & {
  readonly gateway: string;
  readonly query: string;
  /** The same store, for everybody. */
  readonly judge: string;
  readonly pipeline: Pipeline;
};

export const FHIR_JSON = { 'content-type': 'application/fhir+json' };

export async function startGuarded(
  parts: Parts,
  { issuer }: Pick<World, 'issuer'>,
  options: { readonly environment?: Environment; readonly indexer?: boolean } = {},
): Promise<Guarded> {
  await using building = new AsyncDisposableStack();
  const guard = { AUDITBOX_API_AUTH_ENABLED: 'true', IDP_ISSUER: issuer.url };
  const pipeline = building.use(
    await startPipeline(parts, { ...options, environment: { ...guard, ...options.environment } }),
  );
  const {
    AUDITBOX_RESTRICT_BY: _restricted,
    AUDITBOX_ORGANISATION_CLAIM: _bound,
    ...environment
  } = pipeline.environment;
  const open = { ...environment, AUDITBOX_API_AUTH_ENABLED: 'false' };
  const judge = building.use(await startQuery(settingsOf(readConfig(open)), createLogger('test', 'off')));
  const built = building.move();
  return {
    gateway: pipeline.url,
    query: pipeline.queryUrl,
    judge: `http://127.0.0.1:${judge.port}`,
    pipeline,
    [Symbol.asyncDispose]: () => built.disposeAsync(),
  };
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** An event with a tag by which it is found. */
export const tagged = (tag: string, own: object = {}) =>
  JSON.stringify({ ...PAGE_EVENT, ...own, meta: { tag: [{ code: tag }] } });

/** What everybody is asked who is let in: to send, and to search, by the front door and past it. */
export async function askedEverywhere(
  { gateway, query }: Pick<Guarded, 'gateway' | 'query'>,
  headers: RawRequest['headers'],
  { tag = 'good', search = '' } = {},
): Promise<readonly RawAnswer[]> {
  const found = { path: `/AuditEvent?_count=0${search}`, headers };
  return await Promise.all([
    rawRequest(gateway, {
      method: 'POST',
      path: `/AuditEvent${search === '' ? '' : `?${search.slice(1)}`}`,
      headers: { ...FHIR_JSON, ...headers },
      body: tagged(tag),
    }),
    rawRequest(gateway, found),
    rawRequest(query, found),
    rawRequest(query, {
      method: 'POST',
      path: `/AuditEvent/_search?_count=0${search}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: 'action=E',
    }),
  ]);
}

/** Of those four, when all is well. */
export const LET_IN = [201, 200, 200, 200];
