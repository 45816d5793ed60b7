/** What `npm start` prints when everything is ready: where it is, what to paste, where things lie, how to stop. */

export interface ReadyText {
  readonly baseUrl: string;
  readonly authEnabled: boolean;
  readonly localFolder: string;
  /** Whether Kafka's and Elasticsearch's data are in our folder too. */
  readonly ownData: boolean;
  readonly startedIn: string;
}

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

export function readyText({ baseUrl, authEnabled, localFolder, ownData, startedIn }: ReadyText): string {
  const auth = authEnabled
    ? []
    : ['Authentication is OFF (AUDITBOX_API_AUTH_ENABLED=false); the services listen on loopback only.', ''];
  return [
    '',
    `Auditbox is ready at ${baseUrl} after ${startedIn}.`,
    ...auth,
    'Store an event:',
    '',
    `  curl -X POST '${baseUrl}/AuditEvent' -H 'Content-Type: application/fhir+json' -d '${event}'`,
    '',
    'Find it:',
    '',
    `  curl '${baseUrl}/AuditEvent?action=E&date=2026-01-16'`,
    '',
    `Logs:  ${localFolder}/logs`,
    `Data:  ${ownData ? `${localFolder}/data (kept; delete the folder to begin anew)` : 'in the Kafka and Elasticsearch that you named'}`,
    'Stop:  Ctrl-C',
  ].join('\n');
}
