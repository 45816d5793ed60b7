/** What clients and administrators ask of the real Keycloak of a test: tokens, and other keys. */
import type { KeycloakNode } from '@auditbox/local';

type Tokens = { readonly access_token: string; readonly id_token?: string; readonly refresh_token?: string };

/** Of artifacts/keycloak: published, for development and tests. */
const CLIENT = { client_id: 'auditbox', client_secret: 'super-secret' };
const PASSWORD = 'password';
const ADMINISTRATOR = { client_id: 'admin-cli', username: 'admin', password: 'admin' };
const KEY_PROVIDER = 'org.keycloak.keys.KeyProvider';

/** By the password grant, as the page has it. */
export function userTokens({ tokenEndpoint }: KeycloakNode, username: string, scope = ''): Promise<Tokens> {
  const grant = { grant_type: 'password', username, password: PASSWORD };
  return tokens(tokenEndpoint, { ...CLIENT, ...grant, ...(scope !== '' && { scope }) });
}

export async function clientToken(
  { tokenEndpoint }: KeycloakNode,
  client_id: string,
  client_secret: string,
): Promise<string> {
  const grant = { grant_type: 'client_credentials', client_id, client_secret };
  return (await tokens(tokenEndpoint, grant)).access_token;
}

/** Lets the realm sign with a new key; the old one stays published until `withdrawOld`. */
export async function rotateKeys(
  keycloak: KeycloakNode,
): Promise<{ readonly withdrawOld: () => Promise<void> }> {
  const components = `${keycloak.issuer.replace('/realms/', '/admin/realms/')}/components`;
  const ask = async (method: string, url: string, body?: object): Promise<Response> => {
    const endpoint = keycloak.tokenEndpoint.replace('/realms/auditbox/', '/realms/master/');
    const { access_token } = await tokens(endpoint, { grant_type: 'password', ...ADMINISTRATOR });
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`Keycloak's administration answers ${response.status} to ${method}`);
    return response;
  };
  const listed = await ask('GET', `${components}?type=${KEY_PROVIDER}`);
  const old = ((await listed.json()) as { readonly id: string; readonly providerId: string }[]).filter(
    ({ providerId }) => providerId === 'rsa-generated',
  );
  if (old.length === 0) throw new Error('the realm has no key that signs');
  await ask('POST', components, {
    name: 'rsa-of-the-test',
    providerId: 'rsa-generated',
    providerType: KEY_PROVIDER,
    config: {
      priority: ['500'],
      enabled: ['true'],
      active: ['true'],
      algorithm: ['RS256'],
      keySize: ['2048'],
    },
  });
  return {
    withdrawOld: async () => {
      for (const { id } of old) await ask('DELETE', `${components}/${id}`);
    },
  };
}

async function tokens(endpoint: string, form: Record<string, string>): Promise<Tokens> {
  const response = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(form) });
  if (!response.ok) throw new Error(`Keycloak gives no token: ${response.status}`);
  return (await response.json()) as Tokens;
}
