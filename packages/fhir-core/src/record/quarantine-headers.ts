/**
 * The headers of a record of `auditbox.quarantine`. Its key is the item's id, its value what was quarantined. A
 * release is a second record of the same key, without a value: the log is append-only, so what an operator decides
 * is added, never changed.
 *
 * Much of it was made by clients, so every text is cut at its bound. What the repository itself makes (ids, digests,
 * times) has its form, or the record does not decode.
 */
import type { Issue } from '../outcome/operation-outcome.ts';
import { beginning } from '../search/term.ts';
import { isEventId } from './event-id.ts';
import {
  isInstant,
  type LogPlace,
  loggedItem,
  QUARANTINE_ORIGINS,
  QUARANTINE_REASONS,
  type QuarantinedItem,
  type QuarantineRelease,
} from './quarantine.ts';

type Headers = Readonly<Record<string, string | undefined>>;

const PREFIX = 'quarantine-';

/** The optional texts: their headers and their bounds in UTF-16 code units, which a keyword of Elasticsearch takes. */
const TEXTS = {
  place: { name: 'place', charsMax: 1024 },
  mediaType: { name: 'media-type', charsMax: 256 },
  contentEncoding: { name: 'content-encoding', charsMax: 64 },
  requestId: { name: 'request-id', charsMax: 64 },
  senderId: { name: 'sender-id', charsMax: 256 },
} as const;
type Texts = { readonly [Key in keyof typeof TEXTS]?: string };

const SENDER_CHARS_MAX = 1024;
const KEY_CHARS_MAX = 256;

/** Issues of one item, and what each may hold: together under the MiB that the topic has for headers. */
export const QUARANTINE_ISSUES_MAX = 50;
const DIAGNOSTICS_CHARS_MAX = 1024;
const EXPRESSIONS_MAX = 4;
const EXPRESSION_CHARS_MAX = 512;

const SHA256 = /^[0-9a-f]{64}$/;
const WHOLE_NUMBER = /^\d{1,19}$/;
const TOPIC = /^[a-zA-Z0-9._-]{1,249}$/;
const CODE = /^[a-z-]{1,32}$/;
const PARTITION_MAX = 2 ** 31 - 1;

/** Whether a header is one of this contract: a record that is quarantined keeps its own others. */
export function isQuarantineHeader(name: string): boolean {
  return name.startsWith(PREFIX);
}

export function encodeQuarantine(item: QuarantinedItem): Record<string, string> {
  const { log, omittedBytes } = item;
  return prefixed({
    id: item.id,
    'event-id': item.eventId,
    origin: item.origin,
    reason: item.reason,
    sender: beginning(item.sender, SENDER_CHARS_MAX),
    received: item.received,
    sha256: item.sha256,
    issues: JSON.stringify(item.issues.slice(0, QUARANTINE_ISSUES_MAX).map(boundedIssue)),
    ...Object.fromEntries(
      Object.entries(boundedTexts(item)).map(([key, text]) => [TEXTS[key as keyof Texts].name, text]),
    ),
    ...(omittedBytes !== undefined && { bytes: String(omittedBytes) }),
    ...(log !== undefined && {
      topic: log.topic,
      partition: String(log.partition),
      offset: log.offset,
      ...(log.key !== undefined && { key: beginning(log.key, KEY_CHARS_MAX) }),
    }),
  });
}

/**
 * The item that a record is, or undefined where it is none.
 *
 * Earlier releases wrote the reason and the place in the log, beside the record's own headers; the rest is then taken
 * from `stored`: the SHA-256 of the value and when the log took it (milliseconds since 1970).
 */
export function decodeQuarantine(
  headers: Headers,
  stored: { readonly sha256: string; readonly timestampMs: number },
): QuarantinedItem | undefined {
  const text = (name: string): string | undefined => headers[`${PREFIX}${name}`];
  const reason = oneOf(QUARANTINE_REASONS, text('reason'));
  if (reason === undefined) return undefined;
  const log = logPlace(text);
  const bytes = text('bytes') ?? '';
  const omitted = WHOLE_NUMBER.test(bytes) ? { omittedBytes: Number(bytes) } : {};
  const [id, eventId, received] = [text('id'), text('event-id'), text('received')];
  const sha256 = text('sha256') ?? '';
  if (id === undefined) {
    if (log === undefined) return undefined;
    const digest = SHA256.test(sha256) ? sha256 : stored.sha256;
    return boundedItem(loggedItem({ ...stored, reason, log, headers, sha256: digest, ...omitted }));
  }
  const [origin, sender] = [oneOf(QUARANTINE_ORIGINS, text('origin')), text('sender')];
  if (!isEventId(id) || eventId === undefined || !isEventId(eventId) || !isInstant(received))
    return undefined;
  if (origin === undefined || sender === undefined || !SHA256.test(sha256)) return undefined;
  const texts = Object.fromEntries(
    Object.entries(TEXTS).flatMap(([key, { name }]) => {
      const value = text(name);
      return value === undefined ? [] : [[key, value]];
    }),
  );
  return boundedItem({
    ...{ id, eventId, origin, reason, sender, received, sha256 },
    ...omitted,
    ...texts,
    issues: decodeIssues(text('issues')),
    ...(log !== undefined && { log }),
  });
}

