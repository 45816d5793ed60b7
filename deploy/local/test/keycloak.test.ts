/** Keycloak for real: Auditbox's own token commands work against the realm, and its tokens may no more than they should. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshFolder, type KeycloakNode, processesNaming, startKeycloak } from '../src/index.ts';
import { stateOfPort } from '../src/machine/ports.ts';
import { readyText } from '../src/ready-text.ts';

const run = promisify(execFile);

/** A start takes 20 s on an idle machine, and many times that beside a whole run of the tests. */
const startMsMax = 330_000;

const folder = freshFolder('keycloak');
let keycloak: KeycloakNode;
beforeAll(async () => {
  keycloak = await startKeycloak({ folder: folder.path });
}, startMsMax);
afterAll(async () => {
  await keycloak?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface Claims {
  readonly iss: string;
  readonly aud?: string | readonly string[];
  readonly sub: string;
  readonly scope: string;
  readonly realm_access: { readonly roles: readonly string[] };
  readonly preferred_username?: string;
  readonly site?: string;
}

function claimsOf(accessToken: string): Claims {
  return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
}

/** Runs what a page shows, as a user pastes it. */
async function paste(command: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await run('sh', ['-c', command], { env: { PATH: process.env.PATH, ...env } });
  return stdout;
}

async function tokenOf(fields: Record<string, string>, endpoint = keycloak.tokenEndpoint): Promise<Claims> {
  const response = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(fields) });
  expect(response.status).toBe(200);
  const { access_token } = (await response.json()) as { access_token: string };
  return claimsOf(access_token);
}

const ofClient = (client_id: string, client_secret: string) =>
  tokenOf({ grant_type: 'client_credentials', client_id, client_secret });

const passwordGrant = (username: string) => ({
  grant_type: 'password',
  client_id: 'auditbox',
  client_secret: 'super-secret',
  username,
  password: 'password',
});

const inOrder = (words: Iterable<string>) => [...words].sort();
const scopesOf = ({ scope }: Claims) => inOrder(scope.split(' '));

describe("the commands of Auditbox's pages, to the letter", () => {
  /** "FHIR API", with the port of this run. */
  const passwordCommand = `
curl http://localhost:8888/realms/auditbox/protocol/openid-connect/token \\
  -H "Content-Type: application/x-www-form-urlencoded" \\
  -d "grant_type=password" \\
  -d "client_id=auditbox" \\
  -d "client_secret=super-secret" \\
  -d "username=user@example.com" \\
  -d "password=password"`;

  /** "Send AuditEvents to Auditbox", whose variables its reader sets. */
  const clientCredentialsCommand = `
curl "\${keycloak_url}/realms/auditbox/protocol/openid-connect/token" \\
  -X POST \\
  -H "Content-Type: application/x-www-form-urlencoded" \\
  -d "client_id=\${client_id}" \\
  -d "client_secret=\${client_secret}" \\
  -d "grant_type=client_credentials"`;

  it.each([
    ['password', passwordCommand, 'user@example.com'],
    ['client_credentials', clientCredentialsCommand, 'service-account-auditbox'],
  ])('%s gives a token that may send, read and search', async (_, command, who) => {
    const { origin, host } = new URL(keycloak.issuer);
    const answer = await paste(command.replace('localhost:8888', host), {
      keycloak_url: origin,
      client_id: 'auditbox',
      client_secret: 'super-secret',
    });
    const claims = claimsOf(JSON.parse(answer).access_token);
    expect(claims).toMatchObject({ iss: keycloak.issuer, aud: 'auditbox', preferred_username: who });
    expect(scopesOf(claims)).toEqual(['profile', 'system/AuditEvent.c', 'user/AuditEvent.rs']);
  });

  it('npm start prints one that leaves a token in the shell', async () => {
    const text = readyText({
      baseUrl: 'http://localhost:3002',
      tokens: { tokenEndpoint: keycloak.tokenEndpoint },
      localFolder: folder.path,
      ownData: true,
      startedIn: '1 s',
    });
    const command = /TOKEN=\$\([\s\S]*?\n\n/.exec(text)?.[0] ?? '';
    const token = await paste(`${command}\nprintf %s "$TOKEN"`);
    expect(claimsOf(token)).toMatchObject({ iss: keycloak.issuer, preferred_username: 'user@example.com' });
  });
});

describe('a token may do what its client and its user may both do, and no more', () => {
  it.each([
    ['auditbox-writer', 'writer-secret', 'auditbox', ['system/AuditEvent.c'], ['auditbox-writer']],
    ['auditbox-reader', 'reader-secret', 'auditbox', ['system/AuditEvent.rs'], ['auditbox-reader']],
    ['other-app', 'other-secret', undefined, ['system/AuditEvent.c'], ['auditbox-writer']],
  ])('client %s', async (client, secret, aud, scopes, roles) => {
    const claims = await ofClient(client, secret);
    expect(claims.iss).toBe(keycloak.issuer);
    expect(claims.sub).toBeTruthy();
    expect(claims.aud).toBe(aud);
    expect(scopesOf(claims)).toEqual(scopes);
    expect(claims.realm_access.roles).toEqual(roles);
  });

  const quarantine = ['auditbox/quarantine.read', 'auditbox/quarantine.release'];
  it.each([
    [
      'user@example.com',
      ['system/AuditEvent.c', 'user/AuditEvent.rs'],
      ['auditbox-reader', 'auditbox-writer'],
    ],
    ['reader@example.com', ['user/AuditEvent.rs'], ['auditbox-reader']],
    ['operator@example.com', [...quarantine, 'user/AuditEvent.rs'], ['auditbox-operator', 'auditbox-reader']],
    ['site-reader@example.com', ['user/AuditEvent.rs'], ['auditbox-reader']],
  ])('user %s', async (username, scopes, roles) => {
    const claims = await tokenOf(passwordGrant(username));
    expect(claims).toMatchObject({ iss: keycloak.issuer, aud: 'auditbox', preferred_username: username });
    expect(scopesOf(claims)).toEqual(inOrder(['profile', ...scopes]));
    expect(inOrder(claims.realm_access.roles)).toEqual(roles);
    expect(claims.site).toBe(username.startsWith('site-') ? 'Hospital-Main' : undefined);
  });

  it('asking for more does not give it', async () => {
    const more = { ...passwordGrant('reader@example.com'), scope: 'openid system/AuditEvent.c' };
    expect(scopesOf(await tokenOf(more))).toEqual(['openid', 'profile', 'user/AuditEvent.rs']);
  });
});

it('the issuer in a token does not depend on the name by which its client reached Keycloak', async () => {
  const other = keycloak.tokenEndpoint.replace('localhost', '127.0.0.1');
  expect((await tokenOf(passwordGrant('user@example.com'), other)).iss).toBe(keycloak.issuer);
});

it('ends in order, and leaves no process and no open port', async () => {
  const port = Number(new URL(keycloak.issuer).port);
  expect(await stateOfPort(port)).toBe('taken');
  // 143: Java's own status after SIGTERM. Killed after the deadline it would be a signal.
  expect(await keycloak.stop()).toEqual({ code: 143, signal: null });
  expect(processesNaming(folder.path)).toEqual([]);
  expect(await stateOfPort(port)).toBe('free');
  expect(existsSync(join(folder.path, 'run', 'keycloak.json'))).toBe(false);
});
