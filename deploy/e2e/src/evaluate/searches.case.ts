/**
 * Searches over the alphabet that the events are made of, each as the query that a client writes and as what it
 * asks: every parameter with every modifier that it has, alone and together, in any order and in pages.
 */
import type { ReferenceValue, SearchParameterCode, SortKey, TokenValue } from '@auditbox/fhir-core';
import fc from 'fast-check';
import {
  ACTIONS,
  ADDRESSES,
  ALT_IDS,
  BASES,
  CLIENTS,
  CODES,
  IDENTIFIERS,
  IMPLIED_SYSTEMS,
  INSTANTS,
  LOGICAL_IDS,
  NAMES,
  NUMBER_WORDS,
  OTHER_REFERENCES,
  OUTCOMES,
  OWN_ISSUERS,
  SENT_IDS,
  SYSTEMS,
  TYPES,
  URLS,
  VERSIONS,
  WORDS,
} from './alphabet.case.ts';
import { folded, foldedText } from './folded.ts';
import type { Asked } from './matches.ts';

/** What only the server knows of the events that it stores. */
export type Stored = {
  readonly ids: readonly string[];
  readonly lastUpdated: readonly string[];
  /** Who vouches for those who sent them. */
  readonly issuer: string;
};

export type GeneratedSearch = {
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** All of them; a compartment is one more. */
  readonly criteria: readonly Asked[];
  readonly compartment?: { readonly type: string; readonly id: string };
  readonly sort: readonly SortKey[];
  readonly count: number;
  readonly offset: number;
  readonly hasTotal: boolean;
  /** Whether it is read to its end, by the links from page to page. */
  readonly paged: boolean;
};

/** One parameter as it is written, and what it asks. */
type Written = { readonly name: string; readonly value: string; readonly asked: Asked };
/** One of its values likewise. */
type WrittenValue<Value> = { readonly text: string; readonly value: Value };

const of = <Value>(values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);

const escaped = (text: string): string => text.replace(/[\\,|$]/g, '\\$&');

/** One to three alternatives, with commas too many now and then: a value that is empty counts for nothing. */
const alternatives = <Value>(
  value: fc.Arbitrary<WrittenValue<Value>>,
): fc.Arbitrary<{ readonly text: string; readonly values: readonly Value[] }> =>
  fc
    .tuple(
      fc.oneof({ weight: 5, arbitrary: list(value, 1) }, { weight: 2, arbitrary: list(value, 3) }),
      fc.nat(9),
    )
    .map(([written, pick]) => ({
      text: written.map(({ text }) => text).join(pick === 0 ? ',,' : ',') + (pick === 1 ? ',' : ''),
      values: written.map((one) => one.value),
    }));

const list = <Value>(value: fc.Arbitrary<Value>, maxLength: number) =>
  fc.array(value, { minLength: 1, maxLength });

const plain = (text: string): WrittenValue<string> => ({ text: escaped(text), value: text });

/** A text, a part of it, and either in other case. */
const near = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc.tuple(of(texts), fc.nat(6), fc.nat(6), fc.nat(5)).map(([text, from, length, pick]) => {
    const characters = [...text];
    const part = characters.slice(from, from + length + 1).join('');
    const beginning = characters.slice(0, length + 1).join('');
    return [text, beginning, part, text.toUpperCase(), beginning.toLowerCase(), `${part} `][pick] ?? text;
  });

/** Texts of which something is left when they are folded: nothing is refused. */
const sought = (texts: readonly string[]) => near(texts).filter((text) => foldedText(text) !== '');

function token(
  systems: readonly (string | undefined)[],
  codes: readonly string[],
): fc.Arbitrary<WrittenValue<TokenValue>> {
  const system = of(systems.filter((one) => one !== undefined));
  const code = fc.tuple(of(codes), fc.nat(3)).map(([one, pick]) => (pick === 0 ? one.toUpperCase() : one));
  return fc.oneof(
    {
      weight: 4,
      arbitrary: code.map((one) => ({ text: escaped(one), value: { match: 'code', code: one } as const })),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(system, code).map(([of, one]) => ({
        text: `${escaped(of)}|${escaped(one)}`,
        value: { match: 'token', system: of, code: one } as const,
      })),
    },
    {
      weight: 1,
      arbitrary: code.map((one) => ({
        text: `|${escaped(one)}`,
        value: { match: 'token', code: one } as const,
      })),
    },
    {
      weight: 2,
      arbitrary: system.map((of) => ({
        text: `${escaped(of)}|`,
        value: { match: 'system', system: of } as const,
      })),
    },
  );
}

