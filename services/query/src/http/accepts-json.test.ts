import { expect, it } from 'vitest';
import { refuseFormat } from './accepts-json.ts';

it.each([
  [[], undefined],
  [[], '*/*'],
  [[], 'application/fhir+json'],
  [[], 'application/json;fhirVersion=4.0'],
  [[], 'application/fhir+xml;q=0.9, application/fhir+json;q=0.1'],
  [[], 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
  [['json'], 'application/fhir+xml'],
  [['application/fhir json'], undefined],
  [[''], undefined],
])('JSON is what %j with Accept %j takes', (formats, accept) =>
  expect(refuseFormat(formats, accept)).toBeUndefined(),
);

it.each([
  [['xml'], undefined],
  [['application/fhir+xml'], 'application/fhir+json'],
  [['json', 'xml'], undefined],
  [[], 'application/fhir+xml'],
  [[], 'text/turtle, application/xml'],
  [[], 'application/json;q=0'],
])('%j with Accept %j is a 406', async (formats, accept) => {
  const response = refuseFormat(formats, accept);
  expect(response?.status).toBe(406);
  expect(await response?.json()).toMatchObject({ issue: [{ code: 'not-supported' }] });
});
