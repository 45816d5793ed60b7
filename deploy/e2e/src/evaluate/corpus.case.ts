/**
 * Valid events of a small alphabet, so that most are nearly another: for the search to find, and for the evaluator
 * to judge.
 */
import fc from 'fast-check';
import {
  ACTIONS,
  ADDRESSES,
  ALT_IDS,
  BASES,
  CODES,
  IDENTIFIERS,
  INSTANTS,
  LOGICAL_IDS,
  NAMES,
  OTHER_REFERENCES,
  OUTCOMES,
  SENT_IDS,
  SYSTEMS,
  TYPES,
  URLS,
  VERSIONS,
  WORDS,
} from './alphabet.case.ts';
import { elementsAt, isObject, type JsonObject, textsAt } from './kept.ts';

const of = <Value>(values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);

/** An element that an event may have: all of those that `model` gives, or some. */
const some = <Model extends Record<string, fc.Arbitrary<unknown>>>(
  model: Model,
  requiredKeys: (keyof Model & string)[] = [],
): fc.Arbitrary<JsonObject> =>
  fc
    .record(model, { requiredKeys })
    .map((element) => JSON.parse(JSON.stringify(element)) as JsonObject)
    .filter((element) => Object.keys(element).length > 0);

const list = <Value>(value: fc.Arbitrary<Value>, maxLength = 2): fc.Arbitrary<Value[]> =>
  fc.array(value, { minLength: 1, maxLength });

const extension: fc.Arbitrary<JsonObject> = fc.oneof(
  some({ url: fc.constant('http://x.example/e'), valueString: of(WORDS) }, ['url', 'valueString']),
  some({ url: fc.constant('http://x.example/n'), valueInteger: of([4, 42, 420]) }, ['url', 'valueInteger']),
  some({ url: fc.constant('http://x.example/d'), valueDecimal: of([4.5, 0.42]) }, ['url', 'valueDecimal']),
);
const extensions = list(
  fc.oneof(
    extension,
    list(extension).map((within): JsonObject => ({ url: 'http://x.example/within', extension: within })),
  ),
);
const nothingButAnExtension = extension.map((only): JsonObject => ({ extension: [only] }));

const coding = fc.oneof(
  { weight: 12, arbitrary: some({ system: of(SYSTEMS), code: of(CODES), display: of(NAMES) }, ['code']) },
  { weight: 2, arbitrary: some({ system: of(SYSTEMS), display: of(NAMES) }) },
  { weight: 1, arbitrary: nothingButAnExtension },
);
const concept = fc.oneof(
  { weight: 12, arbitrary: some({ coding: list(coding), text: of(NAMES) }) },
  { weight: 1, arbitrary: nothingButAnExtension },
);

const identifier = some({ system: of(SYSTEMS), value: of(IDENTIFIERS) });

/** One resource, in the spellings that its senders have for it. */
const literal = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        base: of(BASES),
        type: of(TYPES),
        id: of(LOGICAL_IDS),
        version: of(VERSIONS),
        spelling: fc.integer({ min: 0, max: 11 }),
      })
      .map(({ base, type, id, version, spelling }) => {
        const path = `${type}/${id}${version === undefined ? '' : `/_history/${version}`}`;
        const plain = base === '' ? path : `${base}/${path}`;
        const [scheme = '', host = '', rest = ''] = plain.split(/(?<=:\/\/)|(?<=\.org)/);
        const port = scheme === 'https://' ? ':443' : ':80';
        switch (spelling) {
          case 0:
            return `${plain}/`;
          case 1:
            return `${plain}#n`;
          case 2:
            return `${plain}?x=y`;
          case 3:
            return base === '' ? `/${path}` : `${base}//${path}`;
          case 4:
            return base === '' ? ` ${path} ` : `${scheme.toUpperCase()}${host.toUpperCase()}${rest}`;
          case 5:
            return base === '' ? path : `${scheme}${host}${port}${rest}`;
          default:
            return plain;
        }
      }),
  },
  { weight: 2, arbitrary: of(OTHER_REFERENCES) },
  { weight: 2, arbitrary: of(['#c0', '#c1']) },
);
const saidType = of([
  'Patient',
  'http://hl7.org/fhir/StructureDefinition/Patient',
  'Practitioner',
  'Device',
  'Client',
]);
const reference = fc.oneof(
  { weight: 4, arbitrary: some({ reference: literal }, ['reference']) },
  { weight: 4, arbitrary: some({ reference: literal, type: saidType, identifier, display: of(NAMES) }) },
  { weight: 1, arbitrary: nothingButAnExtension },
);

