import { describe, expect, test } from 'vitest';
import { narrativeFault, type XhtmlFault } from './narrative-xhtml.ts';

const div = (inner: string, attributes = '') =>
  `<div xmlns="http://www.w3.org/1999/xhtml"${attributes}>${inner}</div>`;

test.each([
  div('a'),
  div('<p>a <b>b</b><br/><i>c</i></p>'),
  div('<img src="data:image/png;base64,AA=="/>'),
  div('<img alt="without a source"></img>'),
  div('<a href="https://example.org?a&amp;b" name="x">a</a>'),
  div('<table border="1" class="grid"><tr><td colspan="2">a</td></tr></table>'),
  div('a', ' style="color:red" class=\'b\' xml:lang="en" lang="en" id="c"'),
  div('&amp;&lt;&gt;&quot;&apos;'),
  div('&#160;'),
  div('&#x1F600;'),
  div('a > b'),
  div('<!-- a -->b'),
  div('<![CDATA[a < b]]>'),
  div('<p xmlns="http://www.w3.org/1999/xhtml">a</p>'),
  `<?xml version="1.0"?>\n<!-- a -->\n${div('a')}\n`,
  '<x:div xmlns:x="http://www.w3.org/1999/xhtml"><x:p>a</x:p></x:div>',
  div(`${'<p>'.repeat(100_000)}a${'</p>'.repeat(100_000)}`),
])('%.60s is a narrative', (text) => {
  expect(narrativeFault(text)).toBeUndefined();
});

const FAULTS: Readonly<Record<XhtmlFault, readonly string[]>> = {
  xhtml: [
    '',
    'a',
    '<div>a</div>',
    '<div xmlns="http://example.org">a</div>',
    '<x:div xmlns="http://www.w3.org/1999/xhtml">a</x:div>',
    '<p xmlns="http://www.w3.org/1999/xhtml">a</p>',
    `${div('a')}b`,
    `a${div('a')}`,
    div('a').repeat(2),
    `<![CDATA[a]]>${div('a')}`,
    `<!DOCTYPE div>${div('a')}`,
    '<?xml version="1.0"',
    div('<p>a'),
    div('a</p>'),
    div('<p><b>a</p></b>'),
    div('<br>a'),
    div('a < b'),
    div('a ]]> b'),
    div('<!-- a -- b -->c'),
    div('<!-- a'),
    div('<![CDATA[a'),
    div('<p'),
    div('<p/ >a'),
    div('<1/>a'),
    div('a & b'),
    div('&nbsp;'),
    div('&amp'),
    div('&#0;'),
    div('&#xD800;'),
    div('&#x110000;'),
    div('\u0001'),
    div('a', ' class'),
    div('a', ' class=a'),
    div('a', ' class="a'),
    div('a', ' class="a"class="b"'),
    div('a', ' class="a" class="b"'),
    div('a', ' class="<"'),
    div('a', ' class="&b"'),
  ],
  'txt-1': [
    ...['script', 'style', 'form', 'input', 'iframe', 'object', 'link', 'base', 'head', 'body', 'svg'],
    ...['font', 'center', 'ins', 'P'],
  ]
    .map((name) => div(`a<${name}/>`))
    .concat([
      div('a', ' onclick="a()"'),
      div('a', ' target="_top"'),
      div('a', ' href="a"'),
      div('<p src="a">a</p>'),
      div('<a href="javascript:a()">a</a>'),
      div('<blockquote cite="javascript:a()">a</blockquote>'),
      div('<a href="data:text/html;base64,YQ==">a</a>'),
      div('<a href=" Java&#x9;Script&#58;a()">a</a>'),
      div('<img src="vbscript:a"/>'),
      div('<?xml-stylesheet href="a"?>b'),
      div('<x:p xmlns:x="http://example.org">a</x:p>'),
      '<x:div xmlns:x="http://www.w3.org/1999/xhtml"><p>a</p></x:div>',
    ]),
  'txt-2': [
    div(''),
    '<div xmlns="http://www.w3.org/1999/xhtml"/>',
    div(' \t\r\n'),
    div('&#32;'),
    div('<p> <br/></p><!-- a --><![CDATA[ ]]>'),
  ],
};

describe.each(Object.entries(FAULTS))('%s', (fault, texts) => {
  test.each(texts)('%.80s', (text) => expect(narrativeFault(text)).toBe(fault));
});

test('a narrative cut off or with one character changed anywhere never throws', () => {
  const text = div('<p class="a">a &amp; b<!-- c --><![CDATA[d]]><img src="e"/></p>');
  for (let at = 0; at < text.length; at += 1) {
    expect(narrativeFault(text.slice(0, at))).toBe('xhtml');
    for (const character of '<>&"/! a') narrativeFault(text.slice(0, at) + character + text.slice(at + 1));
  }
});

test.each(['<', '&', '<a ', '<!--', '<![CDATA[', '<p a="', ' ', '&#', ']]', '<?'])(
  'a mebibyte of %j is looked at once',
  (unit) => {
    narrativeFault(div(unit.repeat((1024 * 1024) / unit.length)));
    narrativeFault(`${div('')}${unit.repeat((1024 * 1024) / unit.length)}`);
  },
);
