/**
 * Who sends into one log: somebody whom nobody asks, at the pipeline's own gateway, and clients of an issuer and of the
 * list of keys, at a gateway beside it that asks who they are. Their names are near misses of each other.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '@auditbox/gateway';
import { readConfig } from '@auditbox/gateway/config';
import { createLogger } from '@auditbox/service-kit';
import type { Sender } from './evaluate/kept.ts';
import { startIssuer } from './issuer.ts';
import { type Pipeline, settingsOf } from './pipeline.ts';
import { newKey, signed } from './signing-key.ts';

export const KEY_ISSUER = 'urn:auditbox:api-key';

/** Seconds that a token is good for: each is made when it is used. */
const LIFE_SECONDS = 60;
const SCOPE = 'system/AuditEvent.c';

export type SendingClient = {
  readonly sender: Sender;
  /** The base of the API where it sends. */
  readonly url: string;
  readonly headers: () => object;
};

/** By name. */
export type Senders = AsyncDisposable & {
  readonly issuer: string;
  readonly clients: Readonly<Record<SenderName, SendingClient>>;
};

/** By the name that a test has for it: the client, and who vouches for it. */
const CLIENTS = {
  ehr: { client: 'ehr', by: 'token' },
  'ehr-upper': { client: 'EHR', by: 'token' },
  /** As a service of our own is called. */
  query: { client: 'query', by: 'token' },
  'key-ehr': { client: 'ehr', by: 'key' },
  'key-anonymous': { client: 'anonymous', by: 'key' },
  nobody: { client: 'anonymous', by: 'nobody' },
} as const;

export type SenderName = keyof typeof CLIENTS;
export const SENDER_NAMES = Object.keys(CLIENTS) as readonly SenderName[];

export async function startSenders(pipeline: Pipeline): Promise<Senders> {
  await using building = new AsyncDisposableStack();
  const signing = newKey('rsa', 'RS256');
  const issuer = building.use(await startIssuer([signing.jwk]));
  const folder = await mkdtemp(join(tmpdir(), 'auditbox-senders-'));
  building.defer(() => rm(folder, { recursive: true }));
  const keys = new Map<string, string>();
  for (const { client, by } of Object.values(CLIENTS))
    if (by === 'key') keys.set(client, randomBytes(32).toString('base64'));
  const file = join(folder, 'keys.json');
  const list = [...keys].map(([client, key]) => ({
    sha256: createHash('sha256').update(key).digest('hex'),
    client,
    scope: SCOPE,
  }));
  await writeFile(file, JSON.stringify(list));

  const config = readConfig({
    ...pipeline.environment,
    AUDITBOX_QUERY_URL: pipeline.queryUrl,
    AUDITBOX_API_AUTH_ENABLED: 'true',
    AUDITBOX_API_KEYS_FILE: file,
    IDP_ISSUER: issuer.url,
    // Its own start would be an event more than a test has sent.
    AUDITBOX_SELF_AUDIT: 'off',
  });
  const gateway = building.use(await startGateway(settingsOf(config), createLogger('test', 'off')));
  const url = `http://127.0.0.1:${gateway.port}`;
  const token = (client: string): string => {
    const iat = Math.floor(Date.now() / 1000);
    const who = { iss: issuer.url, sub: client, aud: 'auditbox', azp: client, scope: SCOPE };
    const header = { alg: 'RS256', typ: 'JWT', kid: signing.kid };
    return signed(header, { ...who, iat, exp: iat + LIFE_SECONDS }, signing);
  };
  const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });
  const clientOf = ({ client, by }: (typeof CLIENTS)[SenderName]): SendingClient => {
    switch (by) {
      case 'token':
        return { sender: { issuer: issuer.url, client }, url, headers: () => bearer(token(client)) };
      case 'key':
        return {
          sender: { issuer: KEY_ISSUER, client },
          url,
          headers: () => bearer(keys.get(client) ?? ''),
        };
      case 'nobody':
        return { sender: { client }, url: pipeline.url, headers: () => ({}) };
    }
  };
  const clients = Object.fromEntries(
    Object.entries(CLIENTS).map(([name, client]) => [name, clientOf(client)]),
  ) as Record<SenderName, SendingClient>;
  const built = building.move();
  return { issuer: issuer.url, clients, [Symbol.asyncDispose]: () => built.disposeAsync() };
}
