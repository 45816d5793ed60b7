/**
 * The terms of a document, as the JSON that they are written as. What recurs is kept as JSON without the quote that it
 * begins with (an ending), so that it is quoted once, and stands in any field.
 */
import { termIn } from './document.ts';

/** The rest of a term, behind its field. */
export function endingOf(value: string): string {
  return JSON.stringify(value).slice(1);
}

/** What stands before an ending: the same for all terms of a field. */
export function termStart(field: string): string {
  return `,"${termIn(field, '')}`;
}

export class TermList {
  #text = '';

  /** @param start as `termStart` gives it */
  add(start: string, ending: string): void {
    this.#text += start + ending;
  }

  addAll(start: string, endings: readonly string[]): void {
    for (let i = 0; i < endings.length; i++) this.#text += start + (endings[i] as string);
  }

  /** A JSON array. */
  json(): string {
    return `[${this.#text.slice(1)}]`;
  }
}

/** A JSON array of the values that have these endings. */
export function jsonList(endings: readonly string[]): string {
  return endings.length === 0 ? '[]' : `["${endings.join(',"')}]`;
}

/** Most lists have one value or two. */
export function distinct<Value>(values: readonly Value[]): readonly Value[] {
  return values.length > 1 ? [...new Set(values)] : values;
}
