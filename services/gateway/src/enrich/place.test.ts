import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf } from './place.ts';

const COLOGNE = {
  city: { geoname_id: 2886242, names: { de: 'Köln', en: 'Cologne' } },
  country: { iso_code: 'DE', names: { en: 'Germany' } },
  location: { accuracy_radius: 20, latitude: 50.9333, longitude: 6.95, time_zone: 'Europe/Berlin' },
  subdivisions: [{ iso_code: 'NW', names: { en: 'North Rhine-Westphalia' } }],
};

describe('a place', () => {
  it('is read from a record as MaxMind has it', () => {
    expect(placeOf(COLOGNE)).toEqual({
      client_city: 'Cologne',
      client_geo_lat: 50.9333,
      client_geo_lon: 6.95,
      client_region_code: 'DE-NW',
    });
  });

  it('has the province below its region, where there is one', () => {
    const milan = {
      country: { iso_code: 'IT' },
      subdivisions: [{ iso_code: '25' }, { iso_code: 'MI' }],
    };
    expect(placeOf(milan)).toEqual({ client_region_code: 'IT-25', client_subdivision_1_code: 'IT-MI' });
  });

  it('is read from a record that names its region, as DB-IP has it', () => {
    const sydney = { country: { iso_code: 'AU' }, subdivisions: [{ names: { en: 'New South Wales' } }] };
    expect(placeOf(sydney)).toEqual({ client_region_code: 'AU-NSW' });
  });

  it('is read from a flat record', () => {
    const flat = { city: 'Cologne', country_code: 'DE', latitude: 50.93, longitude: 6.95 };
    const states = { postcode: '', state1: 'North Rhine-Westphalia', state2: '', timezone: '' };
    expect(placeOf({ ...flat, ...states })).toEqual({
      client_city: 'Cologne',
      client_geo_lat: 50.93,
      client_geo_lon: 6.95,
      client_region_code: 'DE-NW',
    });
    expect(placeOf({ country_code: 'IT', state1: 'Lombardy', state2: 'Milan' })).toEqual({
      client_region_code: 'IT-25',
      client_subdivision_1_code: 'IT-MI',
    });
  });

  it.each([
    [-33.868_801_116_943_36, -33.8688],
    [-0.000_01, 0],
    [90, 90],
    [-90, -90],
  ])('is given to ten metres: %d is %d', (latitude, given) => {
    expect(placeOf({ latitude, longitude: 0 })).toEqual({ client_geo_lat: given, client_geo_lon: 0 });
  });

  it.each<[string, object]>([
    ['half of its coordinates', { location: { latitude: 50 } }],
    ['coordinates that are none', { location: { latitude: 90.1, longitude: 6 } }],
    ['coordinates that are text', { location: { latitude: '50', longitude: '6' } }],
    ['coordinates that are no number', { location: { latitude: Number.NaN, longitude: 6 } }],
    ['no name of its city', { city: { names: { en: '' } } }],
    ['too long a name', { city: { names: { en: 'x'.repeat(257) } } }],
    ['no name in English', { city: { names: { de: 'Köln' } } }],
    ['a region without a country', { subdivisions: [{ iso_code: 'NW' }] }],
    ['a region that is not known', { country_code: 'DE', state1: 'Atlantis' }],
    ['too long a region', { country_code: 'DE', state1: 'Hesse'.padEnd(257) }],
    ['a name for a code', { country: { iso_code: 'DE' }, subdivisions: [{ iso_code: 'Hesse' }] }],
    ['a region of no country', { country: { iso_code: 'Germany' }, subdivisions: [{ iso_code: 'HE' }] }],
  ])('with %s has nothing of that', (_what, record) => {
    expect(placeOf(record)).toEqual({});
  });

  it('is nowhere in anything else', () => {
    fc.assert(
      fc.property(fc.anything(), (record) => {
        expect(placeOf(record)).toEqual({});
      }),
    );
  });
});
