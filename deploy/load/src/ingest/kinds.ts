/** How the events come: alone, or in Bundles; as many senders at a time as is usual for each. */
export type Kind = {
  readonly name: string;
  /** `POST /api/events` takes events of applications, one at a time here. */
  readonly door: 'FHIR' | 'application';
  /** Events of one request after the other, over and over: 1 is `POST /AuditEvent`, more are a Bundle. */
  readonly pattern: readonly number[];
  readonly connections: number;
  /** Requests that are made before, sent in turn; 0: each is made when it is sent. */
  readonly distinct: number;
};

export const SINGLE: Kind = {
  name: 'single',
  door: 'FHIR',
  pattern: [1],
  connections: 64,
  distinct: 20_000,
};

export const APPLICATION: Kind = { ...SINGLE, name: 'single of an application', door: 'application' };

export const BUNDLES: readonly Kind[] = [
  { name: 'Bundles of 100', door: 'FHIR', pattern: [100], connections: 8, distinct: 200 },
  { name: 'Bundles of 1,000', door: 'FHIR', pattern: [1000], connections: 4, distinct: 20 },
];

/** Four of five events come in Bundles of 100. No two are the same, however long it takes. */
export const MIXED: Kind = {
  name: 'mixed',
  door: 'FHIR',
  pattern: [100, ...Array.from({ length: 25 }, () => 1)],
  connections: 16,
  distinct: 0,
};

/** Events of request `n`. */
export function eventsOf({ pattern }: Kind, n: number): number {
  return pattern[n % pattern.length]!;
}

/** The number of the first event of request `n`. */
export function firstEventOf(kind: Kind, n: number): number {
  const { pattern } = kind;
  const rounds = Math.floor(n / pattern.length);
  const before = pattern.slice(0, n % pattern.length).reduce((sum, events) => sum + events, 0);
  return rounds * eventsARequest(kind) * pattern.length + before;
}

/** Events of a request, on average. */
export function eventsARequest({ pattern }: Kind): number {
  return pattern.reduce((sum, events) => sum + events, 0) / pattern.length;
}
