/**
 * What the generator knows of all its events, in columns: how many hold what, and which are the newest of them. The
 * answers are held against it; it shares no code with what it judges.
 */
import { type DataSet, factsOf, idOf, sharesMoment } from './facts.ts';

/** Whether event `n` is among what is asked for. */
export type Holds = (n: number) => boolean;

export type Known = {
  readonly data: DataSet;
  readonly recordedMs: Float64Array;
  /** -1 where the event is not about a patient. */
  readonly patient: Int32Array;
  readonly practitioner: Uint16Array;
  readonly type: Uint8Array;
  readonly subtype: Uint8Array;
  readonly outcome: Uint8Array;
  readonly topic: Uint8Array;
  readonly ward: Uint8Array;
  readonly count: (holds: Holds) => number;
  /** The newest of them, in the order of a search. */
  readonly newest: (holds: Holds, length: number) => number[];
  readonly idOf: (n: number) => string;
};

export function knownOf(data: DataSet): Known {
  const { count } = data;
  const columns = {
    recordedMs: new Float64Array(count),
    patient: new Int32Array(count),
    practitioner: new Uint16Array(count),
    type: new Uint8Array(count),
    subtype: new Uint8Array(count),
    outcome: new Uint8Array(count),
    topic: new Uint8Array(count),
    ward: new Uint8Array(count),
  };
  for (let n = 0; n < count; n++) {
    const facts = factsOf(data, n);
    columns.recordedMs[n] = facts.recordedMs;
    columns.patient[n] = facts.patient ?? -1;
    for (const name of ['practitioner', 'type', 'subtype', 'outcome', 'topic', 'ward'] as const)
      columns[name][n] = facts[name];
  }
  const order = newestFirst(data);
  return {
    data,
    ...columns,
    count: (holds) => {
      let found = 0;
      for (let n = 0; n < count; n++) if (holds(n)) found++;
      return found;
    },
    newest: (holds, length) => {
      const found: number[] = [];
      for (const n of order) {
        if (found.length === length) break;
        if (holds(n)) found.push(n);
      }
      return found;
    },
    idOf: (n) => idOf(data, n),
  };
}

/** Events are in the order of their moments; of two in one moment, the greater id comes first. */
function newestFirst(data: DataSet): Uint32Array {
  const order = Uint32Array.from({ length: data.count }, (_, i) => data.count - 1 - i);
  for (let n = 1; n < data.count; n++) {
    if (!sharesMoment(n) || idOf(data, n) > idOf(data, n - 1)) continue;
    const place = data.count - 1 - n;
    order[place] = n - 1;
    order[place + 1] = n;
  }
  return order;
}
