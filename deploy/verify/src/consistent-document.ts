/**
 * Whether a document could be what a record made that is not at hand: it is in all what this release makes of its own event
 * and envelope, its event is the content that its digest names, and was stamped when it was received. What a record alone
 * could tell, when that was and the sender's own time and version, is not proven by this.
 */
import {
  contentForm,
  ENVELOPE_FIELDS,
  EVENT_FIELD,
  encodeHeaders,
  parseJson,
  type SenderValues,
} from '@auditbox/fhir-core';
import { toDocument } from '@auditbox/indexer/to-document';
import { compareDocument, type Source } from './compare-document.ts';
import { sha256Of } from './read-quarantine.ts';

/** What a document holds was an event of the gateway, which bounds its depth far below this. */
const LEVELS_MAX = 1_000;

export function isConsistent(id: string, stored: Source): boolean {
  const [event, digest] = [stored[EVENT_FIELD], stored[ENVELOPE_FIELDS.digest]];
  const [received, sender] = [stored[ENVELOPE_FIELDS.received], stored[ENVELOPE_FIELDS.sender]];
  if (!isText(event) || !isText(digest) || !isText(received) || !isText(sender)) return false;
  const value = Buffer.from(event);
  const parsed = eventOf(value);
  if (parsed === undefined || stampedAt(parsed.exact) !== received) return false;
  const senderValues: SenderValues = {
    ...textAt(stored, ENVELOPE_FIELDS.senderId, 'id'),
    ...textAt(stored, ENVELOPE_FIELDS.senderLastUpdated, 'lastUpdated'),
    ...textAt(stored, ENVELOPE_FIELDS.senderVersionId, 'versionId'),
  };
  const about = { sender, received, sha256: sha256Of(value), contentDigest: digest, senderValues };
  const made = toDocument({ key: id, value, headers: encodeHeaders(about) }, sha256Of);
  if (!('document' in made) || compareDocument(made.document.source.toString(), stored).kind !== 'equal')
    return false;
  // Only what is valid has a content form, and making the document has seen to that.
  return sha256Of(Buffer.from(contentForm(parsed))) === digest;
}

type Exact = Readonly<Record<string, unknown>>;

function eventOf(bytes: Buffer): { readonly value: unknown; readonly exact: Exact } | undefined {
  const parsed = parseJson(bytes, { levelsMax: LEVELS_MAX });
  if (parsed.kind === 'refused') return undefined;
  const { value, exact } = parsed;
  return typeof exact === 'object' && exact !== null ? { value, exact: exact as Exact } : undefined;
}

/** The gateway takes one instant for both. */
function stampedAt({ meta }: Exact): unknown {
  return (meta as { readonly lastUpdated?: unknown } | null | undefined)?.lastUpdated;
}

function textAt(stored: Source, field: string, name: keyof SenderValues): SenderValues {
  const text = stored[field];
  return isText(text) ? { [name]: text } : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
