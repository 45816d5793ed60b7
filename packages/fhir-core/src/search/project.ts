/**
 * The projection: from an event, and what is about it, to the fields it is found by, as JSON. Pure, total over valid
 * events, and the only place that decides under which values an event is found. It is written as text, because most
 * of it was in an event before (`memo.ts`) and need not be made of objects once more.
 */
import type { AuditEvent } from '../schema/audit-event.ts';
import {
  GRAMS_FIELD,
  MISSING_FIELD,
  SHARED_GRAMS,
  SHARING_GRAMS,
  sortField,
  TERMS_FIELD,
} from './document.ts';
import { parseDateTime } from './instant.ts';
import {
  type AboutEvent,
  SEARCH_PARAMETER_CODES,
  SEARCH_PARAMETERS,
  type SearchParameter,
  type StringParameter,
  searchParameter,
} from './parameters.ts';
import { referenceProjector } from './project-references.ts';
import { projectGrams, stringProjector } from './project-strings.ts';
import { tokenProjector } from './project-tokens.ts';
import { exactTerm } from './term.ts';
import { endingOf, jsonList, TermList, termStart } from './term-list.ts';
import { wordText } from './words.ts';

/**
 * Adds the terms of a parameter. The answer is the JSON of its own field, which is none where it does not sort, and undefined
 * where the event has no value.
 */
type Projector = (event: AuditEvent, about: AboutEvent, terms: TermList) => string | undefined;

const MISSING_START = termStart(MISSING_FIELD);

const ROWS = SEARCH_PARAMETER_CODES.map((code) => {
  const parameter = searchParameter(code);
  const hasField = parameter.type === 'words' || sortField(parameter) !== undefined;
  return {
    code: endingOf(code),
    name: hasField ? `${JSON.stringify(parameter.field)}:` : undefined,
    project: projectorOf(parameter),
  };
});

/** The members of a JSON object, each a text with the comma that parts it from the next; the last one has none. */
export function projectedMembers(event: AuditEvent, about: AboutEvent): string[] {
  const members: string[] = [];
  const terms = new TermList();
  for (const { code, name, project } of ROWS) {
    const value = project(event, about, terms);
    if (value === undefined) terms.add(MISSING_START, code);
    else if (name !== undefined) members.push(`${name}${value},`);
  }
  const grams = gramsMember(event, about);
  if (grams !== undefined) members.push(`${grams},`);
  members.push(`"${TERMS_FIELD}":${terms.json()}`);
  return members;
}

/** What a document has of an event to be found by. */
export type Projection = {
  readonly [TERMS_FIELD]: readonly string[];
  readonly [field: string]: unknown;
};

/** The same as an object. */
export function projectEvent(event: AuditEvent, about: AboutEvent): Projection {
  return JSON.parse(`{${projectedMembers(event, about).join('')}}`);
}

function projectorOf(parameter: SearchParameter): Projector {
  switch (parameter.type) {
    case 'id': {
      const start = termStart(parameter.field);
      // Elasticsearch finds it by its own `_id`.
      const isOwnId = parameter.field === SEARCH_PARAMETERS._id.field;
      return (event, about, terms) => {
        const [id] = parameter.extract(event, about);
        if (id === undefined) return undefined;
        const ending = endingOf(exactTerm(id));
        if (!isOwnId) terms.add(start, ending);
        return `"${ending}`;
      };
    }
    case 'token': {
      const project = tokenProjector(parameter);
      return (event, about, terms) => {
        const tokens = parameter.extract(event, about);
        return tokens.length === 0 ? undefined : project(tokens, terms);
      };
    }
    case 'string': {
      const project = stringProjector(parameter);
      return (event, about, terms) => {
        const values = parameter.extract(event, about);
        return values.length === 0 ? undefined : project(values, terms);
      };
    }
    case 'uri': {
      const start = termStart(parameter.field);
      return (event, about, terms) => {
        const uris = parameter.extract(event, about);
        if (uris.length === 0) return undefined;
        const endings = uris.map((uri) => endingOf(exactTerm(uri)));
        terms.addAll(start, endings);
        return jsonList(endings);
      };
    }
    // What is a word needs no escape in JSON. Texts without one are there all the same.
    case 'words':
      return (event, about) => {
        const texts = parameter.extract(event, about);
        return texts.length === 0 ? undefined : `"${wordText(texts)}"`;
      };
    case 'date':
      return (event, about) => projectInstant(parameter.extract(event, about)[0]);
    case 'reference': {
      const project = referenceProjector(parameter);
      return (event, about, terms) =>
        project(parameter.extract(event, about), event, terms) ? '' : undefined;
    }
  }
}

/** R4 (search.html#date): an instant has no width. */
function projectInstant(value: string | undefined): string | undefined {
  const range = value === undefined ? undefined : parseDateTime(value);
  return range === undefined ? undefined : `{"micros":"${range.from}"}`;
}

const STRINGS = SEARCH_PARAMETER_CODES.map(searchParameter).filter(
  (parameter): parameter is StringParameter => parameter.type === 'string',
);

/** The grams of all strings, those of what two of them share once. */
function gramsMember(event: AuditEvent, about: AboutEvent): string | undefined {
  const shared = new Set<string>();
  const values = STRINGS.map((parameter) => new Set(parameter.extract(event, about)));
  const [one, other] = SHARING.map((at) => values[at]) as [Set<string>, Set<string>];
  for (const value of one) if (other.delete(value)) shared.add(value);
  for (const value of shared) one.delete(value);
  let members = '';
  STRINGS.forEach(({ field, folding }, at) => {
    const own = values[at] as Set<string>;
    if (own.size > 0) members += `,"${field}":${projectGrams(folding, own)}`;
  });
  if (shared.size > 0) members += `,"${SHARED_GRAMS}":${projectGrams('text', shared)}`;
  return members === '' ? undefined : `"${GRAMS_FIELD}":{${members.slice(1)}}`;
}

/** Which of them share. */
const SHARING = SHARING_GRAMS.map((field) => STRINGS.findIndex((parameter) => parameter.field === field));
