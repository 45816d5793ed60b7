export {
  type Issue,
  type IssueSeverity,
  type IssueType,
  issue,
  type OperationOutcome,
  operationOutcome,
} from './outcome/operation-outcome.ts';
export { canonicalForm } from './record/canonical.ts';
export { type EntrySource, entrySources } from './record/entry-sources.ts';
export { EVENT_ID_REST_BYTES, eventId, eventIdMs, isEventId } from './record/event-id.ts';
export { decodeHeaders, type EventHeaders, encodeHeaders } from './record/headers.ts';
export { EVENTS_INDEX, indexName } from './record/index-name.ts';
export { type JsonProblem, type ParsedJson, parseJson } from './record/parse-json.ts';
export { prettyText } from './record/pretty.ts';
export {
  type LoggedValue,
  type LogPlace,
  loggedItem,
  QUARANTINE_ORIGINS,
  QUARANTINE_REASONS,
  type QuarantinedItem,
  type QuarantineOrigin,
  type QuarantineReason,
  type QuarantineRelease,
} from './record/quarantine.ts';
export type {
  ContentOmitted,
  QuarantineDocument,
  QuarantineItemDocument,
  QuarantineReleaseDocument,
} from './record/quarantine-document.ts';
export {
  decodeQuarantine,
  decodeRelease,
  encodeQuarantine,
  encodeRelease,
  isQuarantineHeader,
  QUARANTINE_ISSUES_MAX,
} from './record/quarantine-headers.ts';
export { type SenderValues, type Stamp, senderValues, stampedText, VERSION_ID } from './record/stamp.ts';
export { subsetText } from './record/subset.ts';
export type { AuditEvent } from './schema/audit-event.ts';
export type { BundleType } from './schema/bundle.ts';
export type { Criterion, DateValue, Prefix, ReferenceValue, Search, TokenValue } from './search/criteria.ts';
export {
  capabilityStatement,
  searchParameterBundle,
  searchParameterId,
  searchParameterResource,
} from './search/describe.ts';
export {
  DIGEST_FIELD,
  ENVELOPE_FIELDS,
  EVENT_FIELD,
  type FieldKind,
  PRESENT_FIELD,
  type Projection,
  SUB_FIELDS,
  tokenTerm,
} from './search/document.ts';
export { splitEscaped, unescaped } from './search/escaped.ts';
export { foldCode } from './search/fold.ts';
export { parseDateTime, startMs } from './search/instant.ts';
export {
  SEARCH_PARAMETER_CODES,
  type SearchParameter,
  type SearchParameterCode,
  searchParameter,
} from './search/parameters.ts';
export {
  COUNT_DEFAULT,
  COUNT_MAX,
  type ParsedSearch,
  parseSearch,
  printable,
  RESULT_WINDOW_MAX,
  SEARCH_STRING_CHARS_MAX,
  SEARCH_VALUES_MAX,
} from './search/parse-search.ts';
export { type Parsed, parseDate } from './search/parse-value.ts';
export { projectEvent } from './search/project.ts';
export { idTerm, referenceBase, unversioned, versioned } from './search/reference-url.ts';
export { type Presentation, parseResultParameters } from './search/result-parameters.ts';
export { exactTerm } from './search/term.ts';
export { validateAuditEvent } from './validate/audit-event.ts';
export { bounded as boundedIssues } from './validate/bound.ts';
export { type CheckedBundle, type CheckedEntry, checkBundle } from './validate/bundle.ts';
