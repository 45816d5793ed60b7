/** The entries of a Bundle as they were written: what can't be stored as an event is kept to the letter. */
import { items, members, type Span, skipBlanks } from './json-text.ts';

export type EntrySource = {
  readonly entry: string;
  /** Of its resource, where it has one. */
  readonly resource: string | undefined;
};

/**
 * The verbatim source of each entry of the Bundle in `text`, which must be JSON. Linear; where a key stands twice the
 * last one counts, as in the parsed value.
 */
export function entrySources(text: string): readonly EntrySource[] {
  const entries = member(text, { start: skipBlanks(text, 0), end: text.length }, 'entry');
  if (entries === undefined || text[entries.start] !== '[') return [];
  return [...items(text, entries.start)].map((item) => {
    const resource = member(text, item, 'resource');
    return {
      entry: text.slice(item.start, item.end),
      resource: resource && text.slice(resource.start, resource.end),
    };
  });
}

/** The last member called `name` of the value at `span`, where that is an object. */
function member(text: string, { start }: Span, name: string): Span | undefined {
  if (text[start] !== '{') return undefined;
  let found: Span | undefined;
  for (const { key, ...span } of members(text, start)) if (key === name) found = span;
  return found;
}
