import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf, writtenJson } from './json-writing.case.ts';
import { prettyText } from './pretty.ts';

describe('prettyText', () => {
  it('lays JSON out as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value: unknown = JSON.parse(text);
        expect(prettyText(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it('takes away and adds blanks, and changes nothing else, whatever is written', () => {
    const withoutBlanks = (text: string) =>
      text.replaceAll(/("(?:\\.|[^"\\])*")|[ \t\r\n]+/g, (_all, string?: string) => string ?? '');
    const digit = fc.nat({ max: 9 });
    fc.assert(
      fc.property(writtenJson({ anyKeys: true }), digit, digit, (written, odd, even) => {
        let turn = 0;
        const text = textOf(written, () => (turn++ % 2 === 0 ? even : odd));
        const pretty = prettyText(text) ?? '';
        expect(withoutBlanks(pretty)).toBe(withoutBlanks(text));
        expect(prettyText(withoutBlanks(text))).toBe(pretty);
      }),
    );
  });

  it('keeps numbers, escapes and code points as they stand', () => {
    expect(prettyText('{"a":[1.10,-0,1E+2],"\\u0061":"é\\u2028\u2028𝔘"}')).toBe(
      '{\n  "a": [\n    1.10,\n    -0,\n    1E+2\n  ],\n  "\\u0061": "é\\u2028\u2028𝔘"\n}',
    );
  });

  it('gives what is as long as its bound, and nothing one past it', () => {
    const text = '{"a":[1,{"b":"c"}]}';
    const pretty = prettyText(text) ?? '';
    expect(prettyText(text, pretty.length)).toBe(pretty);
    expect(prettyText(text, pretty.length - 1)).toBeUndefined();
  });
});
