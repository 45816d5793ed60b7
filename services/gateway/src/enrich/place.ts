/**
 * From what a database has about an address to the fields of an event. Two layouts are in use: MaxMind's, in which
 * DB-IP's own files lack the codes of regions, and a flat one of names. What is not known, or no value of its field, is
 * left out.
 */
import type { AddedFields } from '@auditbox/fhir-core';
import { subdivisionOf } from './subdivisions.ts';

export type Place = Pick<
  AddedFields,
  'client_geo_lat' | 'client_geo_lon' | 'client_city' | 'client_region_code' | 'client_subdivision_1_code'
>;

/** Characters of a name of a city or region. */
const NAME_CHARS_MAX = 256;

/** Degrees are given to four places, which is ten metres: floats have more of them, which mean nothing. */
const DEGREE_PARTS = 10_000;
const LATITUDE_MAX = 90;
const LONGITUDE_MAX = 180;

/** ISO 3166-1 alpha-2; of ISO 3166-2 what is behind the hyphen. */
const COUNTRY = /^[A-Z]{2}$/;
const SUBDIVISION = /^[A-Z0-9]{1,3}$/;

/** `record` is anything: a database may be of something else than places. */
export function placeOf(record: unknown): Place {
  const latitude = degrees(at(record, 'location', 'latitude') ?? at(record, 'latitude'), LATITUDE_MAX);
  const longitude = degrees(at(record, 'location', 'longitude') ?? at(record, 'longitude'), LONGITUDE_MAX);
  const city = cityOf(at(record, 'city', 'names', 'en') ?? at(record, 'city'));
  const region = subdivisionCode(record, 0);
  const province = subdivisionCode(record, 1);
  return {
    // One without the other is nowhere.
    ...(latitude !== undefined &&
      longitude !== undefined && { client_geo_lat: latitude, client_geo_lon: longitude }),
    ...(city !== undefined && { client_city: city }),
    ...(region !== undefined && { client_region_code: region }),
    ...(province !== undefined && { client_subdivision_1_code: province }),
  };
}

/** ISO 3166-2: of the region, such as `DE-NW` and `IT-25`, or of what is below it, such as `IT-MI`. */
function subdivisionCode(record: unknown, level: 0 | 1): string | undefined {
  const country = at(record, 'country', 'iso_code') ?? at(record, 'country_code');
  if (typeof country !== 'string' || !COUNTRY.test(country)) return undefined;
  const code = at(record, 'subdivisions', `${level}`, 'iso_code');
  if (typeof code === 'string') return SUBDIVISION.test(code) ? `${country}-${code}` : undefined;
  const name = at(record, 'subdivisions', `${level}`, 'names', 'en') ?? at(record, `state${level + 1}`);
  return typeof name === 'string' && name.length <= NAME_CHARS_MAX ? subdivisionOf(country, name) : undefined;
}

function cityOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= NAME_CHARS_MAX ? value : undefined;
}

function degrees(value: unknown, max: number): number | undefined {
  if (typeof value !== 'number' || !(Math.abs(value) <= max)) return undefined;
  // Not minus zero, which JSON has no way to say.
  return Math.round(value * DEGREE_PARTS) / DEGREE_PARTS + 0;
}

function at(record: unknown, ...path: readonly string[]): unknown {
  let value = record;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}
