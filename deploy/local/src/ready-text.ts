/** What `npm start` prints when everything is ready: where it is, what to paste, where things lie, how to stop. */

export interface ReadyText {
  readonly baseUrl: string;
  readonly tokens: Tokens;
  readonly localFolder: string;
  /** Whether Kafka's and Elasticsearch's data are in our folder too. */
  readonly ownData: boolean;
  readonly startedIn: string;
}

/** Where a request's token comes from: nowhere (authentication is off), our own Keycloak, or another issuer. */
export type Tokens = 'off' | 'elsewhere' | { readonly tokenEndpoint: string };

/** The event of "Send AuditEvents to Auditbox", the page that most senders start from. */
const event = `{
    "resourceType": "AuditEvent",
    "type": {
      "system": "http://dicom.nema.org/resources/ontology/DCM",
      "code": "110100",
      "display": "Application Activity"
    },
    "action": "E",
    "recorded": "2026-01-16T16:03:16Z",
    "outcome": "0",
    "agent": [ { "requestor": true, "altId": "user@example.com" } ],
    "source": { "observer": { "display": "My System" } }
  }`;

/** In double quotes, so that the shell puts the token in. */
const bearer = ' -H "Authorization: Bearer $TOKEN"';

export function readyText({ baseUrl, tokens, localFolder, ownData, startedIn }: ReadyText): string {
  const header = tokens === 'off' ? '' : bearer;
  return [
    '',
    `Auditbox is ready at ${baseUrl} after ${startedIn}.`,
    ...aboutTokens(tokens),
    'Store an event:',
    '',
    `  curl -X POST '${baseUrl}/AuditEvent'${header} -H 'Content-Type: application/fhir+json' -d '${event}'`,
    '',
    'Find it:',
    '',
    `  curl${header} '${baseUrl}/AuditEvent?action=E&date=2026-01-16'`,
    '',
    `Logs:  ${localFolder}/logs`,
    `Data:  ${ownData ? `${localFolder}/data (kept; delete the folder to begin anew)` : 'in the Kafka and Elasticsearch that you named'}`,
    'Stop:  Ctrl-C',
  ].join('\n');
}

function aboutTokens(tokens: Tokens): string[] {
  if (tokens === 'off') {
    return [
      'Authentication is OFF (AUDITBOX_API_AUTH_ENABLED=false); the services listen on loopback only.',
      '',
    ];
  }
  if (tokens === 'elsewhere') {
    return ['Every request needs a token of the issuer that you named; below, $TOKEN stands for it.', ''];
  }
  return [
    'Every request needs a token of Keycloak. Its users and secrets are published: for development only.',
    'Get one:',
    '',
    `  TOKEN=$(${tokenCommand(tokens.tokenEndpoint)} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    '',
  ];
}

/** The command of Auditbox's page on its FHIR API. */
function tokenCommand(tokenEndpoint: string): string {
  const fields = [
    'grant_type=password',
    'client_id=auditbox',
    'client_secret=super-secret',
    'username=user@example.com',
    'password=password',
  ];
  return [
    `curl -s ${tokenEndpoint}`,
    '-H "Content-Type: application/x-www-form-urlencoded"',
    ...fields.map((field) => `-d "${field}"`),
  ].join(' \\\n    ');
}
