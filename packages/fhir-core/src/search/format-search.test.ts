import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compartment, criterion, dateText, hostileText, searches } from './criteria.case.ts';
import type { Search } from './criteria.ts';
import { formatPresentation, formatSearch } from './format-search.ts';
import { SEARCH_PARAMETER_ALIASES, SEARCH_PARAMETER_CODES } from './parameters.ts';
import {
  type ParseSearchOptions,
  parseSearch,
  SEARCH_PARAMETERS_MAX,
  SEARCH_VALUE_CHARS_MAX,
} from './parse-search.ts';

const LENIENT: ParseSearchOptions = { strict: false };

/** The query of a link that says this page of this search. */
function queryOf(search: Search): string {
  const { count, offset, cursor } = search;
  const page: [string, string][] = [['_count', String(count)]];
  page.push(cursor === undefined ? ['_offset', String(offset)] : ['_cursor', cursor]);
  return new URLSearchParams([...formatSearch(search), ...formatPresentation(search), ...page]).toString();
}

/** What `query` says, or undefined where it is refused. */
function searchOf(query: string, options = LENIENT): Search | undefined {
  const parsed = parseSearch(new URLSearchParams(query), options);
  return 'issues' in parsed ? undefined : parsed.search;
}

describe('a search that is formatted', () => {
  it('is the same search when it is parsed again', () => {
    fc.assert(
      fc.property(searches, fc.option(compartment, { nil: undefined }), (search, of) => {
        const asked = { ...search, ...(of !== undefined && { compartment: of }) };
        expect(searchOf(queryOf(asked), { strict: true, compartment: of })).toStrictEqual(asked);
      }),
      { numRuns: 1000 },
    );
  });

  it('says every parameter, each with all that it can be asked', () => {
    const said = new Set(
      fc
        .sample(criterion, 4000)
        .flatMap((of) => formatSearch({ criteria: [of], sort: [] }).map(([name]) => name)),
    );
    const names = SEARCH_PARAMETER_CODES.flatMap((code) => [code, `${code}:missing`]);
    const modified = ['type:not', 'type:text', 'user:exact', 'user:contains', 'policy:below', 'policy:above'];
    const chained = ['agent.identifier', 'patient:Patient', 'patient:Patient.identifier'];
    expect([...said]).toEqual(expect.arrayContaining([...names, ...modified, ...chained]));
  });
});

/** Names as clients write them, right and wrong. */
const rawName = fc
  .tuple(
    fc.oneof(
      {
        weight: 9,
        arbitrary: fc.constantFrom(...SEARCH_PARAMETER_CODES, ...Object.keys(SEARCH_PARAMETER_ALIASES)),
      },
      { weight: 1, arbitrary: fc.oneof(hostileText, fc.constantFrom('unknown', '_format')) },
    ),
    fc.constantFrom(
      ...[
        '',
        '',
        '',
        '',
        ':missing',
        ':not',
        ':text',
        ':exact',
        ':contains',
        ':below',
        ':above',
        ':identifier',
      ],
      ...[
        ':Patient',
        ':Client',
        '.identifier',
        ':Patient.identifier',
        ':identifier.identifier',
        ':Device.name',
      ],
    ),
  )
  .map(([code, rest]) => `${code}${rest}`);

const reference = fc
  .tuple(
    fc.constantFrom(
      '',
      '/',
      '//',
      ' ',
      'http://a.example',
      'HTTP://A.Example:80/fhir/',
      'https://a:443//x/',
      'x/',
    ),
    fc.constantFrom('Patient/', 'Client/', '/Patient//', 'patient/', '', 'urn:UUID:'),
    hostileText,
    fc.constantFrom('', '', '/', ' /', '#n', '?x=y', ' ', '/_history/2', '/_history/', '/_history/ 2 /'),
  )
  .map((parts) => parts.join(''));

const rawValue = fc
  .array(
    fc.oneof(
      hostileText,
      reference,
      fc.tuple(fc.constantFrom('', 'eq', 'ne', 'ap', 'xx'), dateText).map((parts) => parts.join('')),
      fc.constantFrom('true', 'false', 'urn:x|', '|a', 'a|b', 'a\\|b|c'),
    ),
    { maxLength: 3 },
  )
  .map((values) => values.join(','));

const rawPage = fc.constantFrom<readonly [string, string]>(
  ...([
    ['_sort', '-date,_id,-createdAt'],
    ['_sort', ''],
    ['_count', '007'],
    ['_count', '5000'],
    ['_offset', '20'],
    ['_total', 'none'],
    ['_cursor', 'a b+c'],
    ['_summary', 'count'],
    ['_summary', 'false'],
    ['_elements', 'id,type,id'],
    ['_pretty', ''],
  ] as const),
);

describe('a search that is parsed and formatted', () => {
  it('is what it was, whatever was written', () => {
    let accepted = 0;
    let applied = 0;
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof({ weight: 3, arbitrary: fc.tuple(rawName, rawValue) }, { weight: 1, arbitrary: rawPage }),
          {
            maxLength: 3,
          },
        ),
        (parameters) => {
          const search = searchOf(
            new URLSearchParams(
              parameters.map(([name, value]): [string, string] => [name, value]),
            ).toString(),
          );
          if (search === undefined) return;
          accepted += 1;
          applied += search.criteria.length;
          const query = queryOf(search);
          const again = searchOf(query, { strict: true });
          expect(again).toStrictEqual({ ...search, ignored: [] });
          expect(again && queryOf(again)).toBe(query);
        },
      ),
      { numRuns: 5000 },
    );
    expect(accepted).toBeGreaterThan(1000);
    expect(applied).toBeGreaterThan(250);
  });

  it('is within every limit that it was within', () => {
    const parameters = Array.from({ length: SEARCH_PARAMETERS_MAX }, () => 'type=a').join('&');
    // What escapes nothing stands for itself, and is escaped in a link.
    const backslashes = `altid=${'\\a'.repeat(SEARCH_VALUE_CHARS_MAX / 2)}`;
    for (const query of [parameters, backslashes]) {
      const search = searchOf(query);
      expect(search?.criteria.length).toBeGreaterThan(0);
      expect(search && searchOf(queryOf(search))).toEqual(search);
    }
  });
});
