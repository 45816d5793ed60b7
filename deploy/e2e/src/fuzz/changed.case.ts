/** A value with one place of it changed, which mostly makes it what its schema does not allow. */
import fc from 'fast-check';
import { anyJson, textOf } from './schema-values.case.ts';

/** Something is taken out, put in, or becomes another value. */
export function changedOf(value: unknown): fc.Arbitrary<unknown> {
  return fc.tuple(fc.nat(), fc.nat(9), anyJson).map(([at, how, other]) => {
    const copy = structuredClone(value);
    const places = placesOf(copy);
    const place = places[at % Math.max(1, places.length)];
    if (place === undefined || how === 0) return other;
    const { holder, key } = place;
    if (how <= 3) delete holder[key];
    else if (how === 4) Object.defineProperty(holder, 'unheardOf', { value: other, enumerable: true });
    else holder[key] = how === 5 ? [holder[key]] : how === 6 ? `${textOf(holder[key])} ` : other;
    return copy;
  });
}

type Place = { readonly holder: Record<string, unknown>; readonly key: string };

function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesOf(holder[key])]);
}
