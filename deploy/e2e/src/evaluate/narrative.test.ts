import { expect, it } from 'vitest';
import { wordsIn } from './folded.ts';
import { visibleText } from './narrative.ts';

it.each([
  ['<div xmlns="http://www.w3.org/1999/xhtml">Pat<b>ient</b> 7</div>', ['patient', '7']],
  ['<div><p>a</p><p>b</p>c<br/>d<span>e</span></div>', ['a', 'b', 'c', 'de']],
  ['<table><tr><td>a</td><td title="x > y">b</td></tr></table>', ['a', 'b']],
  ['<div>a<!-- <p>no</p> -->b<![CDATA[ <i> ]]></div>', ['ab', 'i']],
  ['<div>M&#252;l&#x6C;er &amp; &lt;Co&gt;</div>', ['muller', 'co']],
])('%s reads %j', (xhtml, words) => expect(wordsIn(visibleText(xhtml))).toEqual(words));