export function encodeRelease(release: QuarantineRelease): Record<string, string> {
  return prefixed({
    id: release.id,
    'event-id': release.eventId,
    'released-at': release.releasedAt,
    'released-by': beginning(release.releasedBy, SENDER_CHARS_MAX),
    corrected: String(release.corrected),
  });
}

/** The release that a record is, or undefined where it is none. */
export function decodeRelease(headers: Headers): QuarantineRelease | undefined {
  const text = (name: string): string | undefined => headers[`${PREFIX}${name}`];
  const [id, eventId, releasedAt] = [text('id'), text('event-id'), text('released-at')];
  const [releasedBy, corrected] = [text('released-by'), text('corrected')];
  if (id === undefined || !isEventId(id) || eventId === undefined || !isEventId(eventId)) return undefined;
  if (!isInstant(releasedAt) || releasedBy === undefined) return undefined;
  if (corrected !== 'true' && corrected !== 'false') return undefined;
  return {
    ...{ id, eventId, releasedAt, releasedBy: beginning(releasedBy, SENDER_CHARS_MAX) },
    corrected: corrected === 'true',
  };
}

function logPlace(text: (name: string) => string | undefined): LogPlace | undefined {
  const [topic, partition, offset, key] = [text('topic'), text('partition'), text('offset'), text('key')];
  if (topic === undefined || !TOPIC.test(topic) || offset === undefined || !WHOLE_NUMBER.test(offset))
    return undefined;
  if (partition === undefined || !WHOLE_NUMBER.test(partition) || Number(partition) > PARTITION_MAX)
    return undefined;
  return { topic, partition: Number(partition), offset, ...(key !== undefined && { key }) };
}

/** What is foreign in it, cut to what is listed of it. */
export function boundedItem(item: QuarantinedItem): QuarantinedItem {
  const { log } = item;
  return {
    ...item,
    ...boundedTexts(item),
    sender: beginning(item.sender, SENDER_CHARS_MAX),
    ...(log?.key !== undefined && { log: { ...log, key: beginning(log.key, KEY_CHARS_MAX) } }),
  };
}

function boundedTexts(item: Texts): Texts {
  return Object.fromEntries(
    Object.entries(TEXTS).flatMap(([key, { charsMax }]) => {
      const text = item[key as keyof Texts];
      return text === undefined ? [] : [[key, beginning(text, charsMax)]];
    }),
  );
}

function boundedIssue({ severity, code, diagnostics, expression }: Issue): Issue {
  return {
    severity,
    code,
    ...(diagnostics !== undefined && { diagnostics: beginning(diagnostics, DIAGNOSTICS_CHARS_MAX) }),
    ...(expression !== undefined && {
      expression: expression.slice(0, EXPRESSIONS_MAX).map((place) => beginning(place, EXPRESSION_CHARS_MAX)),
    }),
  };
}

/** What is no issue is left out: the item counts more than what was said about it. */
function decodeIssues(text: string | undefined): readonly Issue[] {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(parsed)
      ? parsed.filter(isIssue).slice(0, QUARANTINE_ISSUES_MAX).map(boundedIssue)
      : [];
  } catch {
    return [];
  }
}

function isIssue(value: unknown): value is Issue {
  if (typeof value !== 'object' || value === null) return false;
  const { severity, code, diagnostics, expression } = value as Readonly<Record<string, unknown>>;
  if (typeof severity !== 'string' || typeof code !== 'string') return false;
  if (!CODE.test(severity) || !CODE.test(code)) return false;
  if (diagnostics !== undefined && typeof diagnostics !== 'string') return false;
  return (
    expression === undefined ||
    (Array.isArray(expression) && expression.every((place) => typeof place === 'string'))
  );
}

function oneOf<Word extends string>(words: readonly Word[], text: string | undefined): Word | undefined {
  return words.find((word) => word === text);
}

function prefixed(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, text]) => [`${PREFIX}${name}`, text]));
}
