/** Several parameters at once: all of them hold, of each one of its values (search.html#combining). */
import type { Parts, Row } from './row.ts';

const combined = (action: string, name: string, patient: string, day: string) => ({
  action,
  outcome: '0',
  recorded: `2017-03-${day}T08:00:00Z`,
  agent: [{ requestor: false, name, network: { address: '172.16.0.1', type: '2' } }],
  entity: [{ what: { reference: `Patient/${patient}` }, role: { code: 'combined' } }],
});

export const COMBINED_EVENTS: Parts = {
  'read-ida-x': combined('R', 'Ida', 'x', '01'),
  'read-ida-y': combined('R', 'Ida', 'y', '02'),
  'read-ole-x': combined('R', 'Ole', 'x', '03'),
  'update-ida-x': combined('U', 'Ida', 'x', '04'),
  'update-ole-y': combined('U', 'Ole', 'y', '05'),
};

const ALL = Object.keys(COMBINED_EVENTS);

export const COMBINED_ROWS: readonly Row[] = [
  ['entity-role=combined', ALL],
  ['entity-role=combined&outcome=0', ALL],
  ['entity-role=combined&agent-name=ida', ['read-ida-x', 'read-ida-y', 'update-ida-x']],
  ['patient=x&agent-name=ida', ['read-ida-x', 'update-ida-x']],
  ['patient=x&agent-name=ida&action=R', ['read-ida-x']],
  ['patient=x,y&agent-name=ole', ['read-ole-x', 'update-ole-y']],
  ['patient=x&action:not=R', ['update-ida-x']],
  ['patient=x&date=ge2017-03-03', ['read-ole-x', 'update-ida-x']],
  ['date=ge2017-03-02&date=le2017-03-04&agent-name=ida', ['read-ida-y', 'update-ida-x']],
  ['patient=y&agent-name:exact=Ida,Ole&action=R,U', ['read-ida-y', 'update-ole-y']],
  ['patient=x&patient=y', []],
  ['entity-role=combined&patient:missing=true', []],
  ['entity-role=combined&agent-name:contains=l&address:exact=172.16.0.1', ['read-ole-x', 'update-ole-y']],
  ['entity-role=combined&_content=ole&action=U', ['update-ole-y']],
  ['_id={read-ida-x},{update-ole-y}&patient=Patient/y', ['update-ole-y']],
  ['entity-role=combined&type=login', []],
  ['action:not=R&action:not=U&entity-role=combined', []],
  ['entity-role:not=combined&date=2017-03', []],
  ['action:missing=false&outcome:missing=false', ALL],
  ['entity-role:not=combined', []],
  ['patient:Patient=x&agent-name=ole&date=2017-03-03T08:00&action=,R', ['read-ole-x']],
];
