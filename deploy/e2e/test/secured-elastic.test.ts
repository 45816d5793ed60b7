/** Elasticsearch behind TLS and credentials: with them all works, without them each service says so, by a code alone. */
import { inspect } from 'node:util';
import { startIndexer } from '@auditbox/indexer';
import { readConfig as readIndexerConfig } from '@auditbox/indexer/config';
import { testAuthority } from '@auditbox/service-kit/test-certificates';
import { describe, expect, inject, it } from 'vitest';
import { post, postBundle, total } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { accepts, basic, type Guard, startGuardedElastic } from '../src/guarded-elastic.ts';
import { keptLog } from '../src/kept-log.ts';
import { type Environment, ownEnvironment, settingsOf, startPipeline } from '../src/pipeline.ts';

const AUTH = 'marked-user:marked:password';
const API_KEY = Buffer.from('marked-id:marked-key').toString('base64');
/** In no line of a log, no error and no answer, whatever happens. */
const SECRETS = new RegExp(`marked|${API_KEY}|${basic(AUTH)}|BEGIN PRIVATE KEY|unauthorized for`);

const [authority, others] = await Promise.all([testAuthority('elastic'), testAuthority('others')]);
const client = await authority.client();

/** A door of the test's own, and the settings with which one comes through it. */
async function guarded(guard: Guard, asksForCertificate = false) {
  const elasticUri = inject('elasticUri');
  const door = await startGuardedElastic({ elasticUri, authority, guard, asksForCertificate });
  return { door, parts: { kafkaBrokers: inject('kafkaBrokers'), elasticUri: door.url } };
}

const readiness = async (url: string): Promise<unknown> => (await fetch(`${url}/readyz`)).json();

describe('who has the right to', () => {
  it.each<readonly [how: string, guard: Guard, settings: () => Environment]>([
    ['user and password', accepts(basic(AUTH)), () => ({ AUDITBOX_ES_AUTH: AUTH })],
    ['an API key', accepts(`ApiKey ${API_KEY}`), () => ({ ELASTIC_API_KEY: API_KEY })],
    ['a certificate', () => 'pass', () => ({ ELASTIC_CERT: client.cert, ELASTIC_KEY: client.key })],
  ])('indexes and finds with %s', async (how, guard, settings) => {
    const { door, parts } = await guarded(guard, how === 'a certificate');
    await using _door = door;
    const log = keptLog();
    const environment = { ELASTIC_CA: authority.ca, ...settings() };
    await using pipeline = await startPipeline(parts, { environment, logger: log.logger });
    expect(await readiness(pipeline.queryUrl)).toMatchObject({ ready: true });
    await postBundle(`${pipeline.url}/`, [PAGE_EVENT, PAGE_EVENT]);
    await eventually(
      'both are found',
      () => total(pipeline.url),
      (found) => found === 2,
    );
    expect(log.text()).toContain('indexed');
    expect(log.text()).not.toMatch(SECRETS);
    expect(log.at('error')).toEqual([]);
  });
});

describe('who has not', () => {
  it.each<readonly [who: string, guard: Guard, settings: () => Environment, code: string, status: string]>([
    [
      'a wrong password',
      accepts('another'),
      () => ({ ELASTIC_CA: authority.ca, AUDITBOX_ES_AUTH: AUTH }),
      'unauthorized',
      '401',
    ],
    [
      'a wrong key',
      accepts('another'),
      () => ({ ELASTIC_CA: authority.ca, ELASTIC_API_KEY: API_KEY }),
      'unauthorized',
      '401',
    ],
    [
      'a missing permission',
      () => 403,
      () => ({ ELASTIC_CA: authority.ca, AUDITBOX_ES_AUTH: AUTH }),
      'unauthorized',
      '403',
    ],
    [
      'another authority',
      () => 'pass',
      () => ({ ELASTIC_CA: others.ca, AUDITBOX_ES_AUTH: AUTH }),
      'untrusted',
      'untrusted',
    ],
    ['no known authority', () => 'pass', () => ({ AUDITBOX_ES_AUTH: AUTH }), 'untrusted', 'untrusted'],
  ])('%s is a code in every service, and no secret', async (_who, guard, settings, code, status) => {
    const { door, parts } = await guarded(guard);
    await using _door = door;
    const log = keptLog();
    const environment = { ...ownEnvironment(parts), ...settings() };

    const config = settingsOf(readIndexerConfig(environment));
    const failure: unknown = await startIndexer(config, log.logger, () => {}).catch((error) => error);
    expect(failure).toMatchObject({ code: `elasticsearch-${status}` });
    expect(inspect(failure)).not.toMatch(SECRETS);

    await using pipeline = await startPipeline(parts, { environment, indexer: false, logger: log.logger });
    expect(await readiness(pipeline.queryUrl)).toEqual({ ready: false, checks: { elasticsearch: code } });
    for (const path of ['', '/019bc78b-f1a0-84fb-b8e6-c557790ce79a']) {
      const answer = await fetch(`${pipeline.url}/AuditEvent${path}`);
      const text = await answer.text();
      expect(answer.status).toBe(500);
      expect(text).toContain(`search-engine-${code}; request`);
      expect(text).not.toMatch(SECRETS);
    }
    // Sending does not depend on it.
    expect((await post(`${pipeline.url}/AuditEvent`, PAGE_EVENT)).status).toBe(201);
    expect(log.text()).not.toMatch(SECRETS);
  });

  it('no certificate is not let in where one is asked for', async () => {
    const { door, parts } = await guarded(() => 'pass', true);
    await using _door = door;
    const environment = { ...ownEnvironment(parts), ELASTIC_CA: authority.ca };
    const config = settingsOf(readIndexerConfig(environment));
    // Node's door hangs up without a word; Java's says why, and then it is `untrusted`.
    await expect(startIndexer(config, keptLog().logger, () => {})).rejects.toMatchObject({
      code: 'elasticsearch-unreachable',
    });
  });
});

it.each([401, 403] as const)(
  'what is sent while Elasticsearch answers %s waits, and is found once it lets us in again',
  async (status) => {
    const right = accepts(basic(AUTH));
    const { door, parts } = await guarded(right);
    await using _door = door;
    const log = keptLog();
    const environment = { ELASTIC_CA: authority.ca, AUDITBOX_ES_AUTH: AUTH };
    await using pipeline = await startPipeline(parts, { environment, logger: log.logger });
    door.setGuard(() => status);
    await postBundle(`${pipeline.url}/`, [PAGE_EVENT]);
    const tries = async () =>
      log.at('warn').filter(({ reason }) => reason === `elasticsearch-${status}`).length;
    await eventually('the indexer tries again', tries, (times) => times > 2);
    expect(await readiness(pipeline.queryUrl)).toMatchObject({ checks: { elasticsearch: 'unauthorized' } });
    door.setGuard(right);
    await eventually(
      'it is found',
      () => total(pipeline.url),
      (found) => found === 1,
    );
    expect(log.text()).not.toMatch(SECRETS);
  },
);