const agent = some(
  {
    type: concept,
    role: list(concept),
    who: reference,
    altId: of(ALT_IDS),
    name: of(NAMES),
    requestor: fc.boolean(),
    policy: list(of(URLS)),
    network: some({ address: of(ADDRESSES), type: of(['1', '2']) }, ['address']),
    extension: extensions,
  },
  ['requestor'],
);

const entity = fc
  .tuple(
    some({
      what: reference,
      type: coding,
      role: coding,
      name: of(NAMES),
      description: of(NAMES),
      detail: list(some({ type: of(WORDS), valueString: of(NAMES) }, ['type', 'valueString'])),
    }),
    fc.nat(9),
  )
  // R4 sev-1: a name or a query.
  .map(([made, pick]) => (pick === 0 && made.name === undefined ? { ...made, query: 'RXJpa2E=' } : made));

const DIV = '<div xmlns="http://www.w3.org/1999/xhtml"';
const narrative = fc
  .tuple(of(WORDS), of(WORDS), of(NAMES), fc.nat(9))
  .map(([one, two, third, shape]) => {
    const name = third.replaceAll('&', '&amp;');
    return [
      `${DIV}>${one} ${two}</div>`,
      `${DIV}><p>${one}</p><p>${two}</p></div>`,
      `${DIV}>${one}<br/>${name}</div>`,
      `${DIV}><b>${one}</b>${two}</div>`,
      `${DIV}>${one}<span title="${two} &gt; x">s</span></div>`,
      `${DIV}><table><tr><td>${one}</td><td>${two}</td></tr></table></div>`,
      `${DIV}><ul><li>${one}</li><li><i>${name}</i></li></ul></div>`,
      `${DIV}>${one}&#32;&#x65;rika&amp;${two}</div>`,
      `${DIV}><!-- ${two} -->${one}</div>`,
      `${DIV}>...</div>`,
    ][shape];
  })
  .map((div): JsonObject => ({ status: 'generated', div: div ?? '' }));

const contained = some(
  {
    resourceType: of(['Patient', 'Patient', 'Practitioner', 'Device']),
    identifier: list(identifier),
    text: narrative,
  },
  ['resourceType'],
);

const meta = some({
  profile: list(of(URLS)),
  source: of(URLS),
  security: list(coding),
  tag: list(coding),
});

const raw = some(
  {
    id: of(SENT_IDS),
    meta,
    text: narrative,
    extension: extensions,
    type: coding,
    subtype: list(coding, 3),
    action: of(ACTIONS),
    recorded: of(INSTANTS),
    outcome: of(OUTCOMES),
    outcomeDesc: of(NAMES),
    agent: list(agent),
    entity: list(entity),
    source: some({ observer: reference, site: of(ALT_IDS) }, ['observer']),
  },
  ['type', 'recorded', 'agent', 'source'],
);

/** Valid events: what refers to a contained resource has it, and nothing else is contained (R4 ref-1, dom-3). */
export const events: fc.Arbitrary<JsonObject> = fc
  .tuple(raw, contained, contained)
  .map(([event, ...resources]) => {
    const who = ['agent.who', 'entity.what', 'source.observer'].flatMap((path) => elementsAt(event, path));
    const used = new Set(who.filter(isObject).flatMap((one) => textsAt(one, 'reference')));
    const within = resources
      .map((resource, at) => ({ ...resource, id: `c${at}` }))
      .filter(({ id }) => used.has(`#${id}`));
    return { resourceType: 'AuditEvent', ...(within.length > 0 && { contained: within }), ...event };
  });
