/**
 * Whatever the issuer does, it takes nothing from the keys that are known, and gives none that is not its own; and no
 * token can make it be asked more than once in a cool-down.
 */
import { startQuery } from '@auditbox/query';
import { readConfig } from '@auditbox/query/config';
import { createLogger } from '@auditbox/service-kit';
import { describe, expect, inject, it } from 'vitest';
import { eventually } from '../src/eventually.ts';
import { INVALID, saidBy, UNAVAILABLE } from '../src/hostile/answers.ts';
import { bearer } from '../src/hostile/guarded.ts';
import { type Conduct, type Issuer, startIssuer } from '../src/issuer.ts';
import { ownEnvironment, settingsOf } from '../src/pipeline.ts';
import { type RawAnswer, rawRequest } from '../src/raw-request.ts';
import { newKey, type SigningKey, signed } from '../src/signing-key.ts';

const TIMEOUT_MS = 500;
const COOL_DOWN_MS = 300;
const MAX_AGE_MS = 500;
/** Between an answer and our hearing of it, on a busy machine. */
const SLACK_MS = 4_000;

const [first, second] = [newKey('first', 'RS256'), newKey('second', 'RS256')];

/** query, asked with tokens of an issuer of its own. */
async function startAsked(settings: Record<string, string> = {}, conduct: Conduct = 'well') {
  await using building = new AsyncDisposableStack();
  const issuer = building.use(await startIssuer([first.jwk]));
  issuer.behave(conduct);
  const environment = {
    ...ownEnvironment({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') }),
    AUDITBOX_API_AUTH_ENABLED: 'true',
    IDP_ISSUER: issuer.url,
    IDP_TIMEOUT_MS: String(TIMEOUT_MS),
    IDP_KEYS_COOLDOWN_MS: String(COOL_DOWN_MS),
    ...settings,
  };
  const config = settingsOf(readConfig(environment));
  const service = building.use(await startQuery(config, createLogger('test', 'off')));
  const built = building.move();
  const url = `http://127.0.0.1:${service.port}`;
  return {
    issuer,
    /** With another token each time: none is remembered. */
    token: (key: SigningKey, kid = key.kid) => token(issuer, key, kid),
    ask: (given: string) => rawRequest(url, { path: '/AuditEvent?_count=0', headers: bearer(given) }),
    readiness: async () => JSON.parse((await rawRequest(url, { path: '/readyz' })).text),
    [Symbol.asyncDispose]: () => built.disposeAsync(),
  };
}

function token(issuer: Issuer, key: SigningKey, kid: string): string {
  const now = Math.floor(Date.now() / 1000);
  // Issued long ago: a key that is not there now was not there then.
  const times = { iat: now - 600, exp: now + 600, jti: crypto.randomUUID() };
  const claims = { iss: issuer.url, sub: 's', aud: 'auditbox', azp: 'c', scope: 'system/AuditEvent.s' };
  return signed({ alg: 'RS256', typ: 'JWT', kid }, { ...claims, ...times }, key);
}

const statusOf = ({ status }: RawAnswer): number => status;

describe.concurrent('when the issuer changes its keys', () => {
  it('the new one is good at once, and the old one as long as it is published', async () => {
    await using service = await startAsked();
    const { issuer, token } = service;
    expect(statusOf(await service.ask(token(first)))).toBe(200);
    expect(saidBy(await service.ask(token(second)))).toEqual(INVALID);
    issuer.publish([first.jwk, second.jwk]);
    await eventually(
      'the new key is known',
      () => service.ask(token(second)).then(statusOf),
      (s) => s === 200,
    );
    expect(statusOf(await service.ask(token(first)))).toBe(200);
  });

  it('a withdrawn one is good no more, nor are tokens that were taken before', async () => {
    await using service = await startAsked({ IDP_KEYS_MAX_AGE_MS: String(MAX_AGE_MS) });
    const { issuer, token } = service;
    const remembered = token(first);
    expect(statusOf(await service.ask(remembered))).toBe(200);
    issuer.publish([second.jwk]);
    await eventually(
      'it is refused',
      async () => saidBy(await service.ask(remembered)),
      (said) => typeof said === 'object' && said.code === 'login',
      MAX_AGE_MS + SLACK_MS,
    );
    expect(saidBy(await service.ask(token(first)))).toEqual(INVALID);
    expect(statusOf(await service.ask(token(second)))).toBe(200);
  });

  it('another key under the same name is another key', async () => {
    await using service = await startAsked({ IDP_KEYS_MAX_AGE_MS: String(MAX_AGE_MS) });
    const { issuer, token } = service;
    const remembered = token(first);
    expect(statusOf(await service.ask(remembered))).toBe(200);
    issuer.publish([{ ...second.jwk, kid: first.kid }]);
    await eventually(
      'the new one counts',
      () => service.ask(token(second, first.kid)).then(statusOf),
      (status) => status === 200,
    );
    expect(saidBy(await service.ask(remembered))).toEqual(INVALID);
  });
});

const BAD_DAYS: readonly Conduct[] = [
  'hangs',
  'away',
  'fails',
  'nonsense',
  'array',
  'huge',
  'redirects',
  'redirects-to-keys',
  'names-another',
  'names-none',
  'without-keys',
];

describe.concurrent.each(BAD_DAYS)('when the issuer has a bad day: %s', (conduct) => {
  it('from the start, the service starts, is not ready, takes no token for good or bad, and recovers', async () => {
    await using service = await startAsked({}, conduct);
    const { issuer, token } = service;
    expect(await service.readiness()).toMatchObject({ ready: false, checks: { issuer: 'keys-unavailable' } });
    const answer = await service.ask(token(first));
    expect(saidBy(answer)).toEqual(UNAVAILABLE);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(issuer.askedElsewhere()).toBe(0);
    issuer.behave('well');
    await eventually(
      'it recovers',
      () => service.ask(token(first)).then(statusOf),
      (status) => status === 200,
    );
    expect(await service.readiness()).toMatchObject({ checks: { issuer: 'ok' } });
  });

  it('later, known keys go on, and what names another is told to come again, in time', async () => {
    await using service = await startAsked({ IDP_KEYS_MAX_AGE_MS: String(MAX_AGE_MS) });
    const { issuer, token } = service;
    expect(statusOf(await service.ask(token(first)))).toBe(200);
    issuer.behave(conduct);
    await eventually(
      'it is noticed',
      async () => saidBy(await service.ask(token(second))),
      (said) => typeof said === 'object' && said.code === 'transient',
    );
    const asked = performance.now();
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, () => service.ask(token(first))),
      ...Array.from({ length: 20 }, () => service.ask(token(second))),
    ]);
    expect(performance.now() - asked).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    expect(answers.slice(0, 20).map(statusOf)).toEqual(Array(20).fill(200));
    expect(answers.slice(20).map(saidBy)).toEqual(Array(20).fill(UNAVAILABLE));
    expect(issuer.askedElsewhere()).toBe(0);
    issuer.behave('well');
    await eventually(
      'it is well again',
      async () => saidBy(await service.ask(token(second))),
      (said) => typeof said === 'object' && said.code === 'login',
    );
  });
});

