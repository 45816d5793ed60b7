/** JSON written in every way that its grammar allows, for property tests: the text, and what must be found in it. */
import fc from 'fast-check';

/** A JSON value as it is to be written: numbers by their text, members in their order, keys perhaps twice. */
export type Written =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly Written[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Written])[] };

const digits = fc.stringMatching(/^[0-9]{1,25}$/);
const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9][0-9]{0,24}$/)),
    fc.oneof(
      fc.constant(''),
      digits.map((text) => `.${text}`),
    ),
    fc.oneof(
      fc.constant(''),
      fc.tuple(fc.constantFrom('e', 'E', 'e+', 'E-'), digits).map(([e, text]) => e + text),
    ),
  )
  .map((parts) => parts.join(''));

const key = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'é',
    '',
    '__proto__',
    'constructor',
    'toString',
    'toJSON',
    'rawJSON',
    '1',
    '0',
    '"\\',
  ),
  fc.string({ unit: 'binary' }),
);

/** `anyKeys`: keys may stand twice in an object, and strings may have half surrogate pairs. */
export function writtenJson({ anyKeys }: { readonly anyKeys: boolean }): fc.Arbitrary<Written> {
  const string = fc.string({ unit: 'binary' });
  const half = fc.constantFrom('\ud800', 'a\udc00b', '\udfff\ud800');
  const text = anyKeys ? fc.oneof({ weight: 4, arbitrary: string }, half) : string;
  return fc.letrec<{ value: Written }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc
        .oneof(fc.constantFrom('true', 'false', 'null'), number)
        .map((word) => ({ kind: 'word', text: word })),
      text.map((value) => ({ kind: 'string', value })),
      fc.array(tie('value'), { maxLength: 6 }).map((items) => ({ kind: 'array', items })),
      (anyKeys
        ? fc.array(fc.tuple(fc.oneof(key, half), tie('value')), { maxLength: 8 })
        : fc.uniqueArray(fc.tuple(key, tie('value')), { maxLength: 8, selector: ([name]) => name })
      ).map((members) => ({ kind: 'object', members })),
    ) as fc.Arbitrary<Written>,
  })).value;
}

/** `written` as a text with the blanks and escapes that `choose` (0 to 9) picks. */
export function textOf(written: Written, choose: () => number): string {
  const blank = () => ['', '', '', '', '', '', ' ', '\n', '\t\r', '  '][choose()] ?? '';
  const string = (value: string) =>
    `"${[...value].map((character) => escaped(character, choose())).join('')}"`;
  const around = (text: string) => blank() + text + blank();
  const write = (value: Written): string => {
    switch (value.kind) {
      case 'word':
        return around(value.text);
      case 'string':
        return around(string(value.value));
      case 'array':
        return around(`[${value.items.length === 0 ? blank() : value.items.map(write).join(',')}]`);
      case 'object': {
        const members = value.members.map(([name, member]) => `${around(string(name))}:${write(member)}`);
        return around(`{${members.length === 0 ? blank() : members.join(',')}}`);
      }
    }
  };
  return write(written);
}

/** `written` without blanks, as `JSON.stringify` escapes and orders, the last of equal keys, numbers as they are. */
export function compact(written: Written): string {
  switch (written.kind) {
    case 'word':
      return written.text;
    case 'string':
      return JSON.stringify(written.value);
    case 'array':
      return `[${written.items.map(compact).join(',')}]`;
    case 'object': {
      // A record orders keys that look like indices before others, as every object of JavaScript does.
      const members = Object.fromEntries(written.members.map(([name, value]) => [name, compact(value)]));
      return `{${Object.keys(members)
        .map((name) => `${JSON.stringify(name)}:${members[name]}`)
        .join(',')}}`;
    }
  }
}

/** How many keys of `written` stand in their object a second time or later. */
export function repeatedKeys(written: Written): number {
  if (written.kind === 'array') return sum(written.items.map(repeatedKeys));
  if (written.kind !== 'object') return 0;
  const own = written.members.length - new Set(written.members.map(([name]) => name)).size;
  return own + sum(written.members.map(([, value]) => repeatedKeys(value)));
}

/** How many strings of `written`, keys too, have half of a surrogate pair. */
export function halfPairs(written: Written): number {
  const bad = (text: string) => (text.isWellFormed() ? 0 : 1);
  switch (written.kind) {
    case 'word':
      return 0;
    case 'string':
      return bad(written.value);
    case 'array':
      return sum(written.items.map(halfPairs));
    case 'object':
      return sum(written.members.map(([name, value]) => bad(name) + halfPairs(value)));
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function escaped(character: string, choice: number): string {
  const plain = JSON.stringify(character).slice(1, -1);
  if (character === '/' && choice < 3) return '\\/';
  if (choice < 8) return plain;
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
