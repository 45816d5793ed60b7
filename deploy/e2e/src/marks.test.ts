/** A mark is found in whatever form it comes out. */
import { expect, it } from 'vitest';
import { leaksIn, mark } from './marks.ts';

const MARK = mark('here');
const percent = (text: string) => Buffer.from(text).toString('hex').replace(/../g, '%$&');

it.each([
  ['as it is', MARK],
  ['in lower case', MARK.toLowerCase()],
  ['in upper case', MARK.toUpperCase()],
  ['in hexadecimal', Buffer.from(MARK).toString('hex')],
  ['in upper hexadecimal', Buffer.from(MARK).toString('hex').toUpperCase()],
  ['percent-encoded', percent(MARK)],
  ['as bytes', JSON.stringify(Buffer.from(MARK))],
  ...['', 'a', 'ab', 'abc'].flatMap((before) => [
    [`in base64 behind ${before.length}`, Buffer.from(`${before}${MARK}`).toString('base64')],
    [`in base64url behind ${before.length}`, Buffer.from(`${before}${MARK}äöü`).toString('base64url')],
  ]),
])('it is found %s', (_form, text) => expect(leaksIn(`some ${text} text`)).not.toEqual([]));

it('nothing else is', () => expect(leaksIn('{"msg":"Sekret","route":"/AuditEvent/:id"}')).toEqual([]));
