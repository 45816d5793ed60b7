import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROGRAM_CHARS_MAX, programOf, USER_AGENT_CHARS_MAX } from './user-agent.ts';

const named = (name: string, version?: string) => ({
  user_agent_name: name,
  ...(version !== undefined && { user_agent_version: version }),
});

describe('a program', () => {
  it.each([
    ['curl/8.5.0', 'curl', '8.5.0'],
    ['okhttp/4.12.0', 'okhttp', '4.12.0'],
    ['python-requests/2.31', 'python-requests', '2.31'],
    ['Java/17', 'Java', '17'],
    ['Java-http-client/21.0.4', 'Java-http-client', '21.0.4'],
    ['HAPI-FHIR/6.4.0 (FHIR Client; FHIR 4.0.1/R4; apache)', 'HAPI-FHIR', '6.4.0'],
    ['Apache-HttpClient/4.5.13 (Java/17.0.9)', 'Apache-HttpClient', '4.5.13'],
    ['Go-http-client/1.1', 'Go-http-client', '1.1'],
    ['PostmanRuntime/7.43.0', 'PostmanRuntime', '7.43.0'],
    ['Wget/1.21.4', 'Wget', '1.21.4'],
    ['ReactorNetty/1.1.13', 'ReactorNetty', '1.1.13'],
    ['Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8)', 'Dalvik', '2.1.0'],
    ['clinic-app/3.2+build.7 okhttp/4.12.0', 'clinic-app', '3.2+build.7'],
    ['axios/1.7.9;extra', 'axios', '1.7.9'],
    ['node', 'node', undefined],
    ['Epic Interconnect/1.0', 'Epic', undefined],
    ['broken/ 1', 'broken', undefined],
  ])('is the first product of %j', (header, name, version) => {
    expect(programOf(header)).toEqual(named(name, version));
  });

  const CHROME =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0';
  it.each([
    [`${CHROME} Safari/537.36`, 'Chrome', '131.0.0.0'],
    [`${CHROME} Safari/537.36 Edg/131.0.2903.70`, 'Microsoft Edge', '131.0.2903.70'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0', 'Firefox', '133.0'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
      'Safari',
      '18.1',
    ],
    ['Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko', 'Internet Explorer', '11.0'],
    ['Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.16', 'Opera', '12.16'],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'Googlebot', '2.1'],
  ])('is the browser of %j', (header, name, version) => {
    expect(programOf(header)).toEqual(named(name, version));
  });

  it.each([
    undefined,
    '',
    ' ',
    '/1.0',
    '(compatible)',
    'ü/1',
    'Mozilla/5.0',
    'Mozilla/5.0 (compatible; whoever/2.1)',
    'x'.repeat(PROGRAM_CHARS_MAX + 1),
  ])('is not known by %j', (header) => {
    expect(programOf(header)).toEqual({});
  });

  it('has a name and a version within their bounds', () => {
    const [full, over] = ['x'.repeat(PROGRAM_CHARS_MAX), 'x'.repeat(PROGRAM_CHARS_MAX + 1)];
    expect(programOf(`${full}/${full}`)).toEqual(named(full, full));
    expect(programOf(`name/${over}`)).toEqual(named('name'));
  });

  it('is not looked for in a header that is too long', () => {
    const header = (length: number) => `curl/8.5.0 (${'x'.repeat(length - 13)})`.slice(0, length);
    expect(programOf(header(USER_AGENT_CHARS_MAX))).toEqual(named('curl', '8.5.0'));
    expect(programOf(header(USER_AGENT_CHARS_MAX + 1))).toEqual({});
  });

  it('is found in bounded text, whatever the header says', () => {
    const words = fc.constantFrom('Mozilla/5.0 ', '(', ')', 'Chrome/', '1.2', ' ', 'bot', 'Safari', '/', ';');
    const header = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.array(words).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(header, (text) => {
        for (const said of Object.values(programOf(text))) {
          expect(said.length).toBeGreaterThan(0);
          expect(said.length).toBeLessThanOrEqual(PROGRAM_CHARS_MAX);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
