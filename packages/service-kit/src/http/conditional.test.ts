import { describe, expect, it } from 'vitest';
import { notModified, validatorHeaders } from './conditional.ts';

/** An odd tag: what a list is made of may stand in it. */
const ETAG = 'W/"a,\\"';
const LAST_MODIFIED = 'Sun, 06 Nov 1994 08:49:37 GMT';
const validators = { etag: ETAG, lastModifiedMs: Date.parse(LAST_MODIFIED) + 999 };

const statusFor = (headers: Record<string, string>) =>
  notModified(new Headers(headers), validators)?.status ?? 200;

describe('If-None-Match', () => {
  it.each([ETAG, '"a,\\"', '*', ' * ', `"b", ${ETAG}`, `"", W/"b",,\t"a,\\" , "c"`, 'W/"é", "a,\\"'])(
    '%s is a 304 with both validators and no body',
    async (tags) => {
      const response = notModified(new Headers({ 'if-none-match': tags }), validators);
      expect(response?.status).toBe(304);
      expect([...(response?.headers ?? [])]).toEqual([
        ['etag', ETAG],
        ['last-modified', LAST_MODIFIED],
      ]);
      expect(response?.body).toBeNull();
    },
  );

  it.each(['"b"', '"a"', 'w/"a,\\"', 'a,\\', '"a,\\', '"b" "a,\\"', '', '"*"', '*, "b"', "'a,\\'"])(
    '%s is not',
    (tags) => expect(statusFor({ 'if-none-match': tags })).toBe(200),
  );

  it('decides where If-Modified-Since is there too, also where it can not be read', () => {
    const since = { 'if-modified-since': LAST_MODIFIED };
    expect(statusFor({ ...since, 'if-none-match': '"b"' })).toBe(200);
    expect(statusFor({ ...since, 'if-none-match': '' })).toBe(200);
    expect(statusFor({ 'if-modified-since': 'nonsense', 'if-none-match': ETAG })).toBe(304);
  });
});

describe('If-Modified-Since', () => {
  it.each([
    LAST_MODIFIED,
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    'Sun, 06 Nov 1994 08:49:38 GMT',
    'Fri, 01 Jan 2100 00:00:00 GMT',
  ])('%s, at or after the second of the last change, is a 304', (date) =>
    expect(statusFor({ 'if-modified-since': date })).toBe(304),
  );

  it.each([
    'Sun, 06 Nov 1994 08:49:36 GMT',
    'Sunday, 06-Nov-94 08:49:36 GMT',
    'Sun Nov  6 08:49:36 1994',
    'Sun, 06 Nov 2094 25:00:00 GMT',
    'Sun, 06 Nov 2094 08:49:37 +0200',
    '2094-11-06T08:49:37Z',
    '9999999999999',
    '',
  ])('%j is not', (date) => expect(statusFor({ 'if-modified-since': date })).toBe(200));
});

it('says nothing of a last change that is not known, and takes nothing for it', () => {
  const validators = { etag: '"1"', lastModifiedMs: Number.NaN };
  expect(validatorHeaders(validators)).toEqual({ etag: '"1"' });
  const since = new Headers({ 'if-modified-since': 'Sun, 06 Nov 2094 08:49:37 GMT' });
  expect(notModified(since, validators)).toBeUndefined();
});
