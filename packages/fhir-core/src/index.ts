export {
  ACTION_SYSTEM,
  ACTOR_SYSTEM,
  APPLICATION_EVENT_PROFILE,
  contentForm,
  fromAuditEvent,
  ORGANISATION_SYSTEM,
  RESULT_OUTCOMES,
  sentForm,
  sentPart,
  toAuditEvent,
} from './application/audit-event.ts';
export {
  type AddedFields,
  type ApplicationEvent,
  ApplicationEventSchema,
  type FieldProblem,
  isIpAddress,
  repeatableName,
  type SentEvent,
  SentEventSchema,
  sentEventProblems,
  unmetExpectation,
} from './application/event.ts';
export {
  type Issue,
  type IssueSeverity,
  type IssueType,
  issue,
  type OperationOutcome,
  operationOutcome,
} from './outcome/operation-outcome.ts';
export { canonicalForm } from './record/canonical.ts';
export { canonicalBytes } from './record/canonical-bytes.ts';
export { type EntrySource, entrySources } from './record/entry-sources.ts';
export { EVENT_ID_REST_BYTES, eventId, eventIdMs, isEventId } from './record/event-id.ts';
export type { EventSource } from './record/event-source.ts';
export {
  decodeHeaders,
  type EventHeaders,
  encodeHeaders,
  type TraceHeaders,
  traceHeadersOf,
} from './record/headers.ts';
export {
  EVENTS_INDEX,
  indexMonth,
  indexMonths,
  indexName,
  indexPatterns,
  isIndexMonth,
  monthEndMs,
  monthName,
  writtenIndex,
  writtenMonth,
  writtenPatterns,
} from './record/index-name.ts';
export { JSON_POINTER, pointed, pointerPath } from './record/json-pointer.ts';
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
  boundedItem,
  decodeQuarantine,
  decodeRelease,
  encodeQuarantine,
  encodeRelease,
  isQuarantineHeader,
  QUARANTINE_ISSUES_MAX,
} from './record/quarantine-headers.ts';
export { isPastRetention, retentionEndMs } from './record/retention.ts';
export {
  type SenderValues,
  STAMPED_ID_AT,
  type Stamp,
  senderValues,
  stampedBytes,
  VERSION_ID,
} from './record/stamp.ts';
export { subsetText } from './record/subset.ts';
export type { AuditEvent } from './schema/audit-event.ts';
export type { BundleType } from './schema/bundle.ts';
export { type JsonSchema, plainSchema, sentDefinitions } from './schema/json-schema.ts';
export { capabilityStatement, type Described, howToSearch } from './search/capability-statement.ts';
export { COMPARTMENT_TYPES, type CompartmentType, compartmentCriterion } from './search/compartments.ts';
export type {
  Compartment,
  Criterion,
  DateValue,
  Prefix,
  ReferenceValue,
  Search,
  SortKey,
  TokenValue,
} from './search/criteria.ts';
export {
  DIGEST_FIELD,
  ENVELOPE_FIELDS,
  EVENT_FIELD,
  type FieldKind,
  type Fields,
  GRAMS_FIELD,
  gramsFields,
  MISSING_FIELD,
  PROJECTED_FIELD,
  PROJECTION_VERSION,
  projectedFields,
  SIZE_FIELD,
  sortField,
  TERMS_FIELD,
  termIn,
  tokenTerm,
  typedTerm,
} from './search/document.ts';
export { splitEscaped, unescaped } from './search/escaped.ts';
export { findDefinitions } from './search/find-definitions.ts';
export { type Folded, foldCode, foldText } from './search/fold.ts';
export { formatPresentation, formatSearch } from './search/format-search.ts';
export { containing } from './search/grams.ts';
export { approximately, type MicrosRange, parseDateTime, startMs, startMsOf } from './search/instant.ts';
export { COUNT_DEFAULT, COUNT_MAX, RESULT_WINDOW_MAX } from './search/page-parameters.ts';
export {
  SEARCH_PARAMETER_ALIASES,
  SEARCH_PARAMETER_CODES,
  type SearchParameter,
  type SearchParameterCode,
  type StringParameter,
  searchParameter,
  searchParameterCode,
  type TokenParameter,
} from './search/parameters.ts';
export { type ParsedSearch, parseSearch, SEARCH_VALUES_MAX } from './search/parse-search.ts';
export { type Parsed, parseDate, SEARCH_STRING_CHARS_MAX } from './search/parse-value.ts';
export { printable } from './search/printable.ts';
export { type Projection, projectEvent, projectedMembers } from './search/project.ts';
export { foldString } from './search/project-strings.ts';
export { comparedCode } from './search/project-tokens.ts';
export { idTerm, referenceBase, unversioned, versioned } from './search/reference-url.ts';
export {
  RESTRICTING_CODES,
  RESTRICTION_VALUES_MAX,
  restrictionCriterion,
} from './search/restriction.ts';
export { type Presentation, parseResultParameters } from './search/result-parameters.ts';
export { definitionParameters, searchParameterResources } from './search/search-parameter-resource.ts';
export { exactTerm, textDigest } from './search/term.ts';
export { urlAncestors } from './search/url-ancestors.ts';
export { wordsOf } from './search/words.ts';
export { validateAuditEvent } from './validate/audit-event.ts';
export { bounded as boundedIssues } from './validate/bound.ts';
export { BUNDLE_LEVELS, type CheckedBundle, type CheckedEntry, checkBundle } from './validate/bundle.ts';