function tokens(
  code: SearchParameterCode,
  value: fc.Arbitrary<WrittenValue<TokenValue>>,
  name: string = code,
): fc.Arbitrary<Written> {
  return fc.tuple(alternatives(value), fc.nat(3)).map(([{ text, values }, pick]) => ({
    name: pick === 0 ? `${name}:not` : name,
    value: text,
    asked: { code, type: 'token', not: pick === 0, values },
  }));
}

const texts = (code: SearchParameterCode): fc.Arbitrary<Written> =>
  alternatives(sought(NAMES).map(plain)).map(({ text, values }) => ({
    name: `${code}:text`,
    value: text,
    asked: { code, type: 'text', values },
  }));

function strings(code: SearchParameterCode, of: readonly string[]): fc.Arbitrary<Written> {
  const matched = (
    match: 'starts' | 'exact' | 'contains',
    value: fc.Arbitrary<string>,
  ): fc.Arbitrary<Written> =>
    alternatives(value.map(plain)).map(({ text, values }) => ({
      name: match === 'starts' ? code : `${code}:${match}`,
      value: text,
      asked: { code, type: 'string', match, values },
    }));
  return fc.oneof(
    matched('starts', sought(of)),
    matched('contains', sought(of)),
    matched(
      'exact',
      near(of).filter((text) => text !== ''),
    ),
  );
}

function uris(code: SearchParameterCode): fc.Arbitrary<Written> {
  const longer = fc
    .tuple(of(URLS), of(['', '', '/', '/b', '/b/c', 'b', '?x=y', '|1']))
    .map((parts) => parts.join(''));
  const matched = (match: 'equal' | 'below' | 'above', value: fc.Arbitrary<string>): fc.Arbitrary<Written> =>
    alternatives(value.map(plain)).map(({ text, values }) => ({
      name: match === 'equal' ? code : `${code}:${match}`,
      value: text,
      asked: { code, type: 'uri', match, values },
    }));
  const url = (text: string) => /^\w+:\/\/\w/.test(text);
  return fc.oneof(
    matched('equal', of(URLS)),
    matched('below', near(URLS).filter(url)),
    matched('above', longer.filter(url)),
  );
}

