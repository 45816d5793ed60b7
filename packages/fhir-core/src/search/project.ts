/**
 * The projection: from an event, and what is about it, to the fields it is found by, as JSON. Pure, total over valid
 * events, and the only place that decides under which values an event is found. It is written as text, because most
 * of it was in an event before (`memo.ts`) and need not be made of objects once more.
 */
import type { AuditEvent } from '../schema/audit-event.ts';
import { PRESENT_FIELD, type Projection } from './document.ts';
import { parseDateTime } from './instant.ts';
import {
  type AboutEvent,
  SEARCH_PARAMETER_CODES,
  type SearchParameter,
  searchParameter,
} from './parameters.ts';
import { EventReferences, projectReferences } from './project-references.ts';
import { projectStrings } from './project-strings.ts';
import { projectTokens } from './project-tokens.ts';
import { projectWords } from './project-words.ts';
import { exactTerm } from './term.ts';
import { distinct } from './term-list.ts';

const ROWS = SEARCH_PARAMETER_CODES.map((code) => {
  const parameter = searchParameter(code);
  return { code, parameter, name: `${JSON.stringify(parameter.field)}:` };
});

/** The members of a JSON object, each a text with the comma that parts it from the next; the last one has none. */
export function projectedMembers(event: AuditEvent, about: AboutEvent): string[] {
  const members: string[] = [];
  const references = new EventReferences(event);
  let present = '';
  for (const { code, parameter, name } of ROWS) {
    const value = projectParameter(parameter, event, about, references);
    if (value === undefined) continue;
    members.push(`${name}${value},`);
    present += present === '' ? `"${code}"` : `,"${code}"`;
  }
  members.push(`"${PRESENT_FIELD}":[${present}]`);
  return members;
}

/** The same as an object. */
export function projectEvent(event: AuditEvent, about: AboutEvent): Projection {
  return JSON.parse(`{${projectedMembers(event, about).join('')}}`);
}

/** The parameter's values as JSON, or undefined where the event has none. */
function projectParameter(
  parameter: SearchParameter,
  event: AuditEvent,
  about: AboutEvent,
  references: EventReferences,
): string | undefined {
  switch (parameter.type) {
    case 'id': {
      const [id] = parameter.extract(event, about);
      return id === undefined ? undefined : JSON.stringify(exactTerm(id));
    }
    case 'token':
      return projectTokens(parameter, parameter.extract(event, about));
    case 'string':
      return projectStrings(parameter, parameter.extract(event, about));
    case 'uri': {
      const uris = parameter.extract(event, about);
      return uris.length === 0 ? undefined : JSON.stringify(distinct(uris.map(exactTerm)));
    }
    case 'words':
      return projectWords(parameter.extract(event, about));
    case 'date':
      return projectInstant(parameter.extract(event, about)[0]);
    case 'reference':
      return projectReferences(parameter, parameter.extract(event, about), references);
  }
}

/** R4 (search.html#date): an instant has no width. */
function projectInstant(value: string | undefined): string | undefined {
  const range = value === undefined ? undefined : parseDateTime(value);
  return range === undefined ? undefined : `{"micros":"${range.from}"}`;
}
