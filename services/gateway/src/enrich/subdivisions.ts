/**
 * The codes of regions (ISO 3166-2) by their English names, as Unicode's CLDR has them: free databases of places name
 * regions and do not number them. A name counts that is the same but for accents, case and signs, and that only one
 * region of its country has; others have no code here rather than a wrong one.
 */
import cldr from 'cldr-subdivisions-full/subdivisions/en/en.json' with { type: 'json' };

/** How CLDR marks what has the name of another, `Île-de-France²`. */
const MARKS = /[¹²³†]/g;
const ACCENTS = /\p{M}+/gu;
const SIGNS = /[^a-z0-9]+/g;
/** What DB-IP says of `State of Berlin` and `City state Bremen`. */
const STATE = /^(?:city )?state (?:of )?/;

const NAMES: Readonly<Record<string, string>> = cldr.subdivisions.localeDisplayNames.subdivisions;

const codes = codesByName();

/** `US-CA` of `US` and `California`. */
export function subdivisionOf(country: string, name: string): string | undefined {
  const folded = foldName(name);
  return codes.get(`${country} ${folded}`) ?? codes.get(`${country} ${folded.replace(STATE, '')}`);
}

function codesByName(): ReadonlyMap<string, string | undefined> {
  const byName = new Map<string, string | undefined>();
  for (const [id, name] of Object.entries(NAMES)) {
    const country = id.slice(0, 2).toUpperCase();
    const key = `${country} ${foldName(name)}`;
    byName.set(key, byName.has(key) ? undefined : `${country}-${id.slice(2).toUpperCase()}`);
  }
  return byName;
}

function foldName(name: string): string {
  return name
    .replace(MARKS, '')
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .toLowerCase()
    .replace(SIGNS, ' ')
    .trim();
}
