import { expect, it } from 'vitest';
import { subdivisionOf } from './subdivisions.ts';

it.each([
  ['US', 'California', 'US-CA'],
  ['DE', 'North Rhine-Westphalia', 'DE-NW'],
  ['DE', 'Baden-Wurttemberg', 'DE-BW'],
  ['DE', 'State of Berlin', 'DE-BE'],
  ['DE', 'City state Bremen', 'DE-HB'],
  ['FR', 'Ile-de-France', 'FR-IDF'],
  ['IT', 'Friuli Venezia Giulia', 'IT-36'],
  ['GB', 'ENGLAND', 'GB-ENG'],
  ['CA', 'Québec', 'CA-QC'],
])('knows the code of %s, %s: %s', (country, name, code) => {
  expect(subdivisionOf(country, name)).toBe(code);
});

it.each([
  ['DE', 'California'],
  ['XX', 'California'],
  ['US', 'Californi'],
  ['US', ''],
  ['US', '!'],
  ['US', 'State of '],
  ['', 'us california'],
  // Two codes have this name: the old one and the new one.
  ['IN', 'Chhattisgarh'],
])('knows no code of %s, %j', (country, name) => {
  expect(subdivisionOf(country, name)).toBeUndefined();
});