it.each(['well', 'hangs', 'fails'] as const)(
  'a flood of tokens of unknown keys asks an issuer that %s once in a cool-down, and starves nobody',
  async (conduct) => {
    const coolDownMs = 500;
    await using service = await startAsked({ IDP_KEYS_COOLDOWN_MS: String(coolDownMs) });
    const { issuer, token } = service;
    issuer.behave(conduct);
    const before = issuer.asked();
    const began = performance.now();
    const good: number[] = [];
    let floods = 0;
    // Until the cool-down has been over at least twice.
    while (performance.now() - began < 2.5 * coolDownMs) {
      const flood = Array.from({ length: 150 }, (_, i) => service.ask(token(second, `unknown-${i}`)));
      const asked = performance.now();
      expect(statusOf(await service.ask(token(first)))).toBe(200);
      good.push(performance.now() - asked);
      for (const answer of await Promise.all(flood)) expect([401, 503]).toContain(answer.status);
      floods += 1;
    }
    const loads = Math.ceil((performance.now() - began) / coolDownMs) + 1;
    expect(floods).toBeGreaterThan(1);
    expect(issuer.asked() - before).toBeGreaterThan(0);
    // Each is a question for the document and one for the keys.
    expect(issuer.asked() - before).toBeLessThanOrEqual(2 * loads);
    expect(Math.max(...good)).toBeLessThan(SLACK_MS);
  },
);
