/**
 * What was made before, so that what recurs from event to event (systems, codes, names, devices) is made once. It changes
 * no result, only how soon it is there. Bounded by what it is: each key has one place, which it shares with others, and
 * what is kept next takes the place of what was there. A key is kept when it comes a second time: what is of one event
 * alone (its id, its times) would push out the rest, and would have to be moved about by the collector of garbage. An event
 * asks for the same more than once; the last few are at hand for that.
 */

/** A power of two. Of what events have, all memos together are a few megabytes. */
const PLACES = 8192;
/**
 * UTF-16 units of a value. What is larger is made each time: folding makes some characters eighteen, and grams four of each, so
 * that a bound on keys is none on values. So a memo has at most 16 MiB, whatever is sent.
 */
export const VALUE_UNITS_MAX = 1024;
/** Also a power of two. */
const RECENT = 8;

type Kept<Key, Value> = { readonly key: Key; readonly value: Value };

export class Memo<Key, Value> {
  readonly #make: (key: Key) => Value;
  readonly #isSame: (one: Key, other: Key) => boolean;
  readonly #unitsOf: (value: Value) => number;
  readonly #kept: (Kept<Key, Value> | undefined)[] = new Array(PLACES).fill(undefined);
  /**
   * By place two prints: of what is kept there, and of the key that came last. Apart from what they are of, and side by side,
   * so that what is not kept, which is most, is known without a look at what is.
   */
  readonly #prints = new Int32Array(2 * PLACES);
  readonly #recent: (Kept<Key, Value> | undefined)[] = new Array(RECENT).fill(undefined);
  readonly #recentPrints = new Int32Array(RECENT);
  #made = 0;

  /** @param unitsOf the length of all texts in a value */
  constructor(
    make: (key: Key) => Value,
    isSame: (one: Key, other: Key) => boolean,
    unitsOf: (value: Value) => number,
  ) {
    this.#make = make;
    this.#isSame = isSame;
    this.#unitsOf = unitsOf;
  }

  /** @param print a whole number that keys that are the same have in common, and others rarely; 0: too large to keep */
  get(key: Key, print: number): Value {
    if (print === 0) return this.#make(key);
    const place = print & (PLACES - 1);
    const prints = this.#prints;
    if (prints[2 * place] === print) {
      const kept = this.#kept[place];
      if (kept !== undefined && this.#isSame(kept.key, key)) return kept.value;
    }
    const recentPrints = this.#recentPrints;
    for (let i = 0; i < RECENT; i++) {
      if (recentPrints[i] !== print) continue;
      const recent = this.#recent[i];
      if (recent !== undefined && this.#isSame(recent.key, key)) return recent.value;
    }
    const made = { key, value: this.#make(key) };
    if (this.#unitsOf(made.value) > VALUE_UNITS_MAX) return made.value;
    const at = this.#made++ & (RECENT - 1);
    this.#recent[at] = made;
    recentPrints[at] = print;
    if (prints[2 * place + 1] === print) {
      this.#kept[place] = made;
      prints[2 * place] = print;
    } else prints[2 * place + 1] = print;
    return made.value;
  }
}
