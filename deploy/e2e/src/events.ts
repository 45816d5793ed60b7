/** AuditEvents to send: the one of the pages, and real ones of public sources. */
import { readFileSync } from 'node:fs';

export const PAGE_EVENT = {
  resourceType: 'AuditEvent',
  type: {
    system: 'http://dicom.nema.org/resources/ontology/DCM',
    code: '110100',
    display: 'Application Activity',
  },
  action: 'E',
  recorded: '2026-01-16T16:03:16Z',
  outcome: '0',
  agent: [{ requestor: true, altId: 'user@example.com' }],
  source: { observer: { display: 'My System' } },
} as const;

/** The 116 events of packages/fhir-core/fixtures/corpus.ndjson, as text. */
export function corpusTexts(): string[] {
  const file = new URL('../../../packages/fhir-core/fixtures/corpus.ndjson', import.meta.url);
  return readFileSync(file, 'utf8').trim().split('\n');
}
