import { describe, expect, it } from 'vitest';
import { narrativeText } from './narrative-text.ts';
import { wordsOf } from './words.ts';

describe('narrativeText', () => {
  it.each([
    ['<div xmlns="http://www.w3.org/1999/xhtml">Read <b>it</b></div>', ['read', 'it']],
    ['<div><p>one</p><p>two</p>three<br/>four</div>', ['one', 'two', 'three', 'four']],
    ['<div>Pat<b>ient</b> <span title="a > b">x</span></div>', ['patient', 'x']],
    ['<div>a&amp;b &lt;i&gt; M&#252;ller &#x4e2d;</div>', ['a', 'b', 'i', 'muller', '中']],
    ['<div><!-- no <p>words</p> --><![CDATA[<raw>]]>end</div>', ['raw', 'end']],
    ['<x:div xmlns:x="u"><x:p>a</x:p><x:i>b</x:i>c</x:div>', ['a', 'bc']],
    ["<div><a href='x>y'>link</a></div>", ['link']],
  ])('%s', (div, words) => expect(wordsOf(narrativeText(div))).toEqual(words));
});
