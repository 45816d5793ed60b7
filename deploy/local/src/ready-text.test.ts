import { expect, it } from 'vitest';
import { readyText, type Tokens } from './ready-text.ts';

const textOf = (tokens: Tokens) =>
  readyText({ baseUrl: 'http://localhost:1', tokens, localFolder: '/box', ownData: true, startedIn: '9 s' });
const tokenEndpoint = 'http://localhost:2/realms/auditbox/protocol/openid-connect/token';

it('says aloud that authentication is off, and then needs no token', () => {
  const text = textOf('off');
  expect(text).toContain('Authentication is OFF (AUDITBOX_API_AUTH_ENABLED=false)');
  expect(text).not.toContain('TOKEN');
});

it('says how to get a token of our Keycloak, and that its credentials are published', () => {
  const text = textOf({ tokenEndpoint });
  expect(text).toContain(`curl -s ${tokenEndpoint} \\\n`);
  expect(text).toContain('for development only');
  expect(text).not.toContain('Authentication is OFF');
});

it.each<[string, Tokens]>([
  ['our Keycloak', { tokenEndpoint }],
  ['another issuer', 'elsewhere'],
])('has the token of %s in each request to paste', (_, tokens) => {
  const requests = textOf(tokens)
    .split('\n')
    .filter((line) => /^ {2}curl /.test(line));
  expect(requests).toHaveLength(2);
  for (const each of requests) expect(each).toContain('-H "Authorization: Bearer $TOKEN"');
});