const DATES = [
  ...[
    '2019',
    '2018',
    '2020',
    '1969',
    '9999',
    '2019-05',
    '2019-12',
    '2020-02',
    '2019-05-05',
    '2019-05-06',
    '2020-01-01',
  ],
  ...[
    '2019-05-05T10:00',
    '2019-05-05T10:00Z',
    '2019-05-05T12:00+02:00',
    '2019-05-05T09:59:59Z',
    '2019-05-05T10:00:00',
  ],
  ...[
    '2019-05-05T10:00:00.0Z',
    '2019-05-05T10:00:00.000000Z',
    '2019-05-06T01:30:00+01:00',
    '2020-02-29T12:00:00Z',
  ],
  ...[
    '2016',
    '2016-12-31T23:59',
    '2016-12-31T23:59:59Z',
    '2016-12-31T23:59:60Z',
    '2017-01',
    '2017-01-01T00:00',
  ],
  ...['1970-01-01', '1999-06', '0999-06-01'],
];
const PREFIXES = ['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const;

function dates(code: SearchParameterCode, of: fc.Arbitrary<string>): fc.Arbitrary<Written> {
  const value = fc.tuple(fc.constantFrom(...PREFIXES), of, fc.boolean()).map(([prefix, date, spaced]) => ({
    // A plus sign that was not percent-encoded is a blank.
    text: prefix + (spaced ? date.replace('+', ' ') : date),
    value: { prefix: prefix === '' ? ('eq' as const) : prefix, date },
  }));
  return alternatives(value).map(({ text, values }) => ({
    name: code,
    value: text,
    asked: { code, type: 'date', values },
  }));
}

/** A reference in one of its spellings; `isAny`: also one that has no type in it. */
function reference(target: string | undefined, isAny: boolean): fc.Arbitrary<WrittenValue<ReferenceValue>> {
  const resource = fc
    .record({
      base: of(BASES),
      type: target === undefined ? of(TYPES) : fc.constant(target),
      id: of(LOGICAL_IDS),
      version: of(VERSIONS),
      spelling: fc.nat(7),
    })
    .map(({ base, type, id, version, spelling }) => {
      const path = `${type}/${id}${version === undefined ? '' : `/_history/${version}`}`;
      const spelled = [
        base === ''
          ? `/${path}`
          : `${base.replace(/^https?:\/\/[^/]+/, (origin) => origin.toUpperCase())}/${path}`,
        base === '' ? path : `${base}//${path}/`,
        `${base === '' ? '' : `${base}/`}${path}#n`,
      ][spelling];
      return {
        text: escaped(spelled ?? (base === '' ? path : `${base}/${path}`)),
        value: {
          match: 'resource' as const,
          base: base === '' ? '' : `${base}/`,
          type,
          id,
          ...(version !== undefined && { version }),
        },
      };
    });
  const id = of([...LOGICAL_IDS, 'p1', 'p1', 'bare']).map((one) => ({
    text: escaped(one),
    value: { match: 'id' as const, id: one },
  }));
  const other = of(
    OTHER_REFERENCES.filter((text) => (target === undefined ? /[:/]/ : /^urn:/i).test(text)),
  ).map((text) => ({
    text,
    value: { match: 'url' as const, url: NORMALISED[text] ?? text },
  }));
  return isAny ? fc.oneof(resource, resource, id, other) : fc.oneof(resource, id);
}

const NORMALISED: Readonly<Record<string, string>> = {
  'URN:UUID:3F9B2C1A-0000-4000-8000-000000000001': 'urn:uuid:3f9b2c1a-0000-4000-8000-000000000001',
  'HTTP://X.example:80/p1': 'http://x.example/p1',
};

function references(code: SearchParameterCode): fc.Arbitrary<Written> {
  const target = of(
    code === 'patient' ? (['Patient', undefined] as const) : [...TYPES, undefined, undefined, undefined],
  );
  return target.chain((type) => {
    const name = type === undefined ? code : `${code}:${type}`;
    const named = { code, ...(type !== undefined && { target: type }) };
    // What `patient` finds is a Patient, also of a urn, whether or not its type is asked for again.
    const isAny = type === undefined || code === 'patient';
    const itself = alternatives(reference(type, isAny)).map(
      ({ text, values }): Written => ({ name, value: text, asked: { ...named, type: 'reference', values } }),
    );
    const identified = fc.tuple(alternatives(token(SYSTEMS, IDENTIFIERS)), fc.boolean()).map(
      ([{ text, values }, chained]): Written => ({
        name: chained || type !== undefined ? `${name}.identifier` : `${name}:identifier`,
        value: text,
        asked: { ...named, type: 'identifier', values },
      }),
    );
    return fc.oneof({ weight: 5, arbitrary: itself }, { weight: 2, arbitrary: identified });
  });
}

function words(code: SearchParameterCode): fc.Arbitrary<Written> {
  const word = fc.oneof(near(WORDS), near(NAMES), of([...URLS, ...IDENTIFIERS, ...CODES]), of(NUMBER_WORDS));
  const value = list(word, 2)
    .map((parts) => parts.join(' '))
    .filter((text) => /[\p{L}\p{N}]/u.test(folded(text)));
  return alternatives(value.map(plain)).map(({ text, values }) => ({
    name: code,
    value: text,
    asked: { code, type: 'words', values },
  }));
}

const ids = (code: SearchParameterCode, known: readonly string[]): fc.Arbitrary<Written> =>
  fc
    .tuple(
      alternatives(
        fc.tuple(of(known), fc.nat(5)).map(([id, pick]) => plain(pick === 0 ? id.toUpperCase() : id)),
      ),
      fc.boolean(),
    )
    .map(([{ text, values }, not]) => ({
      name: not ? `${code}:not` : code,
      value: text,
      asked: { code, type: 'id', not, values },
    }));

const CODED: readonly SearchParameterCode[] = [
  ...([
    '_security',
    '_tag',
    'agent-role',
    'agent-type',
    'entity-role',
    'entity-type',
    'subtype',
    'type',
  ] as const),
];
const REFERRED: readonly SearchParameterCode[] = ['agent', 'entity', 'patient', 'source'];
const NAMED: readonly SearchParameterCode[] = ['agent-name', 'entity-name'];
const LOCATED: readonly SearchParameterCode[] = ['_profile', '_source', 'policy'];
const ALL: readonly SearchParameterCode[] = [
  ...CODED,
  ...REFERRED,
  ...NAMED,
  ...LOCATED,
  ...(['_content', '_id', '_lastUpdated', '_text', 'action', 'address', 'altid', 'date', 'outcome'] as const),
  ...(['sender', 'sender-id', 'site', 'user'] as const),
];
const SORTED = ALL.filter(
  (code) => !REFERRED.includes(code) && !['_content', '_text', 'user'].includes(code),
);

function parameter(stored: Stored): fc.Arbitrary<Written> {
  const moments = fc.tuple(of(stored.lastUpdated), of([10, 16, 19, 24])).map(([at, end]) =>
    // Without its end a time has no zone: UTC, as the server writes it.
    at.slice(0, end),
  );
  const users = [...NAMES, ...ALT_IDS, ...IDENTIFIERS, 'Patient/p1', 'urn:oid:1.2', '#c0'];
  const issuers = [stored.issuer, stored.issuer, ...OWN_ISSUERS];
  const missing = fc.tuple(of(ALL), fc.boolean()).map(
    ([code, is]): Written => ({
      name: `${code}:missing`,
      value: String(is),
      asked: { code, type: 'missing', missing: is },
    }),
  );
  return fc.oneof(
    { weight: 5, arbitrary: missing },
    { weight: 8, arbitrary: of(CODED).chain((code) => tokens(code, token(SYSTEMS, CODES))) },
    { weight: 3, arbitrary: of(CODED).chain(texts) },
    { weight: 1, arbitrary: tokens('action', token(IMPLIED_SYSTEMS, ACTIONS)) },
    { weight: 1, arbitrary: tokens('outcome', token(IMPLIED_SYSTEMS, OUTCOMES)) },
    {
      weight: 2,
      arbitrary: of(['altid', 'altId'] as const).chain((name) =>
        tokens('altid', token(SYSTEMS, ALT_IDS), name),
      ),
    },
    { weight: 1, arbitrary: tokens('site', token(SYSTEMS, ALT_IDS)) },
    { weight: 3, arbitrary: tokens('sender', token(issuers, CLIENTS)) },
    { weight: 5, arbitrary: of(NAMED).chain((code) => strings(code, NAMES)) },
    { weight: 2, arbitrary: strings('address', ADDRESSES) },
    { weight: 3, arbitrary: strings('user', users) },
    { weight: 5, arbitrary: of(LOCATED).chain(uris) },
    { weight: 6, arbitrary: dates('date', fc.oneof(of(DATES), of(INSTANTS))) },
    // Around now `ap` would change from one search to the next.
    { weight: 2, arbitrary: dates('_lastUpdated', moments).filter(({ value }) => !value.includes('ap')) },
    { weight: 10, arbitrary: of(REFERRED).chain(references) },
    { weight: 6, arbitrary: of(['_text', '_content'] as const).chain(words) },
    { weight: 1, arbitrary: ids('_id', stored.ids) },
    { weight: 1, arbitrary: ids('sender-id', SENT_IDS) },
  );
}

const sortKey = fc.record({ code: of(SORTED), descending: fc.boolean() });

const COMPARTMENTS = {
  Patient: 'patient',
  Practitioner: 'agent',
  RelatedPerson: 'agent',
  Device: 'agent',
} as const;
const compartments = fc
  .record({ type: of(Object.keys(COMPARTMENTS) as (keyof typeof COMPARTMENTS)[]), id: of(LOGICAL_IDS) })
  .map(({ type, id }) => ({
    compartment: { type, id },
    asked: {
      code: COMPARTMENTS[type],
      type: 'reference',
      values: [{ match: 'resource', base: '', type, id }],
    } as Asked,
  }));

/** Mostly a part of what is found: with the total it tells of the rest, and few events make an answer quick. */
const page = fc.oneof(
  {
    weight: 16,
    arbitrary: fc.record({
      count: fc.integer({ min: 0, max: 30 }),
      offset: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 })),
      paged: fc.constant(false),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ count: 1000, offset: 0, paged: false }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 20, max: 80 }).map((count) => ({ count, offset: 0, paged: true })),
  },
);

