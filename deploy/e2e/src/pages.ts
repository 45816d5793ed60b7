/**
 * The curl commands of the two pages that Auditbox is founded on ("FHIR API" and "Send AuditEvents"), as far as
 * they use what this version has: variables set, token left out, nothing else changed. With each, what its page
 * says that it does.
 */
import type { Bundle, Resource } from './client.ts';

export type PageCommand = {
  /** The page and the heading it stands under. */
  readonly heading: string;
  /** `$auditbox_url` stands for the base URL, `$id` for that of an event that is stored, also where the page writes it out or hyphenates the name. */
  readonly command: string;
  readonly status: number;
  /** Whether the answer is what the page says. */
  readonly answers: (body: unknown) => boolean;
};

const EVENT = `{
     "resourceType": "AuditEvent",
     "type": {
       "system": "http://dicom.nema.org/resources/ontology/DCM",
       "code": "110100",
       "display": "Application Activity"
     },
     "action": "E",
     "recorded": "2026-01-16T16:03:16Z",
     "outcome": "0",
     "agent": [
       {
         "requestor": true,
         "altId": "user@example.com"
       }
     ],
     "source": {
       "observer": {
         "display": "My System"
       }
     }
   }`;

const BUNDLE = `{ "resourceType": "Bundle", "type": "collection", "entry": [ { "resource": ${EVENT} } ] }`;

const isStored = (body: unknown): boolean => {
  const { resourceType, id, meta } = body as Resource & { meta?: { lastUpdated?: string } };
  return resourceType === 'AuditEvent' && typeof id === 'string' && typeof meta?.lastUpdated === 'string';
};
const isStoredBundle = (body: unknown): boolean => {
  const { resourceType, type, entry = [] } = body as Bundle;
  return (
    resourceType === 'Bundle' && type === 'collection' && entry.length === 1 && isStored(entry[0]?.resource)
  );
};
/** A searchset in which every event is one that the search asks for. */
const searchset =
  (holds: (event: Record<string, unknown>) => boolean, atLeast = 1) =>
  (body: unknown): boolean => {
    const { resourceType, type, total = -1, entry = [] } = body as Bundle;
    return (
      resourceType === 'Bundle' &&
      type === 'searchset' &&
      total >= atLeast &&
      entry.every(({ resource }) => holds(resource))
    );
  };
const ofType = (resourceType: string) => (body: unknown) => (body as Resource).resourceType === resourceType;

const from2025 = (event: Record<string, unknown>) => String(event.recorded) >= '2025';
const hasCode110100 = (event: Record<string, unknown>) => (event.type as { code?: string }).code === '110100';

export const PAGE_COMMANDS: readonly PageCommand[] = [
  {
    heading: 'FHIR API: Metadata / Capability Statement',
    command: 'curl $auditbox_url/metadata',
    status: 200,
    answers: ofType('CapabilityStatement'),
  },
  {
    heading: 'FHIR API: Create AuditEvent',
    command: `curl $auditbox_url/AuditEvent \\
  -H "Content-Type: application/fhir+json" \\
  -d \\
  '${EVENT}'`,
    status: 201,
    answers: isStored,
  },
  {
    heading: 'FHIR API: Create Bundle',
    command: `curl $auditbox_url/ \\
  -H "Content-Type: application/fhir+json" \\
  -d '${BUNDLE}'`,
    status: 201,
    answers: isStoredBundle,
  },
  {
    heading: 'Send AuditEvents: Single event upload',
    command: `curl "$auditbox_url/AuditEvent" \\
  -X POST \\
  -H "Content-Type: application/fhir+json" \\
  -d \\
  '${EVENT}'`,
    status: 201,
    answers: isStored,
  },
  {
    heading: 'Send AuditEvents: Bulk upload',
    command: `curl "$auditbox_url/" \\
  -X POST \\
  -H "Content-Type: application/fhir+json" \\
  -d '${BUNDLE}'`,
    status: 201,
    answers: isStoredBundle,
  },
  {
    heading: 'FHIR API: Read AuditEvent',
    command: 'curl $auditbox_url/AuditEvent/$id',
    status: 200,
    answers: isStored,
  },
  {
    heading: 'FHIR API: Date Prefixes',
    command: 'curl "$auditbox_url/AuditEvent?date=ge2025-01-01"',
    status: 200,
    answers: searchset(from2025),
  },
  {
    heading: 'FHIR API: Token Modifiers',
    command: 'curl "$auditbox_url/AuditEvent?action:not=C"',
    status: 200,
    answers: searchset(({ action }) => action !== 'C'),
  },
  {
    heading: 'FHIR API: Combining Parameters',
    command: 'curl "$auditbox_url/AuditEvent?action=C&patient=Patient/456&date=ge2025-01-01"',
    status: 200,
    answers: searchset((event) => event.action === 'C' && from2025(event)),
  },
  {
    heading: 'FHIR API: Example 1: Search by Action',
    command: 'curl "$auditbox_url/AuditEvent?action=C"',
    status: 200,
    answers: searchset(({ action }) => action === 'C'),
  },
  {
    heading: 'FHIR API: Example 2: Search by Date Range',
    command: 'curl "$auditbox_url/AuditEvent?date=ge2025-01-01&date=le2025-01-31"',
    status: 200,
    answers: searchset(({ recorded }) => String(recorded).startsWith('2025-01')),
  },
  {
    heading: 'FHIR API: Example 3: Search by Patient',
    command: 'curl "$auditbox_url/AuditEvent?patient=Patient/456"',
    status: 200,
    answers: searchset((event) => JSON.stringify(event).includes('"Patient/456"')),
  },
  {
    heading: 'FHIR API: Example 4: Search by Type and Outcome',
    command: 'curl "$auditbox_url/AuditEvent?type=110100&outcome=0"',
    status: 200,
    answers: searchset((event) => hasCode110100(event) && event.outcome === '0'),
  },
  {
    heading: 'FHIR API: Example 6: Complex Query',
    command: 'curl "$auditbox_url/AuditEvent?type=110100&action=E&date=ge2025-01-01&outcome=0&_count=50"',
    status: 200,
    answers: searchset((event) => hasCode110100(event) && event.action === 'E' && from2025(event)),
  },
  {
    heading: 'FHIR API: Pagination, first results',
    command: 'curl "$auditbox_url/AuditEvent?_count=10"',
    status: 200,
    answers: (body) => (body as Bundle).entry?.length === 10,
  },
  {
    heading: 'FHIR API: Pagination, next results',
    command: 'curl "$auditbox_url/AuditEvent?_count=10&_offset=10"',
    status: 200,
    answers: (body) => (body as Bundle).link?.some(({ relation }) => relation === 'previous') ?? false,
  },
  {
    heading: 'FHIR API: Search Parameters Endpoint',
    command: 'curl $auditbox_url/SearchParameter',
    status: 200,
    answers: (body) =>
      (body as Bundle).entry?.every(({ resource }) => ofType('SearchParameter')(resource)) ?? false,
  },
  {
    heading: 'FHIR API: Health Check',
    command: 'curl $auditbox_url/healthcheck',
    status: 200,
    answers: () => true,
  },
];

/** What the page says of a body that is not an event. */
export const REFUSED_COMMAND: PageCommand = {
  heading: 'FHIR API: Error Response',
  command: `curl $auditbox_url/AuditEvent -H "Content-Type: application/fhir+json" -d '{"resourceType":"AuditEvent"}'`,
  status: 400,
  answers: ofType('OperationOutcome'),
};
