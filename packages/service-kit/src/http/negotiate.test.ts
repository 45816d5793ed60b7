import { describe, expect, it } from 'vitest';
import { isJsonContentType, preferOf, prettyOf, refuseFormat } from './negotiate.ts';

describe('the format', () => {
  it.each([
    [[], undefined],
    [[], ' '],
    [[], '*/*'],
    [[], 'application/*'],
    [[], 'json'],
    [[], 'text/json'],
    [[], 'application/fhir+json'],
    [[], 'Application/FHIR+JSON; charset=UTF-8'],
    [[], 'application/json;fhirVersion=4.0'],
    [[], 'application/fhir+json; fhirVersion="4.0"; unknown="a,b;c"'],
    [[], 'application/fhir+json; fhirVersion=5.0, application/fhir+json; fhirVersion=4.0;q=0.1'],
    [[], 'application/fhir+xml;q=0.9, application/fhir+json;q=0.1'],
    [[], 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
    [[], 'text/html, image/gif, *; q=.2'],
    [[], 'application/fhir+json;q=0, application/json'],
    [[], 'application/json; q=nonsense'],
    [[], ',,, application/json'],
    [['json'], 'application/fhir+xml'],
    [['application/fhir json'], undefined],
    [['application/fhir+json; fhirVersion=4.0'], undefined],
    [['text/json; charset=utf-8'], undefined],
    [[''], undefined],
  ])('%j with Accept %j takes JSON', (formats, accept) =>
    expect(refuseFormat(formats, accept)).toBeUndefined(),
  );

  it.each([
    [['xml'], undefined],
    [['ttl'], undefined],
    [['application/fhir+xml'], 'application/fhir+json'],
    [['json', 'xml'], undefined],
    [['json; fhirVersion=5.0'], undefined],
    [['*/*'], undefined],
    [[';'], undefined],
    [[], 'application/fhir+xml'],
    [[], 'text/turtle, application/xml'],
    [[], 'application/json;q=0'],
    [[], 'application/json;q=0.000'],
    [[], 'application/fhir+json;q=0, */*'],
    [[], 'application/*;q=0, */*'],
    [[], 'application/fhir+json; fhirVersion=4.3'],
    [[], 'application/fhir+json; fhirVersion=4.0; fhirVersion=5.0'],
    [[], 'application/json; charset=iso-8859-1'],
    [[], '"application/json'],
    [[], ',;,'],
  ])('%j with Accept %j is a 406 with an OperationOutcome', async (formats, accept) => {
    const response = refuseFormat(formats, accept);
    expect(response?.status).toBe(406);
    expect(await response?.json()).toMatchObject({ issue: [{ code: 'not-supported' }] });
  });
});

describe('the Content-Type of a body', () => {
  it.each([
    'application/fhir+json',
    'application/json',
    'text/json',
    'Application/JSON ; Charset="UTF-8"',
    'application/fhir+json; charset=utf-8; fhirVersion=4.0',
    'application/json; profile="http://example.org/a;b"',
  ])('%j is JSON', (header) => expect(isJsonContentType(header)).toBe(true));

  it.each([
    undefined,
    null,
    '',
    'json',
    'application/fhir+xml',
    'application/json; charset=iso-8859-1',
    'application/json; charset',
    'application/fhir+json; fhirVersion=5.0',
    'application/json, application/json',
    '*/*',
  ])('%j is not', (header) => expect(isJsonContentType(header)).toBe(false));
});

describe('the preferences', () => {
  const prefer = (...values: string[]) =>
    preferOf(
      new Request('http://localhost/', {
        headers: values.map((value): [string, string] => ['Prefer', value]),
      }),
    );

  it('are read from one header or several, in any case, in quotes or not', () => {
    expect(prefer()).toEqual({ return: undefined, handling: undefined });
    expect(prefer('return=minimal, handling=lenient')).toEqual({ return: 'minimal', handling: 'lenient' });
    expect(prefer('RETURN="operationoutcome"', 'respond-async; wait=10, Handling = Strict; x')).toEqual({
      return: 'OperationOutcome',
      handling: 'strict',
    });
  });

  it('count the first time, and not at all where they are unknown', () => {
    expect(prefer('return=representation', 'return=minimal').return).toBe('representation');
    expect(prefer('return=everything, handling').return).toBeUndefined();
    expect(prefer('note="return=minimal, handling=lenient"')).toEqual({
      return: undefined,
      handling: undefined,
    });
  });
});

it.each([
  ['', false],
  ['?_pretty=true', true],
  ['?_pretty', true],
  ['?_pretty=false', false],
  ['?_pretty=1', false],
])('a URL that ends %j is pretty: %j', (query, pretty) =>
  expect(prettyOf(new Request(`http://localhost/AuditEvent${query}`))).toBe(pretty),
);