export function searches(stored: Stored): fc.Arbitrary<GeneratedSearch> {
  const one = parameter(stored);
  return fc
    .record({
      written: fc.oneof({ weight: 6, arbitrary: list(one, 1) }, { weight: 4, arbitrary: list(one, 3) }),
      of: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: compartments }),
      sort: fc.oneof(
        { weight: 3, arbitrary: fc.constant<SortKey[]>([]) },
        { weight: 2, arbitrary: list<SortKey>(sortKey, 3) },
      ),
      page,
      total: of([undefined, undefined, undefined, 'none', 'estimate', 'accurate'] as const),
      alias: fc.boolean(),
    })
    .map(({ written, of: within, sort, page: { count, offset, paged }, total, alias }) => {
      const parameters = written.map(({ name, value }): [string, string] => [name, value]);
      const names = sort.map(({ code, descending }) => {
        const name = alias && code === '_lastUpdated' ? 'createdAt' : code;
        return descending ? `-${name}` : name;
      });
      if (names.length > 0) parameters.push(['_sort', names.join(',')]);
      if (total !== undefined) parameters.push(['_total', total]);
      parameters.push(['_count', String(count)]);
      if (offset > 0) parameters.push(['_offset', String(offset)]);
      const criteria = written.map(({ asked }) => asked);
      return {
        parameters,
        criteria: within === undefined ? criteria : [within.asked, ...criteria],
        ...(within !== undefined && { compartment: within.compartment }),
        sort,
        count,
        offset,
        // To ask for no entries is to ask for the total.
        hasTotal: total !== 'none' || count === 0,
        paged,
      };
    });
}
