/**
 * Where the members of events stand in a text that is written as `JSON.stringify` writes it: then what is stored of an
 * event is cut out of the text as it came, and not written once more.
 */
import type { JsonPath, MemberWatch } from './inspect-json.ts';

export type EventSource = {
  readonly text: string;
  /** Where each member of the event starts, in order, and where the event ends. */
  readonly starts: readonly number[];
};

/** In an AuditEvent its own members; in a Bundle those of `entry[i].resource`. */
const LEVELS: Readonly<Record<string, number>> = { AuditEvent: 1, Bundle: 4 };

/** Entries of a Bundle for which it is known: where there are more, none is, and each is written anew. */
const ENTRIES_MAX = 10_000;

/** Of a text whose root is a resource of this type, and of nothing in others. */
export class EventSources {
  readonly watch: MemberWatch | undefined;
  readonly #text: string;
  /** By the index of the entry; 0 where it is alone. */
  readonly #found = new Map<number, number[]>();
  #starts: number[] = [];
  #isTooMany = false;

  constructor(text: string, root: string | undefined) {
    this.#text = text;
    const level = LEVELS[root ?? ''];
    if (level === undefined) return;
    this.watch = {
      level,
      member: (start) => {
        if (!this.#isTooMany) this.#starts.push(start);
      },
      end: (end, path) => {
        const index = indexOf(path);
        if (index !== undefined && !this.#isTooMany) this.#found.set(index, [...this.#starts, end]);
        this.#starts = [];
        if (this.#found.size > ENTRIES_MAX) {
          this.#isTooMany = true;
          this.#found.clear();
        }
      },
    };
  }

  of(index: number): EventSource | undefined {
    const starts = this.#found.get(index);
    return starts && { text: this.#text, starts };
  }
}

function indexOf([list, index, name]: JsonPath): number | undefined {
  if (list === undefined) return 0;
  return list === 'entry' && typeof index === 'number' && name === 'resource' ? index : undefined;
}

/**
 * Whether a text without white space between its tokens is written as `JSON.stringify` writes it, numbers aside: it
 * escapes what it has to, in the short form where there is one.
 */
export function isPlainlyEscaped(text: string): boolean {
  return !text.includes('\\') || !(text.includes('\\/') || text.includes('\\u'));
}

/** The members of an event but for those called by one of `names`, with commas between and none around. */
export function membersBut(names: readonly string[], { text, starts }: EventSource): string {
  let kept = '';
  let from = -1;
  for (let i = 0; i < starts.length - 1; i += 1) {
    const start = starts[i]!;
    if (!names.some((name) => isCalled(name, text, start))) {
      if (from < 0) from = start;
    } else if (from >= 0) {
      kept += text.slice(from, start);
      from = -1;
    }
  }
  // Each piece but the last has the comma behind it.
  const last = starts.at(-1)! - 1;
  if (from >= 0) return kept + text.slice(from, last);
  return kept.endsWith(',') ? kept.slice(0, -1) : kept;
}

function isCalled(name: string, text: string, start: number): boolean {
  return text.startsWith(name, start + 1) && text.charCodeAt(start + 1 + name.length) === 0x22 /* " */;
}
