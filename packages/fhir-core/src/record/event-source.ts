/**
 * Where the members of events stand in a body that is written as `JSON.stringify` writes it: then what is stored of an
 * event is cut out of the bytes as they came, and not written once more.
 */
import type { JsonPath, MemberWatch } from './inspect-json.ts';
import { isKeyAt } from './json-key.ts';

export type EventSource = {
  readonly bytes: Buffer;
  /** Where each member of the event starts, in order, and where the event ends. */
  readonly starts: readonly number[];
};

/** In an AuditEvent its own members; in a Bundle those of `entry[i].resource`. */
const LEVELS: Readonly<Record<string, number>> = { AuditEvent: 1, Bundle: 4 };

/** Entries of a Bundle for which it is known: where there are more, none is, and each is written anew. */
const ENTRIES_MAX = 10_000;

/** Of a body whose root is a resource of this type, and of nothing in others. */
export class EventSources {
  readonly watch: MemberWatch | undefined;
  readonly #bytes: Buffer;
  /** By the index of the entry; 0 where it is alone. */
  readonly #found = new Map<number, number[]>();
  #starts: number[] = [];
  #isTooMany = false;

  constructor(bytes: Buffer, root: string | undefined) {
    this.#bytes = bytes;
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
    return starts && { bytes: this.#bytes, starts };
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

/** Where the members of an event stand but for those of `keys`, in pieces without the comma behind: start, end, start, … */
export function membersBut(keys: readonly Uint8Array[], { bytes, starts }: EventSource): number[] {
  const pieces: number[] = [];
  let isOpen = false;
  for (let i = 0; i < starts.length - 1; i += 1) {
    const start = starts[i]!;
    const isKept = !keys.some((key) => isKeyAt(bytes, start, key));
    if (isKept && !isOpen) pieces.push(start);
    if (!isKept && isOpen) pieces.push(start - 1);
    isOpen = isKept;
  }
  if (isOpen) pieces.push(starts.at(-1)! - 1);
  return pieces;
}
