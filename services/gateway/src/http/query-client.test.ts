/** The gateway before a query that serves HTTPS and asks for a certificate: all that holds without them holds with them. */
import { READY } from '@auditbox/service-kit';
import { testAuthority } from '@auditbox/service-kit/test-certificates';
import { describe, expect, it } from 'vitest';
import { before, frontDoorSuite } from './front-door.case.ts';
import { queryHealth } from './front-door.ts';
import type { QueryClientSettings } from './query-client.ts';

const [authority, foreign] = await Promise.all([testAuthority(), testAuthority('Foreign authority')]);
const [server, client, stranger] = await Promise.all([
  authority.server(),
  authority.client(),
  foreign.client(),
]);
const WAY = {
  tls: { ...server, clientCa: authority.ca },
  settings: { queryCa: authority.ca, queryClientCert: client.cert, queryClientKey: client.key },
};

frontDoorSuite(WAY);

describe('a query behind mutual TLS', () => {
  it('gives up at a deadline', async () => {
    const { queryUrl, fetchQuery } = await before(() => new Promise(() => {}), WAY);
    const asked = fetchQuery(queryUrl, { signal: AbortSignal.timeout(100) });
    await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('is healthy as long as query is', async () => {
    const { queryUrl, fetchQuery } = await before(() => Response.json({ ready: true }), WAY);
    expect(await queryHealth(queryUrl, fetchQuery)).toEqual(READY);
  });

  it.each<[string, Partial<QueryClientSettings>]>([
    ['no certificate of the gateway', { queryClientCert: '', queryClientKey: '' }],
    ['one that query does not trust', { queryClientCert: stranger.cert, queryClientKey: stranger.key }],
    ['a query of another authority', { queryCa: foreign.ca }],
    ['a query that only everybody’s authorities could vouch for', { queryCa: '' }],
  ])('asks nothing with %s: 503, and unhealthy', async (_what, settings) => {
    const reached: string[] = [];
    const way = { ...WAY, settings: { ...WAY.settings, ...settings } };
    const { url, queryUrl, fetchQuery } = await before((request) => {
      reached.push(request.url);
      return new Response();
    }, way);
    const response = await fetch(`${url}/metadata`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ issue: [{ code: 'transient' }] });
    expect(await queryHealth(queryUrl, fetchQuery)).toEqual({ ready: false, reason: 'unreachable' });
    expect(reached).toEqual([]);
  });
});
