/**
 * `_text` and `_content`: whole words in any order, all of them, folded; what looks like a query language is no more
 * than words. Of a narrative it is what a reader sees, of the rest every string and number.
 */
import { WrittenNumber } from '../evaluate/kept.ts';
import { allBut, entity, type Parts, type Row } from './row.ts';

const decimal = (text: string) => ({
  extension: [{ url: 'http://ext.example/n', valueDecimal: new WrittenNumber(text) }],
});
const narrative = (xhtml: string) => ({
  text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${xhtml}</div>` },
});

export const WORD_EVENTS: Parts = {
  'text-plain': narrative('<p>Nurse opened the <b>Quarterly</b> report</p>'),
  'text-order': narrative('<p>report, quarterly: by the nurses</p>'),
  'text-entities': narrative('<p>Caf&#233; &amp; M&#xFC;nchen&#160;S&#252;d &lt;admin&gt;</p>'),
  'text-attribute': narrative('<p title="quarterly" class="report">nothing</p>'),
  'text-comment': narrative('<!-- quarterly --><p>said</p>'),
  'text-blocks': narrative(
    '<table><tr><td>alpha</td><td>beta</td></tr></table><p>gamma</p><p>delta<br/>epsilon</p>',
  ),
  'text-inline': narrative('<p>un<b>believ</b>able</p>'),
  'text-decomposed': narrative('<p>re\u0301sume\u0301 of 2,5 mg</p>'),
  'text-scripts': narrative('<p>患者記録 \u{20BB7}野 पत्र</p>'),
  'text-syntax': narrative('<p>foo* (bar) AND -baz~2</p>'),

  'text-folded': narrative('<p>co&#xAD;operate STRA&#x1E9E;E 한국어 がく Æther O’Hara कि</p>'),

  'content-decimal-zero': decimal('98765.43210'),
  'content-decimal-plain': decimal('98765.4321'),
  'content-decimal-exponent': decimal('97642E+2'),
  'content-extension': { extension: [{ url: 'http://ext.example/note', valueString: 'Zebra crossing' }] },
  'content-decimal': { extension: [{ url: 'http://ext.example/n', valueDecimal: 0.57721566491 }] },
  'content-integer': { extension: [{ url: 'http://ext.example/n', valueInteger: 1234567890 }] },
  'content-detail': entity({ detail: [{ type: 'zebra', valueString: 'stripes_and spots' }] }),
  'content-contained': {
    contained: [
      { resourceType: 'Device', id: 'zoo', deviceName: [{ name: 'Zebra-Printer', type: 'other' }] },
    ],
    ...entity({ what: { reference: '#zoo' } }),
  },
  'content-long-word': { outcomeDesc: `before ${'w'.repeat(40_000)} aftermath` },
  'content-spread': { outcomeDesc: 'crossing refused', purposeOfEvent: [{ text: 'zebra care' }] },
};

const TEXTS = Object.keys(WORD_EVENTS).filter((name) => name.startsWith('text-'));
const QUARTERLY = ['text-plain', 'text-order'];
const ZEBRAS = ['content-extension', 'content-detail', 'content-contained', 'content-spread'];

export const WORD_ROWS: readonly Row[] = [
  ['_text=quarterly', QUARTERLY],
  ['_text=QUÄRTERLY', QUARTERLY],
  ['_text=report quarterly', QUARTERLY],
  ['_text=report+quarterly', QUARTERLY],
  ['_text=quarterly, report', QUARTERLY],
  ['_text=quarterly\\, report', QUARTERLY],
  ['_text=quarterly&_text=report', QUARTERLY],
  ['_text=nurse', ['text-plain']],
  ['_text=nurses', ['text-order']],
  ['_text=nurse quarterly', ['text-plain']],
  ['_text=quarter', []],
  ['_text=nurse,nurses', QUARTERLY],
  ['_text=nurse nurses', []],
  ['_text=opened the quarterly,nurses', QUARTERLY],
  ['_text=cafe', ['text-entities']],
  ['_text=münchen süd', ['text-entities']],
  ['_text=admin', ['text-entities']],
  ['_text=lt', []],
  ['_text=amp', []],
  ['_text=160', []],
  ['_text=nothing', ['text-attribute']],
  ['_text=title', []],
  ['_text=alpha', ['text-blocks']],
  ['_text=beta gamma', ['text-blocks']],
  ['_text=epsilon', ['text-blocks']],
  ['_text=alphabeta', []],
  ['_text=deltaepsilon', []],
  ['_text=unbelievable', ['text-inline']],
  ['_text=div', []],
  ['_text=xhtml', []],
  ['_text=resume', ['text-decomposed']],
  ['_text=résumé', ['text-decomposed']],
  ['_text=5 mg', ['text-decomposed']],
  ['_text=患者記録', ['text-scripts']],
  ['_text=患者', []],
  ['_text=\u{20BB7}野', ['text-scripts']],
  ['_text=पत्र', ['text-scripts']],
  // Folded as a whole, and then cut into words.
  ['_text=cooperate', ['text-folded']],
  ['_text=co\u00ADoperate', ['text-folded']],
  ['_text=operate', []],
  ['_text=straße', ['text-folded']],
  ['_text=STRASSE', ['text-folded']],
  ['_text=한국어', ['text-folded']],
  ['_text=한', []],
  ['_text=がく', ['text-folded']],
  ['_text=か\u3099く', ['text-folded']],
  ['_text=かく', []],
  ['_text=aether', ['text-folded']],
  ["_text=o'hara", ['text-folded']],
  ['_text=ohara', []],
  ['_text=कि', ['text-folded']],
  ['_text=क', []],
  ['_text=पतर', []],
  // No grammar: signs are no more than the ends of words, and AND is a word.
  ['_text=foo', ['text-syntax']],
  ['_text=fo*', []],
  ['_text="foo bar"', ['text-syntax']],
  ['_text="bar foo"', ['text-syntax']],
  ['_text=foo AND bar', ['text-syntax']],
  ['_text=foo OR bar', []],
  ['_text=foo -baz', ['text-syntax']],
  ['_text=baz~2', ['text-syntax']],
  ['_text=status:foo', []],
  ['_text=zebra', []],
  ['_text:missing=false', TEXTS],
  ['_text:missing=true', allBut(...TEXTS)],

  ['_content=zebra', ZEBRAS],
  ['_content=ZEBRA crossing', ['content-extension', 'content-spread']],
  ['_content=zebra&_content=crossing', ['content-extension', 'content-spread']],
  ['_content=crossing refused', ['content-spread']],
  ['_content=zebras', []],
  ['_content=printer', ['content-contained']],
  ['_content=zebra-printer', ['content-contained']],
  ['_content=spots stripes', ['content-detail']],
  ['_content=printer,stripes', ['content-contained', 'content-detail']],
  ['_content=1234567890', ['content-integer']],
  ['_content=123456789', []],
  ['_content=57721566491', ['content-decimal']],
  ['_content=0.57721566491', ['content-decimal']],
  // A decimal is what was written.
  ['_content=98765', ['content-decimal-zero', 'content-decimal-plain']],
  ['_content=98765.43210', ['content-decimal-zero']],
  ['_content=98765.4321', ['content-decimal-plain']],
  ['_content=97642e', ['content-decimal-exponent']],
  ['_content=97642E%2B2', ['content-decimal-exponent']],
  ['_content=97642', []],
  ['_content=9764200', []],
  ['_content=whenabouts', ['undated']],
  ['_content=unobtainium', ['action-unknown']],
  ['_content=unbelievable', ['text-inline']],
  ['_content=quarterly nurses', ['text-order']],
  ['_content=recorded', []],
  ['_content=AuditEvent', []],
  ['_content=valueInteger', []],
  ['_content=zola', ['zola-composed', 'zola-decomposed', 'zola-plain']],
  ['_content=needle', ['title-very-long']],
  ['_content=aftermath before', ['content-long-word']],
  ['_content=w', []],
  ['_content:missing=true', []],
];
