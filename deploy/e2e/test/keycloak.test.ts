/**
 * Auditbox behind a real Keycloak, with the realm that it ships: who sends, who reads, who must not, what the trail says
 * of all of them, and what happens while Keycloak changes its keys and goes away.
 */

import { type FreshFolder, freshFolder, type KeycloakNode, startKeycloak } from '@auditbox/local';
import { startQuery } from '@auditbox/query';
import { readConfig } from '@auditbox/query/config';
import { createLogger } from '@auditbox/service-kit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Bundle, Resource } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { clientToken, rotateKeys, userTokens } from '../src/keycloak-realm.ts';
import { type Pipeline, settingsOf, startPipeline } from '../src/pipeline.ts';

const KEYS_MAX_AGE_MS = 1000;

let folder: FreshFolder;
let keycloak: KeycloakNode;
let pipeline: Pipeline;
const token: Record<string, string> = {};

beforeAll(async () => {
  folder = await freshFolder('keycloak');
  keycloak = await startKeycloak({ folder: folder.path });
  pipeline = await startPipeline(
    { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') },
    {
      environment: {
        AUDITBOX_API_AUTH_ENABLED: 'true',
        IDP_ISSUER: keycloak.issuer,
        IDP_TOKEN_ENDPOINT: keycloak.tokenEndpoint,
        IDP_KEYS_COOLDOWN_MS: '200',
        IDP_KEYS_MAX_AGE_MS: String(KEYS_MAX_AGE_MS),
        AUDITBOX_RESTRICT_BY: 'site=/site',
        AUDITBOX_RESTRICT_WITHOUT_CLAIM: 'allow',
      },
    },
  );
  for (const name of ['user', 'reader', 'operator', 'site-reader'])
    token[name] = (await userTokens(keycloak, `${name}@example.com`)).access_token;
  token.writer = await clientToken(keycloak, 'auditbox-writer', 'writer-secret');
  token.other = await clientToken(keycloak, 'other-app', 'other-secret');
}, 360_000);
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
  await keycloak?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

type Asked = { readonly method?: string; readonly body?: object; readonly base?: string };

async function ask(path: string, who: string | undefined, { method = 'GET', body, base }: Asked = {}) {
  const bearer = who === undefined ? undefined : (token[who] ?? who);
  return await fetch(`${base ?? pipeline.url}${path}`, {
    method,
    headers: {
      'content-type': 'application/fhir+json',
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const send = (who: string, own: object = {}) =>
  ask('/AuditEvent', who, { method: 'POST', body: { ...PAGE_EVENT, ...own } });
const status = async (response: Promise<Response>): Promise<number> => (await response).status;

/** Searches as `who` until there are `count` events. */
async function found(who: string, query: string, count: number): Promise<readonly Resource[]> {
  const answer = await eventually(
    `${count} events with ${query}`,
    async () => (await (await ask(`/AuditEvent?${query}`, who)).json()) as Bundle,
    ({ total }) => total === count,
  );
  return (answer.entry ?? []).map(({ resource }) => resource);
}

describe('what the realm lets people and clients do', () => {
  it('the user of the page sends an event and a Bundle, and reads and finds them', async () => {
    const single = await send('user', { meta: { tag: [{ code: 'story' }] } });
    expect(single.status).toBe(201);
    const { id } = (await single.json()) as Resource;
    const resource = { ...PAGE_EVENT, meta: { tag: [{ code: 'story' }] } };
    const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{ resource }, { resource }] };
    expect(await status(ask('/', 'user', { method: 'POST', body: bundle }))).toBe(201);
    expect(await found('user', '_tag=story', 3)).toHaveLength(3);
    expect(await (await ask(`/AuditEvent/${id}`, 'user')).json()).toMatchObject({ id });
    expect(await status(ask(`/AuditEvent/${id}`, 'reader', { base: pipeline.queryUrl }))).toBe(200);
  });

  it('a writer writes and does not read, a reader reads and does not write', async () => {
    expect(await status(send('writer'))).toBe(201);
    expect(await status(ask('/AuditEvent', 'writer'))).toBe(403);
    expect(await status(ask('/AuditEvent', 'reader'))).toBe(200);
    const refused = await send('reader');
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain('scope="system/AuditEvent.c"');
  });

  it('quarantine is for operators', async () => {
    expect(await status(ask('/quarantine', 'user'))).toBe(403);
    expect(await status(ask('/quarantine', 'operator'))).toBe(200);
  });

  it('a reader of one site sees that and nothing else', async () => {
    const tag = { meta: { tag: [{ code: 'sites' }] } };
    for (const site of ['Hospital-Main', 'Hospital-West'])
      await send('writer', { ...tag, source: { site, observer: { display: 'x' } } });
    const [west] = await found('reader', '_tag=sites&site=Hospital-West', 1);
    const [main] = await found('site-reader', '_tag=sites', 1);
    expect(main).toMatchObject({ source: { site: 'Hospital-Main' } });
    expect(await status(ask(`/AuditEvent/${west?.id}`, 'site-reader'))).toBe(404);
    expect(await status(ask(`/AuditEvent/${main?.id}`, 'site-reader'))).toBe(200);
  });

  it('nobody comes in without a token, and everybody is told where to get one', async () => {
    for (const path of ['/AuditEvent', '/quarantine', '/nothing'])
      expect(await status(ask(path, undefined))).toBe(401);
    for (const path of ['/metadata', '/SearchParameter', '/healthcheck', '/livez', '/readyz'])
      expect(await status(ask(path, undefined))).toBe(200);
    expect(await (await ask('/metadata', undefined)).text()).toContain(keycloak.tokenEndpoint);
  });

  it.each(['gateway', 'query'])(
    "%s takes no token that is not for it, and none of Keycloak's other kinds",
    async (at) => {
      const base = at === 'query' ? pipeline.queryUrl : pipeline.url;
      const {
        access_token,
        id_token = '',
        refresh_token = '',
      } = await userTokens(keycloak, 'user@example.com', 'openid');
      expect(await status(ask('/AuditEvent', access_token, { base }))).toBe(200);
      for (const wrong of [token.other ?? '', id_token, refresh_token]) {
        expect(wrong).not.toBe('');
        expect(await status(ask('/AuditEvent', wrong, { base }))).toBe(401);
      }
    },
  );

  it('roles stand for scopes where the site says so', async () => {
    const environment = {
      ...pipeline.environment,
      IDP_ROLE_SCOPES: 'auditbox-reader=auditbox/quarantine.read',
      AUDITBOX_SELF_AUDIT: 'off',
    };
    const logger = createLogger('test', 'off');
    await using query = await startQuery(settingsOf(readConfig(environment)), logger);
    const base = `http://127.0.0.1:${query.port}`;
    expect(await status(ask('/quarantine', 'reader', { base }))).toBe(200);
    expect(await status(ask('/quarantine', 'writer', { base }))).toBe(403);
    expect(await status(ask('/quarantine', 'reader'))).toBe(403);
  });
});

describe('the trail', () => {
  const DCM = 'http://dicom.nema.org/resources/ontology/DCM|';

  const queriesOf = ({ entity }: Resource): string[] =>
    (entity as readonly { readonly query?: string }[]).flatMap(({ query }) =>
      query === undefined ? [] : [Buffer.from(query, 'base64').toString()],
    );

  it('says who read and searched the log, what for, and with what outcome', async () => {
    const id = '019bc78b-f1a0-84fb-b8e6-c557790ce79a';
    await ask('/AuditEvent?patient=Patient/of-the-trail&_count=1', 'operator');
    await ask(`/AuditEvent/${id}`, 'operator');
    await ask('/AuditEvent?date=yesterday', 'operator');
    const used = `type=${DCM}110101&user=operator@example.com`;
    // The list of quarantine, and this search.
    const searches = await found('reader', `${used}&subtype=search-type&outcome=0`, 2);
    expect(searches.flatMap(queriesOf)).toEqual(
      expect.arrayContaining([expect.stringContaining('/AuditEvent?patient=Patient/of-the-trail&_count=1')]),
    );
    const [read] = await found('reader', `${used}&subtype=read&outcome=4`, 1);
    expect(read).toMatchObject({
      action: 'R',
      agent: expect.arrayContaining([
        expect.objectContaining({ altId: 'operator@example.com', requestor: true }),
        expect.objectContaining({ who: { identifier: { system: keycloak.issuer, value: 'auditbox' } } }),
      ]),
      entity: expect.arrayContaining([expect.objectContaining({ what: { reference: `AuditEvent/${id}` } })]),
    });
    const [wrong] = await found('reader', `${used}&subtype=search-type&outcome=4`, 1);
    expect(wrong && queriesOf(wrong)).toEqual([expect.stringContaining('/AuditEvent?date=yesterday')]);
  });

  it('says who asked for more than it may, and that tokens were refused, and nothing of what they said', async () => {
    const [alert] = await found('reader', `type=${DCM}110113&user=reader@example.com&_count=1`, 2);
    expect(alert).toMatchObject({ outcome: '8', subtype: [{ code: '110132' }] });
    const logins = await eventually(
      'refused tokens',
      async () => (await (await ask(`/AuditEvent?type=${DCM}110114`, 'reader')).json()) as Bundle,
      ({ total = 0 }) => total >= 6,
    );
    expect(JSON.stringify(logins)).not.toContain('other-app');
  });

  it('says that each service started, and that one stopped', async () => {
    const started = await found('reader', `type=${DCM}110100&subtype=${DCM}110120`, 3);
    const another = await startQuery(
      settingsOf(readConfig(pipeline.environment)),
      createLogger('test', 'off'),
    );
    await another[Symbol.asyncDispose]();
    expect(await found('reader', `type=${DCM}110100&subtype=${DCM}110121`, 1)).toMatchObject([
      { source: { observer: { display: 'Auditbox query' } } },
    ]);
    const names = started.map(({ source }) => (source as { observer: { display: string } }).observer.display);
    expect(names.sort()).toEqual(['Auditbox gateway', 'Auditbox indexer', 'Auditbox query']);
  });
});

describe('while Keycloak', () => {
  it('changes its keys, tokens of both are good; those of a withdrawn one are not for long', async () => {
    const { withdrawOld } = await rotateKeys(keycloak);
    const before = token.reader ?? '';
    const { access_token: after } = await userTokens(keycloak, 'reader@example.com');
    const kid = (jwt: string) => Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString();
    expect(kid(after)).not.toBe(kid(before));
    const both = async () => [
      await status(ask('/AuditEvent', before)),
      await status(ask('/AuditEvent', after)),
    ];
    await eventually('both are taken', both, ([old, fresh]) => old === 200 && fresh === 200);
    await withdrawOld();
    await eventually('only the new one is', both, ([old, fresh]) => old === 401 && fresh === 200);
    token.reader = after;
  });

  it('is away, who has a token goes on', async () => {
    const { access_token } = await userTokens(keycloak, 'user@example.com');
    await keycloak.stop();
    for (const who of [access_token, 'reader']) expect(await status(ask('/AuditEvent', who))).toBe(200);
    expect(await status(send(access_token))).toBe(201);
    expect(await status(ask('/healthcheck', undefined))).toBe(200);
  });
});
